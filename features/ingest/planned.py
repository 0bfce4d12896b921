"""The reading of a source's rows, planned once and kept for the next push.

Planning the rules of a source takes the engine ten times as long as a few rows take
to pass them. It plans anew whenever a statement reads a table or a variable, or a
parameter comes with another type, so the rows come in as one parameter, a JSON text.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

import duckdb

from features.catalogue import Catalogue
from features.contracts import Source
from features.ingest.delivery import require_headings
from features.ingest.record import RecordQuery
from features.ingest.recorded import Recorded
from features.ingest.table import DeliveredTable
from features.quoting import literal

# Plans kept, the least used forgotten: some for each source that departments push.
_KEPT = 48


@dataclass(frozen=True)
class Reading:
    """One row: whether its reading is in doubt, whether it is out of scope, its record.

    The record's values stand in the order of `Recorded.names`.
    """

    doubtful: bool
    out_of_scope: bool
    record: tuple[object, ...]


class Planned:
    """The fast reading of rows of one source under the same headings."""

    def __init__(self, catalogue: Catalogue, source: Source, headings: tuple[str, ...]) -> None:
        table = DeliveredTable(
            Path("pushed.jsonl"), "JSON lines", headings, _rows_sql(len(headings)), numbered=True
        )
        require_headings(source, table)
        query = RecordQuery.of(catalogue.jurisdiction, source, table)
        # Asked beside the plan: one that reads a variable of the engine is made anew each time.
        query = replace(query, rules=tuple(r for r in query.rules if r.name != "after_receipt"))
        columns = ", ".join(Recorded.of(source).expressions)
        self._headings = headings
        self._connection = _engine().cursor()
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute(
            f"PREPARE reading AS SELECT r._raw IS NOT NULL, r._out, {columns} "
            f"FROM ({query.fast()}) AS r ORDER BY r._row_no"
        )
        self._lock = Lock()

    def read(self, rows: Sequence[Mapping[str, str | None]]) -> list[Reading]:
        """Every row as the fast path reads it, in order."""
        text = json.dumps([[row.get(name) for name in self._headings] for row in rows])
        with self._lock:
            found = self._connection.execute(
                f"EXECUTE reading(CAST({literal(text)} AS VARCHAR))"
            ).fetchall()
        return [Reading(doubtful, out, tuple(record)) for doubtful, out, *record in found]


def _rows_sql(width: int) -> str:
    """The rows of the one parameter, a JSON list of lists of texts, numbered from 1."""
    fields = ", ".join(f"fields[{i + 1}] AS _h{i}" for i in range(width))
    rows = """SELECT unnest(from_json(CAST($1 AS VARCHAR), '[["VARCHAR"]]')) AS fields"""
    return (
        f"SELECT {fields}, row_number() OVER () AS _row_no, CAST(NULL AS VARCHAR) AS _shape "
        f"FROM ({rows})"
    )


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine for all plans; it holds no table."""
    return duckdb.connect(config={"threads": 1})


_plans: OrderedDict[tuple[int, str, tuple[str, ...]], tuple[Catalogue, Planned]] = OrderedDict()
_lock = Lock()


def planned(catalogue: Catalogue, source: Source, headings: tuple[str, ...]) -> Planned:
    """The plan for rows of `source` under `headings`, made when first asked for.

    Raises
    ------
    FileRefused
        A heading that identifies the record, its business or its day is missing.
    """
    key = (id(catalogue), source.name, headings)  # kept beside, so that no other gets its id
    with _lock:
        if key in _plans:
            _plans.move_to_end(key)
            return _plans[key][1]
    made = Planned(catalogue, source, headings)
    with _lock:
        _plans[key] = (catalogue, made)
        while len(_plans) > _KEPT:
            _plans.popitem(last=False)
    return made
