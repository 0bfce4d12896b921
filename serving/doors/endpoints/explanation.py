"""``GET /v1/businesses/{business_id}/explanation``: why, with the records behind it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, REGULATOR, SUBJECT, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply


async def explanation(request: Request) -> Response:
    """The decision, every record it names, and the data it used, as canonical JSON."""
    desk = desk_of(request)
    return reply(request, desk.explain(request.path_params["business_id"]).to_json(desk.view))


EXPLAIN = Access("explain", REGULATOR, SUBJECT, AUDITOR, about="one business")
ENDPOINT = Endpoint(Door("/v1/businesses/{business_id}/explanation", "GET", EXPLAIN), explanation)
