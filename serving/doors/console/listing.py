"""``GET /businesses``: the search and its pages, riskiest first."""

from __future__ import annotations

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.doors.addresses import Door, Endpoint
from serving.doors.console.pages import page, told_as_page
from serving.doors.endpoints.businesses import wanted
from serving.doors.requests import ListRequest, read_query
from serving.manifest import LEVELS
from serving.store import find


@told_as_page
async def listing(request: Request) -> Response:
    """The businesses that fit the query."""
    given = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
    asked = read_query(ListRequest, QueryParams(given))
    edition = desk_of(request).editions.current()
    manifest = edition.bundle.manifest
    return page(
        request,
        "list.html.j2",
        {
            "jurisdiction": manifest.jurisdiction,
            "as_of": edition.as_of,
            "asked": asked,
            "page": find(edition.store, wanted(asked)),
            "first": asked.model_dump(exclude_defaults=True, exclude={"after"}),
            "levels": LEVELS,
            "district_titles": manifest.districts,
            "sector_titles": manifest.sectors,
        },
    )


ENDPOINT = Endpoint(Door("/businesses", "GET"), listing)
