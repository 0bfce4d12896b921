"""Businesses whose records people acted on: graded as these acts leave their records.

Until an objection is settled the milder of two grades holds, with the record and
without; the features without it go into the store, so that an answer can show both.
Objections come with the departments' records, and as acts of people. These are laid
over the records as an answer lays them (`features.marks`): what was upheld by the
as-of day counts no more. Before that, records that give a name are attached or taken
away as persons decided (`features.named_records`). Businesses linked to one of these are
graded as the departments' records stand, as answers about them are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.business import BusinessRecords
from features.catalogue import Catalogue
from features.engines.single import engine_of
from features.marks import marked
from features.named_records import attached
from serving.batch.acted import NOBODY, Acted
from serving.decision.content import Bundle
from serving.decision.decide import Business
from serving.decision.grades import Grade, grade
from serving.manifest import LEVELS
from serving.review.links import names_in
from serving.store.named import Names
from serving.store.reading import Store, Subject
from serving.store.writing import one_step, steps_done, writing

_SETTLED = 1_000_000  # steps of a store whose contested businesses are settled
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Settled:
    """The grade that holds for a business, and the features it rests on.

    `without` leaves out records under an open objection; None where that changes nothing.
    """

    business: Business
    grade: Grade
    vector: Vector
    without: Vector | None


def settle(
    path: Path, catalogue: Catalogue, bundle: Bundle, people: Acted = NOBODY
) -> Mapping[int, Settled]:
    """Grade the contested businesses of the store at `path` anew and write what holds.

    Number → what was settled, for each business with marks on its records, and for
    each that has a disputed record, or is linked to one that has, which changes its
    features.

    Parameters
    ----------
    people
        What people did by the store's day.
    """
    store = Store(path, catalogue)
    settled = {}
    for subject in store.subjects(_contested(store, catalogue, people)):
        if store.vector(subject.no) is None:
            continue
        found = _settled(store, subject, catalogue, bundle, people)
        if found is not None:
            settled[subject.no] = found
    with closing(writing(path)) as file:
        if steps_done(file) != _SETTLED:  # by a run that was killed afterwards
            with one_step(file, _SETTLED):
                for no, one in settled.items():
                    _write(file, no, one)
    return settled


def _contested(store: Store, catalogue: Catalogue, people: Acted) -> list[int]:
    links = (
        f"UNION SELECT l.no FROM link_{link.name} l JOIN disputed d ON d.no = l.other "
        f"WHERE l.from_day <= {store.as_of_day} AND {store.as_of_day} < l.to_day "
        for link in catalogue.jurisdiction.links
    )
    rows = store.rows.execute(f"SELECT no FROM disputed {''.join(links)}")
    acted_on = (store.subject(one) for one in {*people.marks, *people.links})
    return sorted({no for (no,) in rows} | {one.no for one in acted_on if one is not None})


def _settled(
    store: Store, subject: Subject, catalogue: Catalogue, bundle: Bundle, people: Acted
) -> Settled | None:
    """What holds for a business; None where neither acts nor objections change anything."""
    held = store.records(subject)
    names = names_in(people.links.get(subject.entity_id, ()))
    decided = Names(store).about(names, people.said)
    marks = people.marks.get(subject.entity_id, ())
    records = marked(attached(held, decided, catalogue.jurisdiction), marks)
    acted_on = records is not held
    without = _vector(store, catalogue, records, exclude_disputed=True)
    if acted_on:
        vector = _vector(store, catalogue, records)
    else:
        graded_before = store.vector(subject.no)
        assert graded_before is not None  # it was scored
        vector = graded_before
    is_contested = not np.array_equal(vector, without, equal_nan=True)
    if not acted_on and not is_contested:
        return None
    rows = [vector, without] if is_contested else [vector]
    graded = grade(
        bundle, [subject.business] * len(rows), np.vstack(rows), store.as_of_day,
        contested=is_contested,
    )  # fmt: skip
    given = max(graded, key=lambda one: one.mildness)
    return Settled(subject.business, given, vector, without if is_contested else None)


def _vector(
    store: Store, catalogue: Catalogue, records: BusinessRecords, *, exclude_disputed: bool = False
) -> Vector:
    values = engine_of(catalogue).compute(
        records, store.as_of_day, store.peers, exclude_disputed=exclude_disputed
    )
    # None becomes NaN.
    return np.array([values[name] for name in store.features], dtype=np.float64)


def _write(file: sqlite3.Connection, no: int, settled: Settled) -> None:
    given = settled.grade
    file.execute(
        "UPDATE vector SET features = ? WHERE no = ?", (settled.vector.astype("<f8").tobytes(), no)
    )
    if settled.without is not None:
        without = settled.without.astype("<f8").tobytes()
        file.execute("INSERT INTO without VALUES (?, ?)", (no, without))
    file.execute(
        "UPDATE score SET tier = ?, model_tier = ?, tenths = ?, level = ?, rules = ?, flags = ? "
        "WHERE no = ?",
        (
            given.tier,
            given.model_tier,
            given.tenths,
            None if given.level is None else LEVELS.index(given.level),
            " ".join(given.rules),
            " ".join(given.ruling.flags),
            no,
        ),
    )
    file.execute("DELETE FROM warning WHERE no = ?", (no,))
    file.executemany(
        "INSERT INTO warning VALUES (?, ?, ?, ?)",
        [
            (outcome, LEVELS.index(level), round(chance * 10_000), no)
            for outcome, (chance, level) in given.chances.items()
            if level is not None
        ],
    )
