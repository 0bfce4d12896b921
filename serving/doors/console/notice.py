"""``GET /businesses/{business_id}/notice``: what the business may be told, for printing."""

from __future__ import annotations

from anyio import to_thread
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.answers.way_back import way_back_of
from serving.auth.access import AUDITOR, REGULATOR, SUBJECT, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.console.pages import page, page_language, told_as_page
from serving.render import html
from serving.render.way_back import way_back_html


@told_as_page
async def notice(request: Request) -> Response:
    """The subject's view of the decision that applies, and what it can do."""
    desk = desk_of(request)
    edition = desk.editions.current()
    business_id = request.path_params["business_id"]
    told = desk.explain(business_id, edition)
    ahead, _ = await to_thread.run_sync(way_back_of, edition, business_id)
    language = page_language(request, desk)
    decision, file = told.decision, told.case_file("subject")
    fragment = html(decision, "subject", language, file) + way_back_html(ahead, language)
    return page(
        request,
        "notice.html.j2",
        {
            "jurisdiction": edition.bundle.manifest.jurisdiction,
            "told": decision,
            "fragment": Markup(fragment),  # the renderer has escaped everything in it
        },
    )


PAGES = Access("pages", REGULATOR, SUBJECT, AUDITOR, about="one business")
ENDPOINT = Endpoint(Door("/businesses/{business_id}/notice", "GET", PAGES, page=True), notice)
