"""``POST /v1/businesses/{business_id}/what-if``: what would be decided under a supposition."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.answers.what_if import Supposed
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import WhatIfRequest, read_body


async def what_if(request: Request) -> Response:
    """The decision now and the one that would be, which is milder, and what differs."""
    asked = read_body(WhatIfRequest, request.scope["xinheng.json"])
    desk = desk_of(request)
    supposed = Supposed(
        tuple((one.source, one.record_id) for one in asked.repaired),
        tuple((one.source, one.record_id) for one in asked.disputed),
        asked.values,
    )
    told = await to_thread.run_sync(desk.what_if, request.path_params["business_id"], supposed)
    return reply(request, told.to_json(desk.view))


WHAT_IF = Access("explain", REGULATOR, AUDITOR, about="one business")
ENDPOINT = Endpoint(
    Door("/v1/businesses/{business_id}/what-if", "POST", WHAT_IF, body_bytes=100_000), what_if
)
