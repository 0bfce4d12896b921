"""Objections to records and tiers: filed, given more time, withdrawn, decided, and told.

While an objection to records is open they are disputed, and the milder of the two
decisions holds (`serving.answers.standing`); what a decision annuls is used no more.
One that was withdrawn is as if it had ended that day without a decision.
An objection to the tier disputes no record; what follows from it is an override,
which two persons make.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from features.contracts import CityWide
from features.marks import Key
from serving import canonical
from serving.answers.answer import subject_of
from serving.answers.edition import Edition, today_of
from serving.answers.objection_told import limits_of, told
from serving.answers.refused_acts import (
    already_decided,
    already_extended,
    already_objected,
    already_withdrawn,
    no_extension,
    no_record_of_it,
    not_yours,
    other_records,
    same_person,
    unknown_objection,
)
from serving.answers.standing import records_now
from serving.problems import Refused
from serving.review import Act, Answered, Asked, By, Made, Objection, objections_of
from serving.review.objections import (
    CLOSING,
    DECIDED,
    EXTENDED,
    FILED,
    WITHDRAWN,
    Annulled,
    Decided,
    Extended,
    Filed,
    Outcome,
    RecordKey,
    Withdrawn,
)
from serving.store import Subject


@dataclass(frozen=True)
class Ruling:
    """What a regulator decides.

    Parameters
    ----------
    annulled
        Where it is upheld in part: those of the records objected to that are not to
        be used any more. Upheld in whole, all are.
    """

    outcome: Outcome
    reasons: str
    annulled: tuple[Key, ...] = ()


def objections_about(edition: Edition, business_id: str) -> tuple[Objection, ...]:
    """Every objection of a business, oldest first; raises Refused when it is unknown."""
    subject = subject_of(edition, business_id)
    return objections_of(edition.acts(subject.entity_id))


def all_objections(edition: Edition, after: int, *, is_open: bool | None) -> Iterator[Objection]:
    """Objections of all businesses in the order of filing, those above a number.

    Parameters
    ----------
    is_open
        Only those that are open, or are not; None for all.
    """
    assert edition.reviews is not None  # a served edition has them
    is_ended = None if is_open is None else not is_open
    begun = edition.reviews.begun(
        FILED, after, edition.reviewed, ended_by=CLOSING, is_ended=is_ended
    )
    for act in begun:
        yield _named(objections_of(edition.acts(act.business_id)), act.case_id)


def objection_named(edition: Edition, business_id: str, objection_id: str) -> Objection:
    """The objection; raises Refused when the business has none of that name."""
    return _named(objections_about(edition, business_id), objection_id)


def file_objection(
    edition: Edition, business_id: str, asked: Asked, records: Sequence[Key], grounds: str
) -> Answered:
    """File an objection to records of the business, or without any to its tier.

    Raises
    ------
    Refused
        The business is unknown; a record is none of its own, or under an open
        objection already.
    """
    subject = subject_of(edition, business_id)
    held = _versions(edition, subject, records)
    if missing := [place for place, key in enumerate(records) if key not in held]:
        raise Refused(no_record_of_it(missing))
    filed = Filed(
        asked.by,
        "records" if records else "tier",
        tuple(RecordKey(*one) for one in records),
        grounds,
    )

    def make(acts: Sequence[Act]) -> _Next:
        for one in objections_of(acts):
            if one.is_open and (one.keys & set(records) or one.keys == set(records)):
                raise Refused(already_objected())
        name = secrets.token_hex(8)
        return _Next(FILED, filed, Objection(0, name, subject.entity_id, today_of(edition), filed))

    return _act(edition, subject, asked, make, to_subject=asked.by.role == "subject")


def extend_objection(
    edition: Edition, business_id: str, objection_id: str, asked: Asked, reasons: str
) -> Answered:
    """Take the longer of the limits; raises Refused when there is none, or it was taken."""
    subject = subject_of(edition, business_id)
    extended = Extended(asked.by, reasons)

    def make(acts: Sequence[Act]) -> _Next:
        one = _undecided(acts, objection_id, asked.by)
        if one.extended is not None:
            raise Refused(already_extended())
        if len(limits_of(edition.catalogue.jurisdiction, one.filed_day)) < 2:
            raise Refused(no_extension())
        after = replace(one, extended_day=today_of(edition), extended=extended)
        return _Next(EXTENDED, extended, after)

    return _act(edition, subject, asked, make)


def decide_objection(
    edition: Edition, business_id: str, objection_id: str, asked: Asked, ruling: Ruling
) -> Answered:
    """Decide an objection.

    Raises
    ------
    Refused
        There is none of that name, it is decided, the caller filed it, or a record
        named was not objected to.
    """
    subject = subject_of(edition, business_id)

    def make(acts: Sequence[Act]) -> _Next:
        one = _undecided(acts, objection_id, asked.by)
        if not set(ruling.annulled) <= one.keys:
            raise Refused(other_records())
        keys = sorted(one.keys) if ruling.outcome == "upheld" else sorted(ruling.annulled)
        versions = _versions(edition, subject, keys)
        decided = Decided(
            asked.by, ruling.outcome, ruling.reasons,
            tuple(Annulled(*key, versions[key]) for key in keys if key in versions),
        )  # fmt: skip
        return _Next(DECIDED, decided, replace(one, decided_day=today_of(edition), decided=decided))

    return _act(edition, subject, asked, make)


def withdraw_objection(
    edition: Edition, business_id: str, objection_id: str, asked: Asked
) -> Answered:
    """Withdraw an objection: no decision follows, and its records are disputed no more.

    Raises
    ------
    Refused
        There is none of that name, it is over, or the caller did not file it. What the
        business itself filed it may withdraw with another key of its own.
    """
    subject = subject_of(edition, business_id)
    withdrawn = Withdrawn(asked.by)

    def make(acts: Sequence[Act]) -> _Next:
        one = _open(acts, objection_id)
        by, filed_by = asked.by, one.filed.by
        if by.name != filed_by.name and not by.role == filed_by.role == "subject":
            raise Refused(not_yours())
        after = replace(one, withdrawn_day=today_of(edition), withdrawn=withdrawn)
        return _Next(WITHDRAWN, withdrawn, after)

    return _act(edition, subject, asked, make, to_subject=asked.by.role == "subject")


@dataclass(frozen=True)
class _Next:
    """An act that is about to be kept, and the objection as it stands after it."""

    kind: str
    content: Filed | Extended | Decided | Withdrawn
    after: Objection


def _act(
    edition: Edition,
    subject: Subject,
    asked: Asked,
    make: Callable[[Sequence[Act]], _Next],
    *,
    to_subject: bool = False,
) -> Answered:
    """Keep the act; the answer is the objection as it stands after it."""

    def made(acts: Sequence[Act]) -> Made:
        step = make(acts)
        answer = told(edition, step.after, to_subject=to_subject).to_json().decode()
        content = canonical.encode(step.content).decode()
        return Made(step.after.objection_id, step.kind, today_of(edition), content, answer)

    assert edition.reviews is not None  # a served edition has them
    return edition.reviews.act(subject.entity_id, asked, made)


def _undecided(acts: Sequence[Act], objection_id: str, by: By) -> Objection:
    """The open objection of that name, which the caller did not file."""
    one = _open(acts, objection_id)
    if one.filed.by.name == by.name:
        raise Refused(same_person())
    return one


def _open(acts: Sequence[Act], objection_id: str) -> Objection:
    """The objection of that name; raises Refused when there is none or it is over."""
    one = _named(objections_of(acts), objection_id)
    if not one.is_open:
        raise Refused(already_decided() if one.decided else already_withdrawn())
    return one


def _named(objections: Sequence[Objection], objection_id: str) -> Objection:
    for one in objections:
        if one.objection_id == objection_id:
            return one
    raise Refused(unknown_objection())


def _versions(edition: Edition, subject: Subject, keys: Sequence[Key]) -> Mapping[Key, int]:
    """The last version held of each of the records; those the business does not have are left out.

    Records of the whole city belong to no business.
    """
    held = records_now(edition, subject, edition.store.records(subject)).records
    found: dict[Key, int] = {}
    for source in edition.catalogue.jurisdiction.sources:
        wanted = {record_id for name, record_id in keys if name == source.name}
        if not wanted or isinstance(source.subject, CityWide):
            continue
        for row in held.own.get(source.name, ()):
            key, version = (source.name, str(row["event_key"])), row["version"]
            if key[1] in wanted and isinstance(version, int):
                found[key] = max(version, found.get(key, 0))
    return found
