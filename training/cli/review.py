"""``xinheng review``: what people still have to decide, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from training.cli.decisions import stores_of
from training.cli.place import Place
from training.cli.terminal import out, table

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from serving.review import Objection, Override, Reviews


@click.command()
@click.pass_obj
def review(place: Place) -> None:
    """List open objections by the day they are due, overrides, and what was said of names.

    They are filed, decided, proposed and confirmed through the service, so that each
    act is some key's. Names that wait for a person are listed by `xinheng records links`.
    """
    from serving.answers.objection_told import limits_of
    from serving.formats import day_of, iso_day
    from serving.review import Reviews
    from serving.review.links import LINKED, said_in

    city = place.catalogue.jurisdiction
    reviews = Reviews(stores_of(place).review)
    today = place.today.isoformat()
    rows = []
    for one in _open_objections(reviews):
        limits = limits_of(city, one.filed_day)
        due = (limits[-1 if one.extended else 0].on if limits else None) or "no limit"
        late = "overdue" if due < today else ""
        rows.append(
            [due, late, one.business_id, one.filed.about, iso_day(one.filed_day), one.objection_id]
        )
    table("open objections", ["due", "", "business", "about", "filed", "objection"], sorted(rows))
    holding = [
        [
            one.state(day_of(today)), one.business_id,
            f"{one.proposed.decided_tier} to {one.proposed.tier}",
            iso_day(one.proposed.until_day), one.override_id,
        ]
        for one in _overrides(reviews)
        if one.state(day_of(today)) in ("proposed", "in_force")
    ]  # fmt: skip
    table("overrides", ["state", "business", "tier", "until", "override"], holding)
    said = [
        [iso_day(act.day), act.business_id, "same" if said_in(act).same else "different",
         act.case_id, said_in(act).by.name]
        for act in reviews.begun(LINKED, 0, None)
    ]  # fmt: skip
    table("said about names in records", ["on", "business", "", "name", "by"], said)
    out.print(f"as of {today}")


def _open_objections(reviews: Reviews) -> Iterator[Objection]:
    from serving.review import objections_of
    from serving.review.objections import CLOSING, FILED

    for act in reviews.begun(FILED, 0, None, ended_by=CLOSING, is_ended=False):
        found = objections_of(reviews.about(act.business_id))
        yield from (one for one in found if one.objection_id == act.case_id)


def _overrides(reviews: Reviews) -> Iterator[Override]:
    from serving.review import overrides_of
    from serving.review.overrides import PROPOSED

    for act in reviews.begun(PROPOSED, 0, None):
        found = overrides_of(reviews.about(act.business_id))
        yield from (one for one in found if one.override_id == act.case_id)
