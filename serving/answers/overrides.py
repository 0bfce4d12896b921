"""Overrides: proposed by one person, confirmed by another, over on a day.

What model and rules say stays as it is and is shown beside (`serving.answers.overridden`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from features.clocks import months_after
from serving import canonical
from serving.answers.answer import answer_of, stands, subject_of
from serving.answers.edition import Edition, today_of
from serving.answers.refused_acts import (
    no_overrides,
    not_proposed,
    override_open,
    override_over,
    same_person,
    same_tier,
    too_long,
    unknown_objection,
    unknown_override,
)
from serving.formats import day_of, iso_day
from serving.manifest import Tier
from serving.problems import Refused
from serving.review import Act, Answered, Asked, By, Made, Override, objections_of, overrides_of
from serving.review.overrides import (
    CONFIRMED,
    ENDED,
    PROPOSED,
    Confirmed,
    Ended,
    Proposed,
    State,
)
from serving.store import Subject


@dataclass(frozen=True)
class Proposal:
    """What is proposed; `until_day` is the last day it shall hold."""

    tier: Tier
    reasons: str
    until_day: int
    objection_id: str | None = None


@dataclass(frozen=True)
class StepTold:
    """Who took a step and when; `reasons` where it needs any."""

    on: str
    by: By
    reasons: str | None = None


@dataclass(frozen=True)
class OverrideTold:
    """An override as it is told; `decided_tier` is what model and rules said when proposed."""

    override_id: str
    business_id: str
    state: State
    tier: Tier
    decided_tier: Tier
    until: str
    objection_id: str | None
    proposal: StepTold
    confirmation: StepTold | None
    end: StepTold | None


def told(override: Override, today: int) -> OverrideTold:
    """The override as it stands on a day."""
    one, confirmed, ended = override.proposed, override.confirmed, override.ended
    return OverrideTold(
        override_id=override.override_id,
        business_id=override.business_id,
        state=override.state(today),
        tier=one.tier,
        decided_tier=one.decided_tier,
        until=iso_day(one.until_day),
        objection_id=one.objection_id,
        proposal=StepTold(iso_day(override.proposed_day), one.by, one.reasons),
        confirmation=None
        if confirmed is None or override.confirmed_day is None
        else StepTold(iso_day(override.confirmed_day), confirmed.by),
        end=None
        if ended is None or override.ended_day is None
        else StepTold(iso_day(override.ended_day), ended.by, ended.reasons),
    )


def overrides_about(edition: Edition, business_id: str) -> tuple[OverrideTold, ...]:
    """Every override of a business, oldest first; raises Refused when it is unknown."""
    subject = subject_of(edition, business_id)
    found = overrides_of(edition.acts(subject.entity_id))
    return tuple(told(one, today_of(edition)) for one in found)


def all_overrides(edition: Edition, after: int) -> Iterator[tuple[int, OverrideTold]]:
    """Overrides of all businesses in the order of proposal, those above a number, with theirs."""
    assert edition.reviews is not None  # a served edition has them
    for act in edition.reviews.begun(PROPOSED, after, edition.reviewed):
        one = _named(overrides_of(edition.acts(act.business_id)), act.case_id)
        yield act.no, told(one, today_of(edition))


def propose(edition: Edition, business_id: str, asked: Asked, proposal: Proposal) -> Answered:
    """Propose another tier than the decided one, until a day.

    Raises
    ------
    Refused
        The business is unknown or not scored; the tier is the decided one; the day is
        past or later than the law allows; another override is proposed or in force;
        there is no such objection.
    """
    subject, today = subject_of(edition, business_id), today_of(edition)
    decided = answer_of(edition, stands(edition, subject)).decision.tier
    if proposal.tier == decided:
        raise Refused(same_tier())
    last = _last_day(edition, today)
    if not today <= proposal.until_day <= last:
        raise Refused(too_long(iso_day(today), iso_day(last)))
    proposed = Proposed(
        asked.by, proposal.tier, decided, proposal.reasons, proposal.until_day,
        proposal.objection_id,
    )  # fmt: skip

    def make(acts: Sequence[Act]) -> _Next:
        if any(one.state(today) in ("proposed", "in_force") for one in overrides_of(acts)):
            raise Refused(override_open())
        named = {one.objection_id for one in objections_of(acts)}
        if proposal.objection_id is not None and proposal.objection_id not in named:
            raise Refused(unknown_objection())
        new = Override(0, secrets.token_hex(8), subject.entity_id, today, proposed)
        return _Next(PROPOSED, proposed, new)

    return _act(edition, subject, asked, make)


def confirm(edition: Edition, business_id: str, override_id: str, asked: Asked) -> Answered:
    """Confirm a proposal; raises Refused to who made it, and where none waits."""
    subject, today = subject_of(edition, business_id), today_of(edition)
    confirmed = Confirmed(asked.by)

    def make(acts: Sequence[Act]) -> _Next:
        one = _named(overrides_of(acts), override_id)
        if one.state(today) != "proposed":
            raise Refused(not_proposed())
        if one.proposed.by.name == asked.by.name:
            raise Refused(same_person())
        return _Next(CONFIRMED, confirmed, replace(one, confirmed_day=today, confirmed=confirmed))

    return _act(edition, subject, asked, make)


def end(
    edition: Edition, business_id: str, override_id: str, asked: Asked, reasons: str
) -> Answered:
    """Withdraw, turn down or end an override before its day: one person may, it only restores."""
    subject, today = subject_of(edition, business_id), today_of(edition)
    ended = Ended(asked.by, reasons)

    def make(acts: Sequence[Act]) -> _Next:
        one = _named(overrides_of(acts), override_id)
        if one.state(today) not in ("proposed", "in_force"):
            raise Refused(override_over())
        return _Next(ENDED, ended, replace(one, ended_day=today, ended=ended))

    return _act(edition, subject, asked, make)


@dataclass(frozen=True)
class _Next:
    """An act that is about to be kept, and the override as it stands after it."""

    kind: str
    content: Proposed | Confirmed | Ended
    after: Override


def _act(
    edition: Edition, subject: Subject, asked: Asked, make: Callable[[Sequence[Act]], _Next]
) -> Answered:
    """Keep the act; the answer is the override as it stands after it."""
    today = today_of(edition)

    def made(acts: Sequence[Act]) -> Made:
        step = make(acts)
        answer = canonical.encode(told(step.after, today)).decode()
        content = canonical.encode(step.content).decode()
        return Made(step.after.override_id, step.kind, today, content, answer)

    assert edition.reviews is not None  # a served edition has them
    return edition.reviews.act(subject.entity_id, asked, made)


def override_named(edition: Edition, business_id: str, override_id: str) -> OverrideTold:
    """The override; raises Refused when the business has none of that name."""
    subject = subject_of(edition, business_id)
    one = _named(overrides_of(edition.acts(subject.entity_id)), override_id)
    return told(one, today_of(edition))


def _named(overrides: Sequence[Override], override_id: str) -> Override:
    for one in overrides:
        if one.override_id == override_id:
            return one
    raise Refused(unknown_override())


def _last_day(edition: Edition, today: int) -> int:
    """The last day an override proposed today may hold; raises Refused where none may be made."""
    terms = edition.catalogue.jurisdiction.overrides
    in_force = [
        one for one in terms if not one.effective_from or day_of(one.effective_from) <= today
    ]
    if not in_force:
        raise Refused(no_overrides())
    return months_after(today, in_force[-1].months)
