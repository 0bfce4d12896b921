"""``GET /v1/businesses/{business_id}/history``: score and tier on past month ends."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import HistoryRequest, read_query


async def history(request: Request) -> Response:
    """The business on past month ends, by the model in force, as canonical JSON."""
    asked = read_query(HistoryRequest, request.query_params)
    told = await to_thread.run_sync(
        desk_of(request).history, request.path_params["business_id"], asked.months
    )
    return reply(request, told.to_json())


HISTORY = Access("explain", REGULATOR, AUDITOR, about="one business")
ENDPOINT = Endpoint(Door("/v1/businesses/{business_id}/history", "GET", HISTORY), history)
