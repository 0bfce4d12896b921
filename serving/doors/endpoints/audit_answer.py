"""``GET /v1/audit/records/{audit_id}/answer``: a past answer, made again byte for byte."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from features.contracts import Phrase
from serving import problems
from serving.answers.addendum import addendum_to
from serving.answers.desk import Desk, desk_of
from serving.answers.edition import Edition
from serving.auth import Caller
from serving.auth.access import AUDITOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.audit_log import named, reading
from serving.doors.recording import again_of
from serving.formats import day_of
from serving.problems import Problem, Refused


async def audit_answer(request: Request) -> Response:
    """The bytes that were answered, made anew from the edition the record names.

    They are given only when their SHA-256 is the recorded one; else the problem says
    what is gone or differs. ``x-addendum`` counts the records behind a decision of which
    something else became known since, and ``link`` says where that is told.
    """
    desk = desk_of(request)
    record, kept, about = await to_thread.run_sync(_read, desk, request.path_params["audit_id"])
    request.scope["xinheng.about"] = about
    edition = await _edition(desk, record)
    then = desk.serving(_caller(record, about), edition)
    again = await again_of(request)(kept, record["route"], then)
    body = again.body
    if hashlib.sha256(body).hexdigest() != record["answer"]["sha256"]:
        raise Refused(_cannot(_DIFFERS))
    headers = Headers(raw=again.start["headers"])
    given = {"cache-control": "no-store", "x-answered-with": str(record["answer"]["status"])}
    if about is not None and record["inputs"] is not None:  # a decision, which rests on records
        given |= await to_thread.run_sync(_since, edition, desk.editions.current(), about)
    return Response(body, media_type=headers.get("content-type"), headers=given)


def _since(then: Edition, current: Edition, business_id: str) -> Mapping[str, str]:
    """What is said beside a past answer of what became known since."""
    if current.store.subject(business_id) is None:
        return {}  # nothing is known of it any more, not even this
    found = addendum_to(then, current, business_id)
    at = f"/v1/businesses/{quote(business_id, safe='')}/addendum?of={then.name}"
    return {"x-addendum": str(len(found.entries)), "link": f'<{at}>; rel="related"'}


def _read(desk: Desk, audit_id: str) -> tuple[Mapping[str, Any], bytes, str | None]:
    """The record of that name, its request, and the business it is about."""
    ledger = reading(desk)
    found = named(ledger, audit_id)
    kept = ledger.request_of(found.seq)
    if kept is None:
        raise Refused(_cannot(_NO_REQUEST))
    return json.loads(found.record), kept, ledger.subject_of(found.seq)


async def _edition(desk: Desk, record: Mapping[str, Any]) -> Edition:
    """The edition the answer was given from."""
    current = desk.editions.current()
    if record["basis"] is None:
        return current  # the answer rested on none
    try:
        past = await to_thread.run_sync(desk.past.open, record["basis"]["scores"], current)
    except Refused:
        raise Refused(_cannot(_EDITION_GONE)) from None
    basis = record["basis"]
    on = basis.get("on")  # records before there were overrides name no day
    return replace(
        past, inbox=current.inbox, arrived=basis["arrived"], reviews=current.reviews,
        reviewed=basis.get("reviewed", 0), today=None if on is None else day_of(on),
    )  # fmt: skip


def _caller(record: Mapping[str, Any], about: str | None) -> Caller:
    """The caller the record names, with what its role and districts let it see."""
    by = record["by"]
    return Caller(
        by["name"], by["role"], by["by"], by["department"], districts=frozenset(by["districts"]),
        business_id=about if by["role"] == "subject" else None, purpose=record["purpose"],
    )  # fmt: skip


_NO_REQUEST = Phrase(
    "该记录的请求未保存(内容可能涉密)或已按规定删除。",
    "The request of this record was not kept (it may hold a secret) or was deleted.",
)
_EDITION_GONE = Phrase(
    "当时的评分批次已不存在、未通过校验,或与现行指标目录不一致。",
    "The set of scores of that answer is gone, does not verify, or rests on other declarations.",
)
_DIFFERS = Phrase(
    "重新作出的答复与记录的摘要不同:程序、所比较的其他批次或其间报送的记录已与当时不同。",
    "What is answered now differs from the recorded hash: the program, an earlier set of scores "
    "that the answer compared with, or the records pushed between two scorings are not those of "
    "the time.",
)


def _cannot(why: Phrase) -> Problem:
    return Problem(
        problems.NOT_REPRODUCIBLE,
        why,
        Phrase(
            "请用记录中 basis 所列的评分批次、模型包和程序版本重现。",
            "Restore the scores and the bundle named in the record's basis, with the program of "
            "that time.",
        ),
    )


AUDIT = Access("audit", AUDITOR, recorded="act")
ENDPOINT = Endpoint(
    Door("/v1/audit/records/{audit_id}/answer", "GET", AUDIT, seconds=60.0), audit_answer
)
