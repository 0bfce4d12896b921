"""Read the online store: one immutable file, opened read-only, shared by every request.

Tables and format are described in `serving.store.schema`. Nothing is written
here and the file is never changed; a new set of scores is a new file behind the
``CURRENT`` pointer (`serving.answers.edition`).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.business import BusinessRecords
from features.catalogue import Catalogue
from features.errors import YourInput
from features.peers import PEER_COLUMNS, Peers
from serving.decision.decide import Business
from serving.errors import refusal
from serving.store import schema
from serving.store.records import StoredRecords

_SUBJECT = "no, entity_id, name, district, sector, form, established_day, closed_day"


class StoreRefused(YourInput):
    """The file is not a store this code reads."""


@dataclass(frozen=True)
class Subject:
    """A business of the snapshot: its number in the store and its profile as of the day."""

    no: int
    entity_id: str
    name: str | None
    district: str | None
    sector: str | None
    form: str | None
    established_day: int | None
    closed_day: int | None

    @property
    def business(self) -> Business:
        """The business as a decision names it."""
        return Business(
            self.entity_id, self.name or "", self.district, self.sector, self.form,
            self.established_day,
        )  # fmt: skip


@dataclass(frozen=True)
class Left:
    """A record that features do not see any more, and why; or one that is disputed."""

    source: str
    event_key: str
    why: str


@dataclass(frozen=True)
class Known:
    """How many records of a source are seen, the latest event, the latest known day."""

    source: str
    records: int
    latest_day: int | None
    known_day: int | None = None


class Store:
    """One store file; safe to share between threads."""

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._threads = threading.local()
        self.meta = self._read_meta(path)
        self.as_of_day = int(self.meta["as_of_day"])
        self._records = StoredRecords(lambda: self.rows, catalogue, self.as_of_day)
        self.features: tuple[str, ...] = tuple(json.loads(self.meta["features"]))

    @property
    def rows(self) -> sqlite3.Connection:
        """The calling thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._uri, uri=True, isolation_level=None)
            connection.execute("PRAGMA mmap_size = 1073741824")
            self._threads.connection = connection
        return connection

    def columns(self, source: str) -> tuple[str, ...]:
        """The columns of a stored record of a source, but for whom it concerns."""
        return self._records.columns[source]

    def subject(self, entity_id: str) -> Subject | None:
        """The business, or none when the snapshot has no such one."""
        found = self.rows.execute(
            f"SELECT {_SUBJECT} FROM business WHERE entity_id = ?", (entity_id,)
        ).fetchone()
        return None if found is None else Subject(*found)

    def subjects(self, numbers: Iterable[int]) -> Iterator[Subject]:
        """The businesses with these numbers."""
        for no in numbers:
            yield Subject(
                *self.rows.execute(
                    f"SELECT {_SUBJECT} FROM business WHERE no = ?", (no,)
                ).fetchone()
            )

    def vector(self, no: int, *, without_disputed: bool = False) -> NDArray[np.float64] | None:
        """``(n_features,)`` of a scored business, or none."""
        table = "without" if without_disputed else "vector"
        found = self.rows.execute(f"SELECT features FROM {table} WHERE no = ?", (no,)).fetchone()
        return None if found is None else np.frombuffer(found[0], dtype="<f8")

    def records(self, subject: Subject, since_day: int | None = None) -> BusinessRecords:
        """The business's records and those of linked ones, each source read when asked for.

        Linked are those linked on the store's day or, for features of earlier days,
        on any day from `since_day` on.
        """
        since = self.as_of_day if since_day is None else min(since_day, self.as_of_day)
        return self._records.of(subject.no, subject.entity_id, since)

    @cached_property
    def peers(self) -> Peers:
        """Statistics of peer groups."""
        columns = ", ".join(PEER_COLUMNS)
        totals = {
            (feature, day, tuple(group)): (total, count)
            for feature, day, total, count, *group in self.rows.execute(
                f"SELECT feature, as_of_day, total, count, {columns} FROM peer"
            )
        }
        return Peers(totals, sorted({day for _, day, _ in totals}))

    def not_used(self, no: int) -> list[Left]:
        """The business's own records that features do not see any more."""
        return [Left(*row) for row in self.rows.execute(
            "SELECT source, event_key, why FROM not_used WHERE no = ?", (no,)
        )]  # fmt: skip

    def disputed(self, no: int) -> list[Left]:
        """The business's own records under an open objection."""
        return [Left(source, key, "disputed") for source, key in self.rows.execute(
            "SELECT source, event_key FROM disputed WHERE no = ?", (no,)
        )]  # fmt: skip

    def used(self, no: int) -> list[Known]:
        """What features see of the business, by source."""
        return [Known(*row) for row in self.rows.execute(
            "SELECT source, records, latest_day FROM used WHERE no = ?", (no,)
        )]  # fmt: skip

    @cached_property
    def known(self) -> Mapping[str, Known]:
        """What is known of the whole city, by source."""
        rows = self.rows.execute("SELECT name, records, latest_day, known_day FROM source")
        return {row[0]: Known(*row) for row in rows}

    def _read_meta(self, path: Path) -> dict[str, str]:
        try:
            meta = dict(self.rows.execute("SELECT key, value FROM meta"))
        except sqlite3.Error as error:
            got = type(error).__name__
            raise _refused("no store", path, "an online store", got) from None
        if meta.get("format") != str(schema.FORMAT):
            got = f"format {meta.get('format')}"
            raise _refused("another format", path, f"format {schema.FORMAT}", got)
        return meta


def _refused(what: str, path: Path, expected: str, got: str) -> StoreRefused:
    return refusal(StoreRefused, what, path.name, expected, got, "run the scoring step anew")
