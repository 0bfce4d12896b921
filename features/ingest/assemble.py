"""The stored versions of a source, put in order and written as a snapshot file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from features.business import linking_columns
from features.clocks import resolved_sql
from features.contracts import SQL_TYPES, Nearby, Source
from features.ingest.engine import SNAPSHOT_FILE
from features.ingest.ranking import batch_files, create_corrected
from features.ingest.record import QUALIFIERS, kept_columns
from features.ingest.whom import whom_of
from features.ingest.zone import midnight_sql
from features.nearby import attached_sql
from features.quoting import identifier, literal


def snapshot_columns(source: Source) -> tuple[str, ...]:
    """The columns of a source's snapshot file after ``entity_id``, in order."""
    return (
        "event_key", "record_no", "version", "event_day", "known_day", "known_us",
        "superseded_day", *(f"{role}_day" for role in QUALIFIERS), "counted_from_day",
        *linking_columns(source),
        *(identifier(c.name) for c in kept_columns(source)),
    )  # fmt: skip


def write_source(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    batches: Sequence[Path],
    target: Path,
    zone: ZoneInfo,
) -> None:
    """Write the snapshot file of a source that names its businesses, or none.

    Needs table ``zone`` and what `features.ingest.whom.whom_of` needs.
    """
    _copy(connection, _records(connection, source, batches, zone), target)


def write_attached(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    batches: Sequence[Path],
    target: Path,
    zone: ZoneInfo,
) -> None:
    """Write the snapshot file of a source whose records belong to businesses nearby.

    Needs tables ``zone`` and ``profiles``.
    """
    assert isinstance(source.subject, Nearby)
    records = _records(connection, source, batches, zone)
    connection.execute(f"CREATE OR REPLACE TABLE numbered AS {records}")
    columns = snapshot_columns(source)
    pairs = attached_sql(source.subject, "numbered", columns)
    rows = f"SELECT entity_id, {', '.join(columns)}, distance_m FROM ({pairs})"
    _copy(connection, f"{rows} ORDER BY entity_id, record_no, known_day", target)
    connection.execute("DROP TABLE numbered")


def _copy(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> None:
    connection.execute(f"COPY ({rows}) TO {literal(str(target))} {SNAPSHOT_FILE}")


# A record's number is its place in this order; of one business, as its records followed.
_ORDER = "entity_id, event_day, known_us, event_key, version"
_ALONE = {
    "version": "CAST(1 AS INTEGER)",
    "superseded_day": "CAST(NULL AS INTEGER)",
    "known_day": "r.known_day",
}


def _records(
    connection: duckdb.DuckDBPyConnection, source: Source, batches: Sequence[Path], zone: ZoneInfo
) -> str:
    """SQL for the stored records with their business, number, version and validity, in order."""
    if not batches:
        return _no_records(source)
    whom = whom_of(connection, source)
    decided = _ALONE | {"known_us": f"COALESCE(r.known_us, {midnight_sql('r.known_day', zone)})"}
    join = whom.join
    if create_corrected(connection, batches):
        decided = {
            name: f"CASE WHEN n.version IS NULL THEN {alone} ELSE n.{name} END"
            for name, alone in decided.items()
        }
        join = (
            "LEFT JOIN corrected AS n ON n._batch_no = r._batch_no AND n._file_no = r._file_no "
            f"AND n._row_no = r._row_no {join}"
        )
    said = {name: f"r.{name}" for name in snapshot_columns(source) if name != "record_no"}
    said |= decided | resolved_sql(source, "r") | whom.instead(decided)
    rows = ", ".join(f"{sql} AS {name}" for name, sql in said.items())
    numbered = ", ".join(
        "row_number() OVER () AS record_no" if name == "record_no" else name
        for name in snapshot_columns(source)
    )
    return (
        f"SELECT entity_id, {numbered} FROM (SELECT {whom.entity} AS entity_id, {rows} "
        f"FROM {batch_files(batches)} AS r {join} ORDER BY {_ORDER})"
    )


def _no_records(source: Source) -> str:
    types = {"event_key": "VARCHAR", "record_no": "BIGINT", "known_us": "BIGINT"}
    types |= {"link_probability": "INTEGER"}
    types |= {identifier(c.name): SQL_TYPES[c.kind] for c in source.columns}
    columns = ", ".join(
        f"CAST(NULL AS {types.get(name, 'INTEGER')}) AS {name}" for name in snapshot_columns(source)
    )
    return f"SELECT CAST(NULL AS VARCHAR) AS entity_id, {columns} WHERE FALSE"
