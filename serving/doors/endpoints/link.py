"""``GET /v1/businesses/{business_id}/links/{mention}``: one name, and the records that give it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.answers.links import name_beside
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.recording import looking
from serving.doors.replies import reply


def link(request: Request) -> Response:
    """The name beside the business, what was said of it, and its records."""
    desk = desk_of(request)
    parts = request.path_params
    told = name_beside(
        desk.editions.current(), parts["business_id"], parts["mention"], looking(desk)
    )
    return reply(request, canonical.encode(told))


READ = Access("links", REGULATOR, AUDITOR, about="one business")
ENDPOINT = Endpoint(Door("/v1/businesses/{business_id}/links/{mention}", "GET", READ), link)
