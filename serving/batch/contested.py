"""Businesses with a record under an open objection: graded with it and without.

Until an objection is settled the milder of the two holds. The features without
the record go into the store, so that an answer can show both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.catalogue import Catalogue
from features.engines.single import engine_of
from serving.decision.content import Bundle
from serving.decision.decide import Business
from serving.decision.grades import Grade, grade
from serving.manifest import LEVELS
from serving.store.reading import Store, Subject
from serving.store.writing import one_step, steps_done, writing

_SETTLED = 1_000_000  # steps of a store whose contested businesses are settled
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Settled:
    """The grade that holds for a contested business, and its features without the record."""

    business: Business
    grade: Grade
    without: Vector


def settle(path: Path, catalogue: Catalogue, bundle: Bundle) -> Mapping[int, Settled]:
    """Grade the contested businesses of the store at `path` anew and write what holds.

    Number → what was settled, for each business that has a disputed record, or
    is linked to one that has, and whose features the record changes.
    """
    store = Store(path, catalogue)
    settled = {}
    for subject in store.subjects(_contested(store, catalogue)):
        with_all = store.vector(subject.no)
        if with_all is not None:
            without = _without(store, subject, catalogue)
            if not np.array_equal(with_all, without, equal_nan=True):
                X = np.vstack([with_all, without])
                both = grade(bundle, [subject.business] * 2, X, store.as_of_day, contested=True)
                settled[subject.no] = Settled(
                    subject.business, max(both, key=lambda given: given.mildness), without
                )
    with closing(writing(path)) as file:
        if steps_done(file) != _SETTLED:  # by a run that was killed afterwards
            with one_step(file, _SETTLED):
                for no, one in settled.items():
                    _write(file, no, one)
    return settled


def _contested(store: Store, catalogue: Catalogue) -> list[int]:
    links = (
        f"UNION SELECT l.no FROM link_{link.name} l JOIN disputed d ON d.no = l.other "
        f"WHERE l.from_day <= {store.as_of_day} AND {store.as_of_day} < l.to_day "
        for link in catalogue.jurisdiction.links
    )
    rows = store.rows.execute(f"SELECT no FROM disputed {''.join(links)} ORDER BY 1")
    return [no for (no,) in rows]


def _without(store: Store, subject: Subject, catalogue: Catalogue) -> Vector:
    values = engine_of(catalogue).compute(
        store.records(subject), store.as_of_day, store.peers, exclude_disputed=True
    )
    # None becomes NaN.
    return np.array([values[name] for name in store.features], dtype=np.float64)


def _write(file: sqlite3.Connection, no: int, settled: Settled) -> None:
    given = settled.grade
    file.execute("INSERT INTO without VALUES (?, ?)", (no, settled.without.astype("<f8").tobytes()))
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
