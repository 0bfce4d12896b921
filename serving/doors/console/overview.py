"""``GET /``: the city at a glance: tiers, warnings, districts, who to look at first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from starlette.requests import Request
from starlette.responses import Response

from features.contracts import Phrase
from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.console.figures import Part, stacked
from serving.doors.console.pages import page, told_as_page
from serving.manifest import LEVELS
from serving.store import Wanted, find, warnings_of
from serving.store.scores import Tally

_WARNED = 12  # businesses listed with the gravest warnings
_PLACES = 14  # districts (or sectors) listed

Place = tuple[str, Phrase, int, tuple[Part, ...], float]


@told_as_page
async def overview(request: Request) -> Response:
    """The overview of the scores in force."""
    desk = desk_of(request)
    edition = desk.editions.current()
    within = tuple(sorted(desk.caller.districts))
    manifest, scores = edition.bundle.manifest, edition.scores.manifest
    by_district = bool(within) or set(scores.districts) != {""}
    tallies, titles = (
        (scores.districts, manifest.districts)
        if by_district
        else (scores.sectors, manifest.sectors)
    )
    tallies = {code: tally for code, tally in tallies.items() if desk.caller.sees("", code)}
    tiers = _together(tallies.values())
    warned = next(
        (
            found.businesses
            for level in LEVELS
            if (
                found := find(edition.store, Wanted(level=level, limit=_WARNED, within=within))
            ).businesses
        ),
        (),
    )
    return page(
        request,
        "overview.html.j2",
        {
            "jurisdiction": manifest.jurisdiction,
            "as_of": edition.as_of,
            "name": edition.name,
            "bundle": scores.inputs.bundle,
            "businesses": sum(tiers.values()),
            "contested": 0 if within else scores.contested,
            "tiers": stacked(tiers, 1000),
            "levels": LEVELS,
            "warnings": sorted(warnings_of(edition.store, scores.warnings, within).items()),
            "titles": {name: spec.title for name, spec in manifest.models.items()},
            "districts": by_district,
            "place_name": "district" if by_district else "sector",
            "places": list(_places(tallies, titles)),
            "warned": warned,
            "district_titles": manifest.districts,
            "sector_titles": manifest.sectors,
        },
    )


def _together(tallies: Iterable[Tally]) -> Tally:
    together: dict[str, int] = {}
    for tally in tallies:
        for tier, n in tally.items():
            together[tier] = together.get(tier, 0) + n
    return dict(sorted(together.items()))


def _places(tallies: Mapping[str, Tally], titles: Mapping[str, Phrase]) -> Iterator[Place]:
    """The places with most businesses: code, title, number, parts by tier, share of C and D."""
    largest = sorted(tallies.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    for code, tally in largest[:_PLACES]:
        total = sum(tally.values())
        high = (tally.get("C", 0) + tally.get("D", 0)) / total if total else 0.0
        yield code, titles.get(code) or Phrase(code, code), total, stacked(tally, 160), high


PAGES = Access("pages", REGULATOR, AUDITOR, about="many businesses")
ENDPOINT = Endpoint(Door("/", "GET", PAGES, page=True), overview)
