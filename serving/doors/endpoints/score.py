"""``POST /v1/score``: one business, scored and explained."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, REGISTRY, REGULATOR, SUBJECT, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import ScoreRequest, read_body


async def score(request: Request) -> Response:
    """What the caller may see of the decision that applies to ``business_id``."""
    asked = read_body(ScoreRequest, request.scope["xinheng.json"])
    desk = desk_of(request)
    return reply(request, desk.told(asked.business_id).body)


SCORE = Access("score", REGISTRY, REGULATOR, SUBJECT, AUDITOR, about="one business")
ENDPOINT = Endpoint(Door("/v1/score", "POST", SCORE, body_bytes=1024), score)
