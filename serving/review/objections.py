"""Objections: what was objected to, by whom, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from features.marks import Key, Mark
from serving.review.acts import Act, By, content_of

FILED, EXTENDED, DECIDED = "objection", "objection_extension", "objection_decision"
WITHDRAWN = "objection_withdrawal"
CLOSING = (DECIDED, WITHDRAWN)
About = Literal["records", "tier"]
Outcome = Literal["upheld", "partly", "rejected"]
State = Literal["open", "extended", "upheld", "partly", "rejected", "withdrawn"]


@dataclass(frozen=True)
class RecordKey:
    """A record of a business."""

    source: str
    record_id: str


@dataclass(frozen=True)
class Filed:
    """An objection to records of a business, or to its tier (`records` is empty)."""

    by: By
    about: About
    records: tuple[RecordKey, ...]
    grounds: str


@dataclass(frozen=True)
class Extended:
    """More time was taken, and why."""

    by: By
    reasons: str


@dataclass(frozen=True)
class Annulled:
    """A record that the decision annuls, up to the version known when it was made."""

    source: str
    record_id: str
    version: int


@dataclass(frozen=True)
class Decided:
    """The outcome, why, and which of the records it annuls."""

    by: By
    outcome: Outcome
    reasons: str
    annulled: tuple[Annulled, ...]


@dataclass(frozen=True)
class Withdrawn:
    """Who filed it does not pursue it."""

    by: By


@dataclass(frozen=True)
class Objection:
    """One objection as it stands.

    Parameters
    ----------
    no
        Place of its filing among all acts.
    filed_day, extended_day, decided_day, withdrawn_day
        Local days, since 1970-01-01; of the last two one at most.
    """

    no: int
    objection_id: str
    business_id: str
    filed_day: int
    filed: Filed
    extended_day: int | None = None
    extended: Extended | None = None
    decided_day: int | None = None
    decided: Decided | None = None
    withdrawn_day: int | None = None
    withdrawn: Withdrawn | None = None

    @property
    def state(self) -> State:
        """Open, with more time taken, or how it ended."""
        if self.decided is not None:
            return self.decided.outcome
        if self.withdrawn is not None:
            return "withdrawn"
        return "open" if self.extended is None else "extended"

    @property
    def is_open(self) -> bool:
        """Whether it is neither decided nor withdrawn."""
        return self.closed_day is None

    @property
    def closed_day(self) -> int | None:
        """The day on which it was decided or withdrawn."""
        return self.withdrawn_day if self.decided_day is None else self.decided_day

    @property
    def keys(self) -> frozenset[Key]:
        """The records objected to."""
        return frozenset((one.source, one.record_id) for one in self.filed.records)


def objections_of(acts: Iterable[Act]) -> tuple[Objection, ...]:
    """The objections that the acts about one business make up, oldest first."""
    found: dict[str, Objection] = {}
    for act in acts:
        if act.kind == FILED:
            found[act.case_id] = Objection(
                act.no, act.case_id, act.business_id, act.day, content_of(Filed, act)
            )
        elif act.kind == EXTENDED:
            found[act.case_id] = replace(
                found[act.case_id], extended_day=act.day, extended=content_of(Extended, act)
            )
        elif act.kind == DECIDED:
            found[act.case_id] = replace(
                found[act.case_id], decided_day=act.day, decided=content_of(Decided, act)
            )
        elif act.kind == WITHDRAWN:
            found[act.case_id] = replace(
                found[act.case_id], withdrawn_day=act.day, withdrawn=content_of(Withdrawn, act)
            )
    return tuple(found.values())


def marks_of(objections: Sequence[Objection]) -> Iterator[Mark]:
    """What the objections do to records: disputed while open, annulled where upheld."""
    for one in objections:
        annulled = {
            (each.source, each.record_id): each.version
            for each in (one.decided.annulled if one.decided else ())
        }
        for record in one.filed.records:
            version = annulled.get((record.source, record.record_id))
            yield Mark(
                record.source,
                record.record_id,
                disputed_day=one.filed_day,
                settled_day=one.closed_day,
                retracted_day=None if version is None else one.decided_day,
                last_version=version,
            )


def last_day_of(objections: Sequence[Objection]) -> int:
    """The day of the latest filing, decision or withdrawal."""
    return max(one.filed_day if one.closed_day is None else one.closed_day for one in objections)
