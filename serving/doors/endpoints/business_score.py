"""``GET /v1/businesses/{business_id}/score``: what ``POST /v1/score`` says, kept by its ETag."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.doors.addresses import Door, Endpoint
from serving.doors.endpoints.score import SCORE
from serving.doors.replies import reply


async def business_score(request: Request) -> Response:
    """What the caller may see of the decision; 304 where the caller has it already."""
    desk = desk_of(request)
    return reply(request, desk.told(request.path_params["business_id"]).body)


ENDPOINT = Endpoint(Door("/v1/businesses/{business_id}/score", "GET", SCORE), business_score)
