"""What a person said about whom a name in a department's records means.

The case of such an act is the name (``source:hash``), so that everything said about it,
whatever business it was said of, is found together. The last word on a business counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from features.linkage.decision import LinkDecision
from serving.formats import iso_day
from serving.review.acts import Act, By, content_of

LINKED = "link"


@dataclass(frozen=True)
class Said:
    """Whether the name means the business, and why."""

    by: By
    same: bool
    reasons: str


def said_in(act: Act) -> Said:
    """What was said in an act about a name."""
    return content_of(Said, act)


def decision_of(act: Act) -> LinkDecision:
    """The act as the records keep it; its number names it there."""
    said = said_in(act)
    office = f" ({said.by.department})" if said.by.department else ""
    by = f"{said.by.name}{office}, act {act.no}"
    return LinkDecision(act.case_id, act.business_id, said.same, iso_day(act.day), by)


def decisions_in(acts: Iterable[Act]) -> tuple[LinkDecision, ...]:
    """What the acts of a case say, oldest first."""
    return tuple(decision_of(act) for act in acts if act.kind == LINKED)


def names_in(acts: Iterable[Act]) -> tuple[str, ...]:
    """The names that acts about a business speak of, each once."""
    return tuple(dict.fromkeys(act.case_id for act in acts if act.kind == LINKED))
