"""``GET /v1/businesses``: find businesses, riskiest first, page by page."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.beside import beside
from serving.answers.desk import desk_of
from serving.auth import Caller
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import ListRequest, read_query
from serving.store import Wanted, find


def businesses(request: Request) -> Response:
    """The page of businesses the query asks for, and where the next one is.

    Tiers are the published ones; ``review`` names what people did since.
    """
    asked = read_query(ListRequest, request.query_params)
    desk = desk_of(request)
    edition = desk.editions.current()
    page = find(edition.store, wanted(asked, desk.caller))
    following = None
    if page.after is not None:
        query = asked.model_copy(update={"after": page.after}).model_dump(exclude_defaults=True)
        following = f"/v1/businesses?{urlencode(query)}"
    listed = [{**vars(one), "review": beside(edition, one.business_id)} for one in page.businesses]
    told = {"as_of": edition.as_of, "next": following, "page": {**vars(page), "businesses": listed}}
    body = canonical.encode(told)
    return reply(request, body)


def wanted(asked: ListRequest, caller: Caller) -> Wanted:
    """The search that a request means, among the businesses the caller may look at."""
    return Wanted(**asked.model_dump(), within=tuple(sorted(caller.districts)))


LIST = Access("list", REGULATOR, AUDITOR, about="many businesses")
ENDPOINT = Endpoint(Door("/v1/businesses", "GET", LIST), businesses)
