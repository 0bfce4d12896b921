"""What the way back says, as frozen data with one canonical form."""

from __future__ import annotations

from dataclasses import dataclass

from features.contracts import Phrase
from serving import canonical
from serving.decision.decided import Told
from serving.manifest import Tier


@dataclass(frozen=True)
class OpenStep:
    """One thing the law lets the business do, and what it alone would change.

    Parameters
    ----------
    step
        Names the step within this answer.
    record_id, years
        The record it is about, or the owed years.
    allowed_on, counted_on
        First day the law allows it; first day from which the records say so.
    needs
        Steps that must be done before it.
    points
        Signed points by which the score on `counted_on` then differs from doing
        nothing, the steps it needs included.
    lifts
        Whether the tier of that day is then better than with nothing done.
    """

    step: str
    action: str
    phrase: Phrase
    condition: Phrase
    legal_basis: str
    at: Phrase
    effort: int
    source: str
    record_id: str | None
    years: tuple[int, ...]
    allowed_on: str
    counted_on: str
    needs: tuple[str, ...]
    points: str
    lifts: bool


@dataclass(frozen=True)
class Reached:
    """A future decision that was really made, by `decide`, on the records as they would be.

    Parameters
    ----------
    lasts_until
        Last day of the run in the tier or a better one that begins there; none when
        it lasts to the horizon.
    decision, vector
        SHA-256 of the decision's canonical JSON and of its numbers.
    """

    on: str
    tier: Tier
    model_tier: Tier
    score: str
    lasts_until: str | None
    decision: str
    vector: str


@dataclass(frozen=True)
class Way:
    """Steps to take, each as early as the law allows, and what they lead to."""

    steps: tuple[str, ...]
    effort: int
    reached: Reached


@dataclass(frozen=True)
class BetterTier:
    """How a better tier, or one better still, is reached; all None when it is not.

    Parameters
    ----------
    untouched
        With nothing done and nothing new recorded.
    soonest
        The earliest day that steps reach it before `untouched` does, by least effort.
    cheapest
        The least effort that reaches it before `untouched` does, on its earliest day;
        where that is less effort than `soonest` takes.
    """

    tier: Tier
    untouched: Reached | None
    soonest: Way | None
    cheapest: Way | None


@dataclass(frozen=True)
class Searched:
    """How far was searched.

    Parameters
    ----------
    steps
        Steps that change anything the model or a rule looks at.
    sets, most
        Sets of them that were looked at, and the limit on their number.
    complete
        Whether those were all.
    days, holds_days
        Days of each future, and how long a tier must hold to be reached.
    """

    steps: int
    sets: int
    most: int
    complete: bool
    days: int
    holds_days: int


@dataclass(frozen=True)
class Basis:
    """SHA-256 names of what the answer rests on; `actions` of the declared actions."""

    bundle: str
    catalogue: str
    policy: str
    snapshot: str | None
    actions: str


@dataclass(frozen=True)
class WayBack:
    """The better tiers of one business, best last, and everything it may do.

    `as_of` is today's decision; nothing after `until` was looked at.
    """

    business_id: str
    name: str
    as_of: str
    until: str
    tier: Tier
    score: str
    better: tuple[BetterTier, ...]
    steps: tuple[OpenStep, ...]
    assumptions: tuple[Phrase, ...]
    searched: Searched
    told: Told
    basis: Basis

    def to_json(self) -> bytes:
        """The answer as canonical JSON: equal answers, equal bytes."""
        return canonical.encode(self)
