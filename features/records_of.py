"""Read the records of one business after the other out of a snapshot.

Rows learned after the as-of day are left out; which of the others may be used on
which day is decided by `features.as_of` when they are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from features import as_of
from features.business import PROFILE, BusinessRecords, Intervals, row_columns
from features.catalogue import Catalogue
from features.contracts import CityWide, Link
from features.engines.duckdb import connect
from features.expressions import Row
from features.links import Held, held_sql, linked_days, merged
from features.snapshot import Snapshot


@dataclass(frozen=True)
class Reading:
    """What is read through which link, and what every business shares."""

    columns: Mapping[str, tuple[str, ...]]
    city_wide: frozenset[str]
    links: Mapping[Link, tuple[str, ...]]
    held: Mapping[Link, str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> Reading:
        """What the features of `catalogue` need to be computed for one business."""
        links = {link.name: link for link in catalogue.jurisdiction.links}
        found: dict[Link, dict[str, None]] = {}
        for feature in catalogue.jurisdiction.features:
            if feature.via is not None:
                found.setdefault(links[feature.via], {})[feature.source] = None
        declared_sources = catalogue.jurisdiction.sources
        return cls(
            {s.name: row_columns(s) for s in declared_sources},
            frozenset(s.name for s in declared_sources if isinstance(s.subject, CityWide)),
            {link: tuple(sources) for link, sources in found.items()},
            {link: held_sql(link, catalogue.encode(link.source)) for link in found},
        )

    def files(self, snapshot: Snapshot) -> dict[str, Path]:
        """The snapshot's files under the names queries use."""
        files = {f"source_{name}": snapshot.source(name) for name in self.columns}
        return {"profiles": snapshot.profiles, **files}

    def rows_sql(self, source: str, where: str) -> str:
        """Select the rows of `source` in layout order that satisfy `where`."""
        columns = ", ".join(f"r.{c}" for c in self.columns[source])
        return f"SELECT {columns} FROM source_{source} r WHERE {where} ORDER BY r.record_no"


def records_of(
    catalogue: Catalogue, snapshot: Snapshot, entity_id: str, as_of_day: int = as_of.FOREVER
) -> BusinessRecords:
    """Everything a decision about one business reads, city-wide rows included."""
    with RecordReader(catalogue, snapshot, as_of_day) as reader:
        return reader.of(entity_id)


class RecordReader:
    """Reads one business after the other over one connection; close it, or use ``with``."""

    def __init__(self, catalogue: Catalogue, snapshot: Snapshot, as_of_day: int) -> None:
        self._reading = Reading.of(catalogue)
        self._day = as_of_day
        self._connection = connect(self._reading.files(snapshot))

    def __enter__(self) -> RecordReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connection."""
        self._connection.close()

    @cached_property
    def city(self) -> Mapping[str, Sequence[Row]]:
        """The rows of every city-wide source."""
        return {
            name: self._rows(self._reading.rows_sql(name, "r.known_day <= $1"), self._day)
            for name in sorted(self._reading.city_wide)
        }

    def of(self, entity_id: str) -> BusinessRecords:
        """Everything a decision about the business reads, city-wide rows included."""
        reading = self._reading
        own = dict(self.city)
        for name in reading.columns:
            if name not in reading.city_wide:
                sql = reading.rows_sql(name, "r.entity_id = $1 AND r.known_day <= $2")
                own[name] = self._rows(sql, entity_id, self._day)
        links: dict[str, Mapping[str, Intervals]] = {}
        linked: dict[str, Mapping[str, Sequence[Row]]] = {}
        for link, sources in reading.links.items():
            held = reading.held[link]
            others = _others(self._connection, link, held, (entity_id, self._day))
            links[link.name] = others
            linked[link.name] = {name: self._linked(name, list(others)) for name in sources}
        columns = ", ".join(f"p.{c}" for c in PROFILE)
        profile = self._rows(
            f"SELECT {columns} FROM profiles p WHERE p.entity_id = $1 ORDER BY p.from_day",
            entity_id,
        )
        return BusinessRecords(entity_id, own, linked, links, profile)

    def _linked(self, source: str, others: list[str]) -> list[Row]:
        if not others:
            return []
        among = "r.entity_id IN (SELECT UNNEST($1)) AND r.known_day <= $2"
        return self._rows(self._reading.rows_sql(source, among), others, self._day)

    def _rows(self, sql: str, *parameters: object) -> list[Row]:
        found = self._connection.execute(sql, parameters)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _others(
    connection: duckdb.DuckDBPyConnection, link: Link, held: str, of: tuple[str, int]
) -> dict[str, Intervals]:
    """Whom one business is linked to, and when, as far as known by a day."""
    rows = connection.execute(
        f"WITH held AS ({held}) "
        "SELECT h.link_value, h.entity_id, h.seen_from_day, h.usable_to_day FROM held h "
        "WHERE h.seen_from_day <= $2 "
        "AND h.link_value IN (SELECT o.link_value FROM held o WHERE o.entity_id = $1) "
        "ORDER BY h.link_value",
        of,
    ).fetchall()
    found: dict[str, list[tuple[int, int]]] = {}
    for _, group in groupby(rows, key=itemgetter(0)):
        for pair in linked_days((Held(*row[1:]) for row in group), link.max_size):
            if pair.entity_id == of[0]:
                found.setdefault(pair.other, []).extend(pair.intervals)
    return {other: merged(intervals) for other, intervals in sorted(found.items())}
