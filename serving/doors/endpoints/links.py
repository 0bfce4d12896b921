"""``GET`` and ``POST /v1/businesses/{business_id}/links``: names that may mean a business.

A name stands in records without a code. A post says whether it means the business.
"""

from __future__ import annotations

from itertools import islice
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.answers.links import Saying, names_about, say
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.acting import acted
from serving.doors.addresses import Door, Endpoint
from serving.doors.recording import looking
from serving.doors.replies import reply
from serving.doors.requests import read_body, read_query
from serving.doors.review_requests import LinkRequest, NamesRequest


def links(request: Request) -> Response:
    """A page of the names, those with most records first, and where the next one is."""
    asked = read_query(NamesRequest, request.query_params)
    desk = desk_of(request)
    business_id = request.path_params["business_id"]
    every = names_about(desk.editions.current(), business_id, asked.after, looking(desk))
    wanted = (one for one in every if asked.state in (None, one[1].state))
    found = list(islice(wanted, asked.limit + 1))
    page, following = found[: asked.limit], None
    if len(found) > asked.limit:
        query = asked.model_copy(update={"after": page[-1][0]}).model_dump(exclude_defaults=True)
        following = f"{request.url.path}?{urlencode(query)}"
    body = {"next": following, "links": [one for _, one in page]}
    return reply(request, canonical.encode(body))


def new_link(request: Request) -> Response:
    """The name as it stands after what was said; it counts with the next answer."""
    asked = read_body(LinkRequest, request.scope["xinheng.json"])
    desk = desk_of(request)
    saying = Saying(asked.mention, asked.same, asked.reasons)
    edition, business_id = desk.editions.current(), request.path_params["business_id"]
    return acted(request, lambda named: say(edition, business_id, named, saying, looking(desk)))


_PATH = "/v1/businesses/{business_id}/links"
READ = Access("links", REGULATOR, AUDITOR, about="one business")
SAY = Access("links", REGULATOR, about="one business", recorded="act")
ENDPOINTS = (
    Endpoint(Door(_PATH, "GET", READ), links),
    Endpoint(Door(_PATH, "POST", SAY, body_bytes=20_000, writes=True), new_link),
)
