"""``GET /businesses/{business_id}/notice``: what the business may be told, for printing."""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, REGULATOR, SUBJECT, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.console.pages import page, page_language, told_as_page
from serving.render import html


@told_as_page
async def notice(request: Request) -> Response:
    """The subject's view of the decision that applies."""
    desk = desk_of(request)
    edition = desk.editions.current()
    told = desk.score(request.path_params["business_id"], edition).decision
    fragment = html(told, "subject", page_language(request, desk))
    return page(
        request,
        "notice.html.j2",
        {
            "jurisdiction": edition.bundle.manifest.jurisdiction,
            "told": told,
            "fragment": Markup(fragment),  # the renderer has escaped everything in it
        },
    )


PAGES = Access("pages", REGULATOR, SUBJECT, AUDITOR, about="one business")
ENDPOINT = Endpoint(Door("/businesses/{business_id}/notice", "GET", PAGES, page=True), notice)
