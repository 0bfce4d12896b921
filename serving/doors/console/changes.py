"""``GET /businesses/{business_id}/changes``: why score and tier changed, and the months past.

It shows what ``GET /v1/businesses/{business_id}/changes``, ``…/addendum`` (to the
answer of the earlier end) and ``…/history`` say.
"""

from __future__ import annotations

from anyio import to_thread
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.addendum import Addendum
from serving.answers.changes import Changes
from serving.answers.desk import Desk, desk_of
from serving.answers.edition import Edition
from serving.answers.history import History
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.console.figures import history_line
from serving.doors.console.pages import page, page_language, told_as_page
from serving.doors.requests import ChangesRequest, read_page_query
from serving.language import Language
from serving.render.change_html import change_html
from serving.render.typesetting import typeset

_MONTHS = 12
_WIDE = 1000.0


@told_as_page
async def changes(request: Request) -> Response:
    """The account of the change between ``from`` and ``to`` as a page."""
    desk = desk_of(request)
    edition = desk.editions.current()
    asked = read_page_query(ChangesRequest, request.query_params)
    told, added, past = await to_thread.run_sync(
        _read, desk, edition, request.path_params["business_id"], asked
    )
    context = _context(edition, told, past, page_language(request, desk))
    return page(request, "changes.html.j2", {**context, "added": added})


def _read(
    desk: Desk, edition: Edition, business_id: str, asked: ChangesRequest
) -> tuple[Changes, Addendum, History]:
    told = desk.changes(business_id, asked.since, asked.until, edition)
    before = told.change.before
    of = before.scores if before.basis == "published" else before.as_of
    added = desk.addendum(business_id, of, edition)
    return told, added, desk.history(business_id, _MONTHS, edition)


def _context(
    edition: Edition, told: Changes, past: History, language: Language
) -> dict[str, object]:
    anchors = {
        (one.source, one.business_id, one.record_id): place
        for place, one in enumerate(told.records, start=1)
    }
    fragment = change_html(
        told.change, told.notes, language, anchors=anchors,
        set_text=typeset if language == "zh" else str,
    )  # fmt: skip
    return {
        "jurisdiction": edition.bundle.manifest.jurisdiction,
        "as_of": edition.as_of,
        "c": told.change,
        "records": told.records,
        "business_id": told.change.business_id,
        "fragment": Markup(fragment),  # the renderer has escaped everything in it
        "history": past,
        "line": history_line(past, told.change.after.cutoffs, _WIDE),
    }


PAGES = Access("pages", REGULATOR, AUDITOR, about="one business")
ENDPOINT = Endpoint(
    Door("/businesses/{business_id}/changes", "GET", PAGES, seconds=60.0, page=True), changes
)
