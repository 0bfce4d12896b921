"""``GET /v1/businesses/{business_id}/addendum``: what became known since an earlier answer."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, REGULATOR, SUBJECT, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import AddendumRequest, read_query


async def addendum(request: Request) -> Response:
    """Records behind the answer of the day ``of`` that were annulled, repaired … since."""
    asked = read_query(AddendumRequest, request.query_params)
    told = await to_thread.run_sync(
        desk_of(request).addendum, request.path_params["business_id"], asked.of
    )
    return reply(request, told.to_json())


# Verifying an earlier set of scores reads all of it, once.
ADDENDUM = Access("explain", REGULATOR, SUBJECT, AUDITOR, about="one business")
ENDPOINT = Endpoint(
    Door("/v1/businesses/{business_id}/addendum", "GET", ADDENDUM, seconds=60.0), addendum
)
