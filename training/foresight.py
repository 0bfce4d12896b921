"""Whether any feature knows what was learned only later.

A feature from the future makes a model look good in every test and fail in use. So
the training rows of one day are built once more from records in which everything
learned after that day is deleted: every feature must come out the same to the bit.
What this cannot notice is a delivery that says it knew a record earlier than it did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np

from features.as_of import learned_later
from features.builder import build
from features.catalogue import Catalogue
from features.contracts import Source
from features.quoting import identifier, literal
from features.snapshot import PROFILES, Snapshot
from training.arrays import Floats
from training.cohort import CohortRows
from training.matrix import read

_ENDS = ("superseded_day", "retracted_day", "repaired_day")


@dataclass(frozen=True)
class Foresight:
    """Features that change when all that was learned after `day` is deleted.

    Parameters
    ----------
    rows
        How many rows of that day were built again.
    changed
        Feature → how many of them come out differently; those that do not are left
        out.
    """

    day: int
    rows: int
    changed: Mapping[str, int]


def foresight(catalogue: Catalogue, snapshot: Snapshot, rows: CohortRows, X: Floats) -> Foresight:
    """Build the fullest day of a cohort again from what was known by then.

    All rows of the day, because a feature may compare a business with its peers
    among them.

    Parameters
    ----------
    X
        ``(n, n_features)`` what the models learn from, aligned with `rows`.
    """
    days, counts = np.unique(rows.as_of_day, return_counts=True)
    day = int(days[np.flatnonzero(counts == counts.max())[-1]])
    of_day = rows.as_of_day == day
    chosen = rows.take(of_day)
    with TemporaryDirectory() as named:
        past = _forgotten(catalogue, snapshot, day, Path(named) / "records")
        again = read(build(catalogue, past, chosen.spine, Path(named)))
    differs = ~((X[of_day] == again) | (np.isnan(X[of_day]) & np.isnan(again)))
    names = [feature.name for feature in catalogue.jurisdiction.features]
    changed = {n: int(c) for n, c in zip(names, differs.sum(axis=0), strict=True) if c}
    return Foresight(day, len(chosen), changed)


def _forgotten(catalogue: Catalogue, snapshot: Snapshot, day: int, folder: Path) -> Snapshot:
    """The snapshot's records as they were known at the end of `day`."""
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        for source in catalogue.jurisdiction.sources:
            _write(
                connection, _known_by(source, snapshot.source(source.name), day),
                folder / f"{source.name}.parquet",
            )  # fmt: skip
        profiles = literal(str(snapshot.profiles))
        _write(
            connection,
            f"SELECT * FROM read_parquet({profiles}) WHERE from_day <= {day}",
            folder / PROFILES,
        )
    name = hashlib.sha256(f"{snapshot.name} as known on {day}".encode()).hexdigest()
    return Snapshot(name, folder)


def _known_by(source: Source, path: Path, day: int) -> str:
    later = dict.fromkeys((*_ENDS, *learned_later(source)))
    hidden = ", ".join(
        f"CASE WHEN {name} <= {day} THEN {name} END AS {name}" for name in map(identifier, later)
    )
    return (
        f"SELECT * REPLACE ({hidden}) FROM read_parquet({literal(str(path))}) "
        f"WHERE known_day <= {day}"
    )


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet)")
