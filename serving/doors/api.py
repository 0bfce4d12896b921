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
    businesses,
    changes,
    explanation,
    health,
    history,
    model,
    openapi,
    records,
    score,
    score_batch,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    score.ENDPOINT,
    score_batch.ENDPOINT,
    businesses.ENDPOINT,
    explanation.ENDPOINT,
    changes.ENDPOINT,
    history.ENDPOINT,
    model.ENDPOINT,
    openapi.ENDPOINT,
    records.ENDPOINT,
    *health.ENDPOINTS,
    *console.ENDPOINTS,
)
DOORS: tuple[Door, ...] = tuple(endpoint.door for endpoint in ENDPOINTS)


def application(desk: Desk) -> Starlette:
    """The application that answers from `desk`; it expects the guard in front."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # The first request finds the edition open.
        await to_thread.run_sync(desk.editions.refresh)
        yield

    app = Starlette(routes=[endpoint.route for endpoint in ENDPOINTS], lifespan=lifespan)
    app.state.desk = desk
    return app
