"""``POST /v1/score/batch``: up to 10,000 businesses, one line of JSON each."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from serving import canonical
from serving.answers.desk import Desk, desk_of
from serving.answers.told import Noted
from serving.audit import Entry
from serving.auth.access import AUDITOR, REGISTRY, REGULATOR, Access
from serving.auth.refusals import outside_your_district
from serving.doors.addresses import Door, Endpoint
from serving.doors.recording import AUDIT_ID, may_look, recorded, request_of, who_of
from serving.doors.requests import BatchRequest, read_body
from serving.problems import Refused

MEDIA_TYPE = "application/x-ndjson"
_LINES = 16  # decided before other requests get their turn; recorded and sent together


async def score_batch(request: Request) -> Response:
    """A stream of answers, in the order asked; a refused one is a line with its problem.

    ``x-lines`` says how many lines a whole answer has. All come from one edition. Each
    line has its own audit record; ``x-audit-id`` names that of the whole.
    """
    asked = read_body(BatchRequest, request.scope["xinheng.json"])
    desk = desk_of(request)
    desk.editions.current()
    n = len(asked.business_ids)
    headers = {"x-lines": str(n), "cache-control": "no-store"}
    part_of = None
    if not desk.is_again:
        desk.gatekeeper.charge(desk.caller, n - 1)
        (opened,) = await recorded(desk, _entry(request, desk, f"{n} lines".encode()))
        part_of, headers[AUDIT_ID] = opened.seq, opened.audit_id
    lines = _stream(request, desk, asked.business_ids, part_of)
    return StreamingResponse(lines, media_type=MEDIA_TYPE, headers=headers)


async def _stream(
    request: Request, desk: Desk, business_ids: Sequence[str], part_of: int | None
) -> AsyncIterator[bytes]:
    """The lines; while some are being recorded, the next are decided."""
    ready: tuple[bytes, asyncio.Task[object]] | None = None
    try:
        for start in range(0, len(business_ids), _LINES):
            lines = [_line(request, desk, one) for one in business_ids[start : start + _LINES]]
            body = b"".join(line.body for line in lines)
            if part_of is None:
                yield body
                continue
            entries = [_line_entry(request, desk, line, part_of) for line in lines]
            writing: asyncio.Task[object] = asyncio.ensure_future(recorded(desk, *entries))
            if ready:
                await ready[1]
                yield ready[0]
            ready = body, writing
            await asyncio.sleep(0)
        if ready:
            await ready[1]
            yield ready[0]
    finally:
        if ready:
            ready[1].cancel()


@dataclass(frozen=True)
class _Line:
    """One line of the stream; `noted` is None when it says why not."""

    business_id: str
    body: bytes
    noted: Noted | None
    status: int


def _line(request: Request, desk: Desk, business_id: str) -> _Line:
    try:
        if desk.caller.is_limited and not may_look(desk, business_id):
            raise Refused(outside_your_district())
        told = desk.told(business_id)
        return _Line(business_id, told.body + b"\n", told.noted, 200)
    except Refused as refused:
        problem = refused.problem
        body = canonical.encode(
            {
                "business_id": business_id,
                "problem": json.loads(problem.body(desk.language(request))),
            }
        )
        return _Line(business_id, body + b"\n", None, problem.type.status)


def _line_entry(request: Request, desk: Desk, line: _Line, part_of: int) -> Entry:
    """A line is recorded as the batch of this one business, which answers the same again."""
    return _entry(
        request, desk, line.body, line, part_of=part_of,
        inputs=line.noted.inputs if line.noted else None,
        tier=line.noted.tier if line.noted else None,
    )  # fmt: skip


def _entry(
    request: Request,
    desk: Desk,
    body: bytes,
    line: _Line | None = None,
    *,
    part_of: int | None = None,
    inputs: str | None = None,
    tier: str | None = None,
) -> Entry:
    asked = {"business_ids": [line.business_id]} if line else None
    return Entry(
        action=BATCH.scope,
        route="POST /v1/score/batch",
        who=who_of(desk.caller),
        purpose=desk.caller.purpose,
        about=line.business_id if line else None,
        request=request_of(request.scope, asked) if line else b"",
        basis=desk.basis,
        status=line.status if line else 200,
        sha256=hashlib.sha256(body).hexdigest(),
        inputs=inputs,
        tier=tier,
        part_of=part_of,
    )


BATCH = Access(
    "score", REGISTRY, REGULATOR, AUDITOR, about="many businesses", recorded="lines"
)  # fmt: skip
ENDPOINT = Endpoint(
    Door("/v1/score/batch", "POST", BATCH, body_bytes=1_500_000, seconds=300.0), score_batch
)
