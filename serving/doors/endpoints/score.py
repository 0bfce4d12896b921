"""``POST /v1/score``: one business, scored and explained."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import ScoreRequest, read_body


async def score(request: Request) -> Response:
    """The decision that applies to ``business_id``, as canonical JSON."""
    asked = read_body(ScoreRequest, request.scope["xinheng.json"])
    return reply(request, desk_of(request).score(asked.business_id).to_json())


ENDPOINT = Endpoint(Door("/v1/score", "POST", body_bytes=1024), score)
