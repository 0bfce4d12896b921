"""``GET /businesses``: the search and its pages, riskiest first."""

from __future__ import annotations

from collections.abc import Mapping

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.beside import Beside, beside
from serving.answers.desk import desk_of
from serving.answers.edition import Edition
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.console.pages import page, told_as_page
from serving.doors.endpoints.businesses import wanted
from serving.doors.requests import ListRequest, read_page_query
from serving.manifest import LEVELS
from serving.store import Page, find


@told_as_page
async def listing(request: Request) -> Response:
    """The businesses that fit the query."""
    asked = read_page_query(ListRequest, request.query_params)
    desk = desk_of(request)
    edition = desk.editions.current()
    manifest = edition.bundle.manifest
    found = find(edition.store, wanted(asked, desk.caller))
    told = await to_thread.run_sync(_beside, edition, found)
    return page(
        request,
        "list.html.j2",
        {
            "jurisdiction": manifest.jurisdiction,
            "as_of": edition.as_of,
            "asked": asked,
            "page": found,
            "beside": told,
            "first": asked.model_dump(exclude_defaults=True, exclude={"after"}),
            "levels": LEVELS,
            "district_titles": {
                code: title
                for code, title in manifest.districts.items()
                if desk.caller.sees("", code)
            },
            "sector_titles": manifest.sectors,
        },
    )


def _beside(edition: Edition, page: Page) -> Mapping[str, Beside]:
    """What people did about the businesses of the page, by their identifiers."""
    told = {one.business_id: beside(edition, one.business_id) for one in page.businesses}
    return {name: one for name, one in told.items() if one is not None}


PAGES = Access("pages", REGULATOR, AUDITOR, about="many businesses")
ENDPOINT = Endpoint(Door("/businesses", "GET", PAGES, page=True), listing)
