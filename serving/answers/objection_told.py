"""Objections as they are told: with the limits that run on them, counted in working days."""

from __future__ import annotations

from dataclasses import dataclass

from features.contracts import Jurisdiction, Phrase
from serving import canonical
from serving.answers.clocks_told import due_from
from serving.answers.edition import Edition
from serving.formats import iso_day
from serving.review import By, Objection
from serving.review.objections import Outcome, RecordKey

_DISPUTED = "disputed"  # what the declared deadlines of an objection start with


@dataclass(frozen=True)
class Limit:
    """A limit that runs on an objection; `on` is none where no calendar reaches it."""

    name: str
    title: Phrase
    on: str | None
    assumed: bool
    working_days: int
    reference: str


@dataclass(frozen=True)
class Step:
    """Who took a step in an objection, when, and why."""

    on: str
    by: By | None
    reasons: str


@dataclass(frozen=True)
class DecisionTold:
    """The outcome with its reasons, and the records it annuls."""

    outcome: Outcome
    on: str
    by: By | None
    reasons: str
    annulled: tuple[RecordKey, ...]


@dataclass(frozen=True)
class ObjectionTold:
    """An objection as it is told.

    Parameters
    ----------
    due_on
        Day by which it is to be decided; the last day of all once more time was taken.
    filed_by
        None where the reader is the business itself: it is told the role alone.
    """

    objection_id: str
    business_id: str
    about: str
    records: tuple[RecordKey, ...]
    grounds: str
    state: str
    filed_on: str
    filed_by: By | None
    due_on: str | None
    limits: tuple[Limit, ...]
    extension: Step | None
    withdrawn_on: str | None
    decision: DecisionTold | None

    def to_json(self) -> bytes:
        """Canonical JSON."""
        return canonical.encode(self)


def told(edition: Edition, objection: Objection, *, to_subject: bool = False) -> ObjectionTold:
    """The objection with its limits; `to_subject` without the names of who acted."""

    def named(by: By) -> By | None:
        return None if to_subject else by

    limits = limits_of(edition.catalogue.jurisdiction, objection.filed_day)
    decided, extended = objection.decided, objection.extended
    place = -1 if extended else 0
    return ObjectionTold(
        objection_id=objection.objection_id,
        business_id=objection.business_id,
        about=objection.filed.about,
        records=objection.filed.records,
        grounds=objection.filed.grounds,
        state=objection.state,
        filed_on=iso_day(objection.filed_day),
        filed_by=named(objection.filed.by),
        due_on=limits[place].on if limits else None,
        limits=limits,
        extension=None
        if extended is None or objection.extended_day is None
        else Step(iso_day(objection.extended_day), named(extended.by), extended.reasons),
        withdrawn_on=None
        if objection.withdrawn_day is None
        else iso_day(objection.withdrawn_day),
        decision=None
        if decided is None or objection.decided_day is None
        else DecisionTold(
            decided.outcome, iso_day(objection.decided_day), named(decided.by), decided.reasons,
            tuple(RecordKey(one.source, one.record_id) for one in decided.annulled),
        ),
    )  # fmt: skip


def limits_of(city: Jurisdiction, filed_day: int) -> tuple[Limit, ...]:
    """The declared limits of an objection filed that day, the shortest first."""
    found = due_from(city, _DISPUTED, filed_day)
    return tuple(
        Limit(
            limit.name, limit.title, None if due is None else iso_day(due.day),
            due is None or due.assumed, limit.working_days, limit.reference,
        )
        for limit, due in sorted(found, key=lambda one: one[0].working_days)
    )  # fmt: skip
