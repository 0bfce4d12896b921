"""What people decided by the as-of day, as a scoring of everyone takes it in.

Objections and decisions about names are laid over the records
(`serving.batch.contested`). An override leaves the
decided tier as it is and stands beside it with its last day, because it expires by
itself: `set_tier` holds on a day up to `set_until`, and `tier` from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from features.linkage.decision import LinkDecision
from features.marks import Mark
from serving.review import Act, Override, Reviews, in_force, marks_of, objections_of, overrides_of
from serving.review.links import LINKED, decisions_in


@dataclass(frozen=True)
class Acted:
    """The acts of a day and all days before.

    Parameters
    ----------
    reviewed
        Number of the last of them; 0 for none.
    marks
        Business → what objections do to its records.
    overrides
        Business → the override that holds on the day.
    links
        Business → what was said about names, each whether it means it.
    """

    reviewed: int
    marks: Mapping[str, Sequence[Mark]]
    overrides: Mapping[str, Override]
    links: Mapping[str, Sequence[Act]] = field(default_factory=dict)

    def said(self, name: str) -> tuple[LinkDecision, ...]:
        """What was said about a name, of whatever business, oldest first."""
        case = (act for acts in self.links.values() for act in acts if act.case_id == name)
        return decisions_in(sorted(case, key=lambda act: act.no))


NOBODY = Acted(0, {}, {})


def acted(reviews: Reviews, day: int) -> Acted:
    """What people did until the end of a day (since 1970-01-01); raises Unavailable."""
    marks, overrides, links = {}, {}, {}
    reviewed = 0
    for business_id, acts in reviews.until(day):
        reviewed = max(reviewed, *(one.no for one in acts))
        found = tuple(marks_of(objections_of(acts)))
        if found:
            marks[business_id] = found
        held = in_force(overrides_of(acts), day)
        if held is not None:
            overrides[business_id] = held
        said = tuple(one for one in acts if one.kind == LINKED)
        if said:
            links[business_id] = said
    return Acted(reviewed, marks, overrides, links)


def beside(table: pa.Table, overrides: Mapping[str, Override]) -> pa.Table:
    """The table with the tier that people set, and its last day; null where nobody did."""
    held = [overrides.get(one) for one in table["entity_id"].to_pylist()] if overrides else []
    held = held or [None] * len(table)
    tiers = pa.array([None if one is None else one.proposed.tier for one in held], pa.string())
    until = pa.array([None if one is None else one.proposed.until_day for one in held], pa.int32())
    return table.append_column("set_tier", tiers).append_column("set_until", until)
