"""The records of every business, packed one business at a time.

What a serving store is filled from: one sorted pass over each source, merged by
business, so that memory holds a few batches and never the city.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
import pyarrow as pa

from features.business import PROFILE, Intervals, Packed
from features.catalogue import Catalogue
from features.contracts import Link
from features.engines.duckdb import connect
from features.links import Held, linked_days, merged
from features.records_of import Reading
from features.snapshot import Snapshot

_Values = tuple[int | float | str | None, ...]
_BATCH = 20_000
_PAIR = pa.schema(
    [("holder", pa.string()), ("other", pa.string()), ("since", pa.int32()), ("until", pa.int32())]
)


def packed_records(
    catalogue: Catalogue, snapshot: Snapshot, as_of_day: int
) -> Iterator[tuple[str, Packed]]:
    """Each business that existed by the day, with its records known by then.

    Yields (entity_id, what `BusinessRecords.from_json` reads) in the order of
    entity_id. City-wide rows are not among them: `records_of.city_records`.
    """
    reading = Reading.of(catalogue)
    with connect(reading.files(snapshot)) as connection:
        own = {
            name: _Stream(_sorted(connection, reading, name, as_of_day))
            for name in reading.layout.columns
            if name not in reading.layout.city_wide
        }
        pairs: dict[str, _Stream] = {}
        linked: dict[str, dict[str, _Stream]] = {}
        for link, sources in reading.links.items():
            _store_pairs(connection, link, reading.held[link], as_of_day)
            pairs[link.name] = _Stream(
                _query(connection, f"SELECT * FROM pair_{link.name} ORDER BY holder, other, since")
            )
            linked[link.name] = {
                name: _Stream(_linked(connection, reading, link, name, as_of_day))
                for name in sources
            }
        for entity_id, profile in _profiles(connection, as_of_day):
            yield (
                entity_id,
                {
                    "id": entity_id,
                    "profile": profile,
                    "own": {name: rows for name, s in own.items() if (rows := s.take(entity_id))},
                    "links": {name: _intervals(s.take(entity_id)) for name, s in pairs.items()},
                    "linked": {
                        link: {n: rows for n, s in streams.items() if (rows := s.take(entity_id))}
                        for link, streams in linked.items()
                    },
                },
            )


class _Stream:
    """Rows sorted by business, taken one business after the other."""

    def __init__(self, rows: Iterable[_Values]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def take(self, entity_id: str) -> list[list[int | float | str | None]]:
        """The rows of `entity_id` without it; rows of businesses before it are passed over."""
        while self._next is not None and str(self._next[0]) < entity_id:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != entity_id:
            return []
        rows = [list(row[1:]) for row in self._next[1]]
        self._next = next(self._groups, None)
        return rows


def _query(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[_Values]:
    # A cursor of its own: several results are read alternately.
    reader: pa.RecordBatchReader = connection.cursor().sql(sql).to_arrow_reader(_BATCH)
    for batch in reader:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _sorted(
    connection: duckdb.DuckDBPyConnection, reading: Reading, source: str, as_of_day: int
) -> Iterator[_Values]:
    columns = ", ".join(f"r.{c}" for c in reading.layout.columns[source])
    return _query(
        connection,
        f"SELECT {columns} FROM source_{source} r WHERE r.entity_id IS NOT NULL "
        f"AND r.known_day <= {as_of_day} ORDER BY r.entity_id, r.record_no",
    )


def _linked(
    connection: duckdb.DuckDBPyConnection, reading: Reading, link: Link, source: str, as_of_day: int
) -> Iterator[_Values]:
    columns = ", ".join(f"r.{c}" for c in reading.layout.columns[source])
    return _query(
        connection,
        f"SELECT p.holder, {columns} "
        f"FROM (SELECT DISTINCT holder, other FROM pair_{link.name}) p "
        f"JOIN source_{source} r ON r.entity_id = p.other WHERE r.known_day <= {as_of_day} "
        "ORDER BY p.holder, r.record_no",
    )


def _profiles(
    connection: duckdb.DuckDBPyConnection, as_of_day: int
) -> Iterator[tuple[str, list[list[int | float | str | None]]]]:
    columns = ", ".join(f"p.{c}" for c in PROFILE)
    rows = _query(
        connection,
        f"SELECT {columns} FROM profiles p WHERE p.from_day <= {as_of_day} "
        "ORDER BY p.entity_id, p.from_day",
    )
    for entity_id, group in groupby(rows, key=itemgetter(0)):
        yield str(entity_id), [list(row[1:]) for row in group]


def _intervals(rows: Sequence[Sequence[Any]]) -> dict[str, Intervals]:
    found: dict[str, list[tuple[int, int]]] = {}
    for other, start, end in rows:
        found.setdefault(other, []).append((start, end))
    return {other: merged(intervals) for other, intervals in found.items()}


def _store_pairs(
    connection: duckdb.DuckDBPyConnection, link: Link, held: str, as_of_day: int
) -> None:
    """Keep the pairs of a link in table ``pair_<link>`` (holder, other, since, until)."""
    rows = _query(
        connection,
        f"WITH held AS ({held}), shared AS (SELECT h.link_value FROM held h "
        f"WHERE h.seen_from_day <= {as_of_day} GROUP BY h.link_value "
        "HAVING COUNT(DISTINCT h.entity_id) > 1) "
        "SELECT h.link_value, h.entity_id, h.seen_from_day, h.usable_to_day "
        f"FROM held h JOIN shared k ON k.link_value = h.link_value "
        f"WHERE h.seen_from_day <= {as_of_day} ORDER BY h.link_value",
    )
    pairs = [
        (pair.entity_id, pair.other, *interval)
        for _, group in groupby(rows, key=itemgetter(0))
        for pair in linked_days((_held(row) for row in group), link.max_size)
        for interval in pair.intervals
    ]
    columns = zip(*pairs, strict=True) if pairs else ((),) * len(_PAIR)
    table = pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, _PAIR, strict=True)],
        schema=_PAIR,
    )
    connection.register(f"given_{link.name}", table)
    connection.execute(f"CREATE TABLE pair_{link.name} AS SELECT * FROM given_{link.name}")
    connection.unregister(f"given_{link.name}")


def _held(row: _Values) -> Held:
    _, entity_id, start, end = row
    return Held(str(entity_id), int(start or 0), int(end or 0))
