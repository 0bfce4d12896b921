"""``GET /businesses/{business_id}``: the page about one business.

It shows what ``GET /v1/businesses/{business_id}/explanation`` and its ``way-back``
say, nothing more and nothing else.
"""

from __future__ import annotations

from itertools import islice

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.answers.edition import Edition
from serving.answers.explained import Explained
from serving.answers.links import names_about
from serving.answers.name_told import Sees
from serving.answers.objection_told import told as say
from serving.answers.objections import objections_about
from serving.answers.overrides import overrides_about
from serving.answers.way_back import way_back_of
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.console.figures import scale, waterfall
from serving.doors.console.pages import page, told_as_page
from serving.doors.recording import looking
from serving.formats import iso_day
from serving.paths import WayBack
from serving.render.way_back import gathered

_NAMES = 20
_WIDE, _NARROW, _BARS = 1000.0, 320.0, 480.0


@told_as_page
async def business(request: Request) -> Response:
    """The explanation of a business as a page."""
    desk = desk_of(request)
    edition = desk.editions.current()
    business_id = request.path_params["business_id"]
    told = desk.explain(business_id, edition)
    ahead, _ = await to_thread.run_sync(way_back_of, edition, business_id)
    acts = await to_thread.run_sync(_acts, edition, business_id, looking(desk))
    return page(request, "business.html.j2", _context(edition, told) | _ahead(ahead) | acts)


def _acts(edition: Edition, business_id: str, sees: Sees) -> dict[str, object]:
    """What the page says of objections, overrides and names in records."""
    found = [one for _, one in islice(names_about(edition, business_id, 0, sees), _NAMES + 1)]
    return {
        "names": found[:_NAMES],
        "more_names": len(found) > _NAMES,
        "objections": [say(edition, one) for one in objections_about(edition, business_id)],
        "overrides": overrides_about(edition, business_id),
    }


def _ahead(told: WayBack) -> dict[str, object]:
    """What the page says of the way back: its steps numbered in the order of doing."""
    steps = tuple(gathered(told.steps))
    return {
        "ahead": told,
        "steps": steps,
        "numbers": {name: one.number for one in steps for name in one.steps},
        "effects": {one.step: one for one in told.steps},
    }


def _context(edition: Edition, told: Explained) -> dict[str, object]:
    decision, contested = told.answer.decision, told.answer.contested
    opened = decision.business.established_day
    both = []
    if contested:
        pair = (decision, contested.other)
        both = list(
            zip(
                ("with", "without"),
                pair if contested.applies == "with" else pair[::-1],
                strict=True,
            )
        )
    return {
        "jurisdiction": edition.bundle.manifest.jurisdiction,
        "d": decision,
        "tier": told.answer.tier,
        "override": told.answer.override,
        "measures": told.answer.override.measures if told.answer.override else decision.measures,
        "contested": contested,
        "both": both,
        "records": told.records,
        "data": told.data,
        "anchors": {
            (one.source, one.record_id): place for place, one in enumerate(told.records, start=1)
        },
        "titles": {one.name: one.title for one in edition.catalogue.jurisdiction.sources},
        "established": None if opened is None else iso_day(opened),
        "wide_scale": scale(decision, _WIDE),
        "narrow_scale": scale(decision, _NARROW),
        "falls": waterfall(decision, _BARS),
        "provenance": [
            ("score_set", edition.name),
            ("bundle", decision.provenance.bundle),
            ("catalogue", decision.provenance.catalogue),
            ("snapshot", decision.provenance.snapshot),
            ("policy", decision.provenance.policy),
            ("vector_hash", decision.provenance.vector),
            ("code_version", decision.provenance.code_version),
        ],
    }


PAGES = Access("pages", REGULATOR, AUDITOR, about="one business")
ENDPOINT = Endpoint(Door("/businesses/{business_id}", "GET", PAGES, page=True), business)
