"""What an answer about a business rests on: the published scores, and what came since.

A business for which nothing came stands as it was scored. For any other its
features are computed anew from its records, with those that persons attached or took
away, the arrivals among them and the objections marked on them, as of the day on which
the last of these became known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.arrivals import Arrival, Arrivals
from features.as_of import disputed_at, seen, why_not_seen
from features.business import BusinessRecords
from features.contracts import ByCode
from features.marks import marked
from features.named_records import attached
from serving import canonical
from serving.answers.edition import Edition
from serving.answers.naming import decided_about
from serving.formats import day_of
from serving.review.objections import last_day_of, marks_of, objections_of
from serving.store import Known, Left, Subject

Vector = NDArray[np.float64]
# What an explanation says of records that features do not see any more.
_TOLD = frozenset({"retracted", "repaired", "excluded", "expired", "not_final"})


@dataclass(frozen=True)
class Standing:
    """A scored business as an answer sees it.

    Parameters
    ----------
    as_of_day
        The day everything is as known at the end of.
    vector, without
        ``(n_features,)`` with all records, and without those under an open
        objection where that differs.
    data
        What the records are: the snapshot's name and, where records, objections or
        decisions about names came since, a hash over these.
    used
        By source, what features see of the business.
    """

    subject: Subject
    as_of_day: int
    records: BusinessRecords
    vector: Vector
    without: Vector | None
    not_used: tuple[Left, ...]
    disputed: tuple[Left, ...]
    used: tuple[Known, ...]
    data: str


def standing_of(
    edition: Edition, subject: Subject, records: BusinessRecords | None = None
) -> Standing | None:
    """How a business stands now, or none when it was not scored.

    `records` are the business's where they were read before.
    """
    if edition.store.vector(subject.no) is None:
        return None
    held = records or edition.store.records(subject)
    now = records_now(edition, subject, held)
    if now.came is None:
        return published(edition, subject, held)
    snapshot = edition.scores.manifest.inputs.snapshot
    return _anew(edition, subject, now.records, now.day, f"{snapshot}+{now.came}")


@dataclass(frozen=True)
class Now:
    """A business's records with what came in since the scores, and the day they are of.

    `came` is a hash over the decisions about names, the arrivals and the marks of
    objections that count; None when there are none.
    """

    records: BusinessRecords
    day: int
    came: str | None


def records_now(edition: Edition, subject: Subject, records: BusinessRecords) -> Now:
    """The `records` of a business as persons decided, with arrivals, and objections marked."""
    came: list[object] = []
    day = edition.store.as_of_day
    decided = decided_about(edition, subject.entity_id)
    named = attached(records, decided, edition.catalogue.jurisdiction)
    if named is not records:
        said = [decision for one in decided for decision in one.decisions]
        day = max(day, *(day_of(decision.decided_on) for decision in said))
        came += said
    now, known, arrived = _with_arrivals(edition, subject, named)
    if known is not None:
        day = max(day, min(known, max(one.received_day for one in arrived)))
        came += [one.row for one in arrived]
    objections = objections_of(edition.acts(subject.entity_id))
    marks = tuple(marks_of(objections))
    objected = marked(now, marks)
    if objected is not now:
        day = max(day, last_day_of(objections))
        came += marks
    return Now(objected, day, canonical.sha256(canonical.encode(came)) if came else None)


def _with_arrivals(
    edition: Edition, subject: Subject, records: BusinessRecords
) -> tuple[BusinessRecords, int | None, Sequence[Arrival]]:
    """The business's records with those that arrived since, as `Arrivals.among` puts them there."""
    arrived = edition.inbox.of(subject.entity_id, edition.arrived) if edition.inbox else ()
    if not arrived:
        return records, None, ()
    merged, known = Arrivals(edition.catalogue.jurisdiction).among(records, arrived)
    return merged, known, arrived


def published(edition: Edition, subject: Subject, records: BusinessRecords) -> Standing | None:
    """How a business stood when everyone was scored, or none when it was not scored."""
    store = edition.store
    vector = store.vector(subject.no)
    if vector is None:
        return None
    return Standing(
        subject=subject,
        as_of_day=store.as_of_day,
        records=records,
        vector=vector,
        without=store.vector(subject.no, without_disputed=True),
        not_used=tuple(store.not_used(subject.no)),
        disputed=tuple(store.disputed(subject.no)),
        used=tuple(store.used(subject.no)),
        data=edition.scores.manifest.inputs.snapshot,
    )


def _anew(
    edition: Edition, subject: Subject, records: BusinessRecords, day: int, data: str
) -> Standing:
    vector = _vector(edition, records, day)
    without = _vector(edition, records, day, exclude_disputed=True)
    named = [
        s.name for s in edition.catalogue.jurisdiction.sources if isinstance(s.subject, ByCode)
    ]
    left = [
        Left(name, str(row["event_key"]), why)
        for name in named
        for row in records.own.get(name, ())
        if (why := why_not_seen(row, day)) in _TOLD and not _superseded(row["superseded_day"], day)
    ]
    return Standing(
        subject=subject,
        as_of_day=day,
        records=records,
        vector=vector,
        without=None if np.array_equal(vector, without, equal_nan=True) else without,
        not_used=tuple(left),
        disputed=tuple(
            Left(name, str(row["event_key"]), "disputed")
            for name in named
            for row in records.own.get(name, ())
            if seen(row, day) and disputed_at(row, day)
        ),
        used=tuple(_used(name, records, day) for name in named),
        data=data,
    )


def _superseded(day_of_it: int | str | None, day: int) -> bool:
    return isinstance(day_of_it, int) and day_of_it <= day


def _used(source: str, records: BusinessRecords, day: int) -> Known:
    days = [row["event_day"] for row in records.own.get(source, ()) if seen(row, day)]
    latest = max((one for one in days if isinstance(one, int)), default=None)
    return Known(source, len(days), latest)


def _vector(
    edition: Edition, records: BusinessRecords, day: int, *, exclude_disputed: bool = False
) -> Vector:
    values = edition.engine.compute(
        records, day, edition.store.peers, exclude_disputed=exclude_disputed
    )
    # None becomes NaN.
    return np.array([values[name] for name in edition.store.features], dtype=np.float64)
