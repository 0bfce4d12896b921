"""``POST /v1/score/batch``: up to 10,000 businesses, one line of JSON each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from serving import canonical
from serving.answers.desk import Desk, desk_of
from serving.answers.edition import Edition
from serving.doors.addresses import Door, Endpoint
from serving.doors.requests import BatchRequest, read_body
from serving.language import Language
from serving.problems import Refused

MEDIA_TYPE = "application/x-ndjson"
_LINES = 16  # answered before other requests get their turn and what is ready is sent


async def score_batch(request: Request) -> Response:
    """A stream of answers, in the order asked; a refused one is a line with its problem.

    ``x-lines`` says how many lines a whole answer has. All come from one edition.
    """
    asked = read_body(BatchRequest, request.scope["xinheng.json"])
    desk = desk_of(request)
    edition = desk.editions.current()
    return StreamingResponse(
        _stream(desk, edition, asked.business_ids, desk.language(request)),
        media_type=MEDIA_TYPE,
        headers={"x-lines": str(len(asked.business_ids)), "cache-control": "no-store"},
    )


async def _stream(
    desk: Desk, edition: Edition, business_ids: Sequence[str], language: Language
) -> AsyncIterator[bytes]:
    for start in range(0, len(business_ids), _LINES):
        some = business_ids[start : start + _LINES]
        yield b"".join(_line(desk, edition, one, language) + b"\n" for one in some)
        await asyncio.sleep(0)


def _line(desk: Desk, edition: Edition, business_id: str, language: Language) -> bytes:
    try:
        return desk.score(business_id, edition).to_json()
    except Refused as refused:
        problem = json.loads(refused.problem.body(language))
        return canonical.encode({"business_id": business_id, "problem": problem})


ENDPOINT = Endpoint(
    Door("/v1/score/batch", "POST", body_bytes=1_500_000, seconds=300.0), score_batch
)
