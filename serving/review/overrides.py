"""Overrides: a tier that two persons set in place of the decided one, until a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from serving.manifest import Tier
from serving.review.acts import Act, By, content_of

PROPOSED, CONFIRMED, ENDED = "override", "override_confirmation", "override_end"
State = Literal["proposed", "in_force", "expired", "ended"]


@dataclass(frozen=True)
class Proposed:
    """What one person proposes.

    Parameters
    ----------
    decided_tier
        What model and rules said that day.
    until_day
        Last day it holds, days since 1970-01-01.
    objection_id
        The objection it follows from, where there is one.
    """

    by: By
    tier: Tier
    decided_tier: Tier
    reasons: str
    until_day: int
    objection_id: str | None = None


@dataclass(frozen=True)
class Confirmed:
    """Another person agreed."""

    by: By


@dataclass(frozen=True)
class Ended:
    """It was withdrawn, turned down or ended before its day, and why."""

    by: By
    reasons: str


@dataclass(frozen=True)
class Override:
    """One override as it stands.

    Parameters
    ----------
    no
        Place of its proposal among all acts; `confirmed_no` that of its confirmation.
    """

    no: int
    override_id: str
    business_id: str
    proposed_day: int
    proposed: Proposed
    confirmed_no: int = 0
    confirmed_day: int | None = None
    confirmed: Confirmed | None = None
    ended_day: int | None = None
    ended: Ended | None = None

    def state(self, today: int) -> State:
        """How it stands on a day."""
        if self.ended is not None:
            return "ended"
        if today > self.proposed.until_day:
            return "expired"
        return "proposed" if self.confirmed is None else "in_force"


def overrides_of(acts: Iterable[Act]) -> tuple[Override, ...]:
    """The overrides that the acts about one business make up, oldest first."""
    found: dict[str, Override] = {}
    for act in acts:
        if act.kind == PROPOSED:
            found[act.case_id] = Override(
                act.no, act.case_id, act.business_id, act.day, content_of(Proposed, act)
            )
        elif act.kind == CONFIRMED:
            found[act.case_id] = replace(
                found[act.case_id], confirmed_no=act.no, confirmed_day=act.day,
                confirmed=content_of(Confirmed, act),
            )  # fmt: skip
        elif act.kind == ENDED:
            found[act.case_id] = replace(
                found[act.case_id], ended_day=act.day, ended=content_of(Ended, act)
            )
    return tuple(found.values())


def in_force(overrides: Sequence[Override], today: int) -> Override | None:
    """The override that holds on a day: of several, the one confirmed last."""
    holding = [one for one in overrides if one.state(today) == "in_force"]
    return max(holding, key=lambda one: one.confirmed_no, default=None)
