"""``GET /v1/businesses/{business_id}/way-back``: what it may do, and when it gets better."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, REGULATOR, SUBJECT, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.render.way_back import way_back_json


async def way_back(request: Request) -> Response:
    """The way back as canonical JSON; worked out beside, so that other answers need not wait."""
    desk = desk_of(request)
    told = await to_thread.run_sync(desk.way_back, request.path_params["business_id"])
    return reply(request, way_back_json(told, "subject" if desk.view == "subject" else "regulator"))


WAY_BACK = Access("explain", REGULATOR, SUBJECT, AUDITOR, about="one business")
ENDPOINT = Endpoint(Door("/v1/businesses/{business_id}/way-back", "GET", WAY_BACK), way_back)
