"""Which stored versions of a record followed each other, and how long each was valid.

Nearly every record has one version, and its row says all about it. Only the versions
of records that were corrected are compared here; a batch marks each version that
followed another when it is received, and each record it holds twice, so that they are
found without looking at the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from features.quoting import identifier, literal

_IDENTITY = "_batch_no, _file_no, _row_no"


def batch_files(paths: Sequence[Path]) -> str:
    """SQL for the rows of several batch files of one source."""
    names = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{names}], union_by_name=true)"


def corrected_name(source: str) -> str:
    """Name of the table with the versions of a source's corrected records."""
    return identifier(f"corrected_{source}")


def create_corrected(
    connection: duckdb.DuckDBPyConnection, source: str, batches: Sequence[Path]
) -> bool:
    """Table `corrected_name`: every version of each record of a source that has several.

    Returns whether there is any. It stays until dropped, because the registration is
    read before it is written. Needs the table ``zone``.
    """
    table = corrected_name(source)
    made = "SELECT 1 FROM duckdb_tables() WHERE table_name = ?"
    if not connection.execute(made, [f"corrected_{source}"]).fetchall():
        connection.execute(f"CREATE TABLE {table} AS {_corrected(connection, batches)}")
    return _any(connection, f"SELECT 1 FROM {table} LIMIT 1")


def _corrected(connection: duckdb.DuckDBPyConnection, batches: Sequence[Path]) -> str:
    stored = batch_files(batches)
    if _says_again(connection, batches):
        several = _any(connection, f"SELECT 1 FROM {stored} WHERE _again LIMIT 1")
        found = _versions(stored, "_again")
    else:
        connection.execute(
            f"CREATE OR REPLACE TABLE again AS SELECT DISTINCT event_key FROM {stored} WHERE _later"
        )
        several = _any(connection, "SELECT 1 FROM again LIMIT 1")
        found = _versions(stored, "event_key IN (SELECT event_key FROM again)")
    return found if several else f"{found} LIMIT 0"


def _says_again(connection: duckdb.DuckDBPyConnection, batches: Sequence[Path]) -> bool:
    """Whether all versions of a record are marked in the one batch there is."""
    return len(batches) == 1 and _any(
        connection,
        f"SELECT 1 FROM parquet_schema({literal(str(batches[0]))}) WHERE name = '_again'",
    )


def _any(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    return bool(connection.execute(query).fetchall())


def rank_versions(
    connection: duckdb.DuckDBPyConnection, source: str, batches: Sequence[Path]
) -> None:
    """Table ``ranked``: version and days of each row that the batches hold.

    Needs the table ``zone``.
    """
    create_corrected(connection, source, batches)
    connection.execute(
        "CREATE OR REPLACE TABLE ranked AS SELECT s._batch_no, s._file_no, s._row_no, "
        "COALESCE(c.version, 1) AS version, COALESCE(c.known_day, s.known_day) AS known_day, "
        "COALESCE(c.known_us, s.known_us, z._start_us) AS known_us, c.superseded_day "
        f"FROM {batch_files(batches)} AS s LEFT JOIN {corrected_name(source)} AS c "
        "ON c._batch_no = s._batch_no AND c._file_no = s._file_no AND c._row_no = s._row_no "
        "LEFT JOIN zone AS z ON z._day = s.known_day"
    )


def _versions(stored: str, which: str) -> str:
    """Versions of the records of `which` rows, each known from an honest day.

    The first is known from when the department says, or the event and its lag.
    A later one is known from when the department says if that is later than all
    before it, and otherwise from the day it was received.
    """
    read = (
        f"SELECT {_IDENTITY}, _received_day, _declared, event_key, known_day, "
        f"COALESCE(known_us, z._start_us) AS _said_us FROM {stored} "
        "LEFT JOIN zone AS z ON z._day = known_day "
        f"WHERE {which}"
    )
    ordered = (
        "SELECT s.*, z._start_us AS _received_us, CAST(row_number() OVER w AS INTEGER) AS version, "
        "max(_said_us) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS _before_us "
        f"FROM ({read}) AS s LEFT JOIN zone AS z ON z._day = s._received_day "
        "WINDOW w AS (PARTITION BY event_key ORDER BY _batch_no, _said_us, _file_no, _row_no)"
    )
    believed = "version = 1 OR (_declared AND _said_us > _before_us)"
    running = "PARTITION BY event_key ORDER BY version ROWS UNBOUNDED PRECEDING"
    known = (
        f"SELECT {_IDENTITY}, event_key, version, "
        f"max(CASE WHEN {believed} THEN known_day ELSE _received_day END) OVER ({running}) "
        "AS known_day, "
        f"max(CASE WHEN {believed} THEN _said_us ELSE _received_us END) OVER ({running}) "
        f"AS known_us FROM ({ordered})"
    )
    return (
        "SELECT *, lead(known_day) OVER (PARTITION BY event_key ORDER BY version) "
        f"AS superseded_day FROM ({known})"
    )
