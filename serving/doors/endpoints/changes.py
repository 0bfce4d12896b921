"""``GET /v1/businesses/{business_id}/changes``: why score and tier changed since a day."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import ChangesRequest, read_query


async def changes(request: Request) -> Response:
    """The account of the change between ``from`` and ``to``, as canonical JSON."""
    asked = read_query(ChangesRequest, request.query_params)
    told = await to_thread.run_sync(
        desk_of(request).changes, request.path_params["business_id"], asked.since, asked.until
    )
    return reply(request, told.to_json())


# Verifying an earlier set of scores reads all of it, once.
CHANGES = Access("explain", REGULATOR, AUDITOR, about="one business")
ENDPOINT = Endpoint(
    Door("/v1/businesses/{business_id}/changes", "GET", CHANGES, seconds=60.0), changes
)
