"""The public ASGI application: every endpoint, and the doors the guard opens for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from starlette.applications import Starlette

from serving.answers.desk import Desk
from serving.doors import console
from serving.doors.addresses import Door, Endpoint
from serving.doors.endpoints import (
    addendum,
    audit_answer,
    audit_heads,
    audit_proof,
    audit_record,
    audit_records,
    business_score,
    businesses,
    changes,
    explanation,
    health,
    history,
    key_revocation,
    keys,
    link,
    link_list,
    links,
    model,
    objection,
    objection_decision,
    objection_extension,
    objection_list,
    objection_withdrawal,
    objections,
    openapi,
    override,
    override_confirmation,
    override_end,
    override_list,
    overrides,
    records,
    score,
    score_batch,
    warnings,
    way_back,
    what_if,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    score.ENDPOINT,
    score_batch.ENDPOINT,
    business_score.ENDPOINT,
    warnings.ENDPOINT,
    businesses.ENDPOINT,
    explanation.ENDPOINT,
    changes.ENDPOINT,
    addendum.ENDPOINT,
    what_if.ENDPOINT,
    history.ENDPOINT,
    way_back.ENDPOINT,
    model.ENDPOINT,
    audit_records.ENDPOINT,
    audit_record.ENDPOINT,
    audit_proof.ENDPOINT,
    audit_answer.ENDPOINT,
    audit_heads.ENDPOINT,
    *keys.ENDPOINTS,
    key_revocation.ENDPOINT,
    *objections.ENDPOINTS,
    objection.ENDPOINT,
    objection_extension.ENDPOINT,
    objection_decision.ENDPOINT,
    objection_withdrawal.ENDPOINT,
    objection_list.ENDPOINT,
    *links.ENDPOINTS,
    link.ENDPOINT,
    link_list.ENDPOINT,
    *overrides.ENDPOINTS,
    override.ENDPOINT,
    override_confirmation.ENDPOINT,
    override_end.ENDPOINT,
    override_list.ENDPOINT,
    openapi.ENDPOINT,
    records.ENDPOINT,
    *health.ENDPOINTS,
    *console.ENDPOINTS,
)
DOORS: tuple[Door, ...] = tuple(endpoint.door for endpoint in ENDPOINTS)


def application(desk: Desk) -> Starlette:
    """The application that answers from `desk`; it expects guard and recorder in front."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # The first request finds edition and audit log open.
        desk.audit.start()
        await to_thread.run_sync(desk.editions.refresh)
        yield
        await to_thread.run_sync(desk.audit.close)
        await to_thread.run_sync(desk.stores.close)

    return Starlette(routes=[endpoint.route for endpoint in ENDPOINTS], lifespan=lifespan)
