"""The stored versions of a source, put in order and written as a snapshot file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from features.business import linking_columns
from features.clocks import resolved_sql
from features.contracts import SQL_TYPES, Nearby, Source
from features.ingest.ranking import RANKED, rank_versions
from features.ingest.record import QUALIFIERS, kept_columns
from features.ingest.whom import whom_of
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


def batch_files(paths: Sequence[Path]) -> str:
    """SQL for the rows of several batch files of one source."""
    names = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{names}], union_by_name=true)"


def write_source(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    batches: Sequence[Path],
    target: Path,
) -> None:
    """Write the snapshot file of a source that names its businesses, or none.

    Needs table ``zone`` and what `features.ingest.whom.whom_of` needs.
    """
    _copy(connection, _records(connection, source, batches), target)


def write_attached(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    batches: Sequence[Path],
    target: Path,
) -> None:
    """Write the snapshot file of a source whose records belong to businesses nearby.

    Needs tables ``zone`` and ``profiles``.
    """
    assert isinstance(source.subject, Nearby)
    records = _records(connection, source, batches)
    connection.execute(f"CREATE OR REPLACE TABLE numbered AS {records}")
    columns = snapshot_columns(source)
    pairs = attached_sql(source.subject, "numbered", columns)
    _copy(connection, f"SELECT entity_id, {', '.join(columns)}, distance_m FROM ({pairs})", target)
    connection.execute("DROP TABLE numbered")


def _copy(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> None:
    connection.execute(
        f"COPY ({rows} ORDER BY entity_id, record_no, known_day) TO {literal(str(target))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )


def _records(connection: duckdb.DuckDBPyConnection, source: Source, batches: Sequence[Path]) -> str:
    """SQL for the stored records with their business, number, version and validity."""
    if not batches:
        return _no_records(source)
    rank_versions(connection, batch_files(batches))
    whom = whom_of(connection, source)
    said = {
        name: f"{'n' if name in RANKED else 'r'}.{name} AS {name}"
        for name in snapshot_columns(source)
    }
    said |= {name: f"{sql} AS {name}" for name, sql in resolved_sql(source, "r").items()}
    said |= whom.instead
    return (
        f"SELECT {whom.entity} AS entity_id, {', '.join(said.values())} "
        f"FROM {batch_files(batches)} AS r "
        "JOIN ranked AS n ON n._batch_no = r._batch_no AND n._file_no = r._file_no "
        f"AND n._row_no = r._row_no {whom.join}"
    )


def _no_records(source: Source) -> str:
    types = {"event_key": "VARCHAR", "record_no": "BIGINT", "known_us": "BIGINT"}
    types |= {"link_probability": "INTEGER"}
    types |= {identifier(c.name): SQL_TYPES[c.kind] for c in source.columns}
    columns = ", ".join(
        f"CAST(NULL AS {types.get(name, 'INTEGER')}) AS {name}" for name in snapshot_columns(source)
    )
    return f"SELECT CAST(NULL AS VARCHAR) AS entity_id, {columns} WHERE FALSE"
