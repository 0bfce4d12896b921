"""``GET /v1/businesses``: find businesses, riskiest first, page by page."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import ListRequest, read_query
from serving.store import Wanted, find


async def businesses(request: Request) -> Response:
    """The page of businesses the query asks for, and where the next one is."""
    asked = read_query(ListRequest, request.query_params)
    edition = desk_of(request).editions.current()
    page = find(edition.store, wanted(asked))
    following = None
    if page.after is not None:
        query = asked.model_copy(update={"after": page.after}).model_dump(exclude_defaults=True)
        following = f"/v1/businesses?{urlencode(query)}"
    body = canonical.encode({"as_of": edition.as_of, "next": following, "page": page})
    return reply(request, body)


def wanted(asked: ListRequest) -> Wanted:
    """The search that a request means."""
    return Wanted(**asked.model_dump())


ENDPOINT = Endpoint(Door("/v1/businesses", "GET"), businesses)
