"""``GET /v1/links``: names that wait for a person, and what persons said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import Desk, desk_of
from serving.answers.links import said_about_names, uncertain_names
from serving.answers.name_told import NameTold, SaidTold
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.recording import looking
from serving.doors.replies import reply
from serving.doors.requests import read_query
from serving.doors.review_requests import CasesRequest


def link_list(request: Request) -> Response:
    """A page, and where the next one is.

    ``closed``: what persons said, oldest first. Otherwise the names that wait, those
    with most records first, each beside its likeliest business.
    """
    asked = read_query(CasesRequest, request.query_params)
    desk = desk_of(request)
    found = list(islice(_seen(desk, asked), asked.limit + 1))
    page, following = found[: asked.limit], None
    if len(found) > asked.limit:
        query = asked.model_copy(update={"after": page[-1][0]}).model_dump(exclude_defaults=True)
        following = f"/v1/links?{urlencode(query)}"
    told = [one for _, one in page]
    is_closed = asked.state == "closed"
    body = {
        "next": following, "links": [] if is_closed else told, "said": told if is_closed else [],
    }  # fmt: skip
    return reply(request, canonical.encode(body))


def _seen(desk: Desk, asked: CasesRequest) -> Iterator[tuple[int, NameTold | SaidTold]]:
    """Those of businesses that the caller may look at."""
    edition, sees = desk.editions.current(), looking(desk)
    if asked.state == "closed":
        said = said_about_names(edition, asked.after)
        yield from ((no, one) for no, one in said if sees(one.business_id))
    else:
        yield from uncertain_names(edition, asked.after, sees)


LIST = Access("links", REGULATOR, AUDITOR, about="many businesses")
ENDPOINT = Endpoint(Door("/v1/links", "GET", LIST), link_list)
