"""What one delivery added: its records by source, and its rows in quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from features.contracts import Source
from features.ingest.engine import BATCH_FILE
from features.ingest.load import Loaded, reread
from features.ingest.record import kept_columns, record_columns
from features.quoting import identifier, literal

QUARANTINE = "quarantine.parquet"
_HELD_BACK = (
    "quarantine_id VARCHAR, source VARCHAR, file VARCHAR, row_no BIGINT, faults VARCHAR[], "
    "raw VARCHAR"
)


def create_quarantine(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty table ``quarantine`` for the whole batch."""
    connection.execute(f"CREATE OR REPLACE TABLE quarantine ({_HELD_BACK})")


def write_records(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    received: tuple[int, int],
    target: Path,
    *,
    contested: bool,
) -> None:
    """Write the rows of ``records`` that are first or later versions (``_later``).

    ``_again`` marks every row whose key the batch holds twice, or held before. `received`
    is the batch's number and the day it came in.
    """
    batch_no, received_day = received
    columns = ", ".join(
        [*_dated(source, received_day), *(identifier(c.name) for c in kept_columns(source))]
    )
    later, again, stays = "FALSE", "FALSE", ""
    if contested:
        later, again = "COALESCE(c.fate = 'version', FALSE)", "c.fate IS NOT NULL"
        stays = (
            "AS r LEFT JOIN contested AS c ON c._file_no = r._file_no AND c._row_no = r._row_no "
            "WHERE c.fate IS NULL OR c.fate IN ('first', 'version')"
        )
    connection.execute(
        f"COPY (SELECT CAST({batch_no} AS INTEGER) AS _batch_no, "
        f"CAST({received_day} AS INTEGER) AS _received_day, r._file_no, r._row_no, "
        f"{later} AS _later, {again} AS _again, {columns}, "
        "COALESCE(_entity IN (SELECT code FROM warned), FALSE) AS _entity_warning "
        f"FROM records {stays or 'AS r'}) TO {literal(str(target))} {BATCH_FILE}"
    )


def _dated(source: Source, received_day: int) -> tuple[str, ...]:
    """The columns of a record; without an event day it happened by the day received."""
    columns = record_columns(source)
    if source.dates.undated == "quarantined":
        return columns
    days = ("event_day", "known_day")
    return tuple(
        f"CAST(COALESCE({c}, {received_day}) AS INTEGER) AS {c}" if c in days else c
        for c in columns
    )


def hold_back(
    connection: duckdb.DuckDBPyConnection,
    loaded: Sequence[Loaded],
    work: Path,
) -> None:
    """Move the rows of ``held_back`` and the refused of ``contested`` to ``quarantine``."""
    for one in loaded:
        reread(connection, one, work)
        source, file = one.delivery.source, one.delivery.name
        # Named by what was delivered, so that the same row always has the same name.
        prefix = f"{source.name}:{one.count.identity[:12]}:"
        connection.execute(
            f"INSERT INTO quarantine SELECT {literal(prefix)} || _row_no, "
            f"{literal(source.name)}, {literal(file)}, _row_no, faults, raw "
            f"FROM held_back WHERE _file_no = {one.number}"
        )


def write_quarantine(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write the table ``quarantine`` in the order of sources, files and rows."""
    connection.execute(
        "COPY (SELECT * FROM quarantine ORDER BY source, file, row_no, quarantine_id) "
        f"TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )
