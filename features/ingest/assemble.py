"""The stored versions of a source, put in order and written as a snapshot file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from features.contracts import SQL_TYPES, Jurisdiction, Nearby, Source
from features.identity_sql import organisation_part_sql
from features.ingest.record import QUALIFIERS, kept_columns
from features.ingest.text import identifier, literal
from features.nearby import attached_sql


@dataclass(frozen=True)
class Written:
    """What a source's snapshot file holds."""

    records: int
    unlinked: int
    unnamed: int
    attached: int


def snapshot_columns(source: Source) -> tuple[str, ...]:
    """The columns of a source's snapshot file after ``entity_id``, in order."""
    return (
        "event_key", "record_no", "version", "event_day", "known_day", "known_us",
        "superseded_day", *(f"{role}_day" for role in QUALIFIERS),
        *(identifier(c.name) for c in kept_columns(source)),
    )  # fmt: skip


def create_links(connection: duckdb.DuckDBPyConnection, rosters: Sequence[Path]) -> None:
    """Table ``links``: organisation code → the one unified code that contains it."""
    if not rosters:
        connection.execute("CREATE OR REPLACE TABLE links (organisation VARCHAR, entity VARCHAR)")
        return
    connection.execute(
        "CREATE OR REPLACE TABLE links AS "
        "SELECT substr(entity, 9, 9) AS organisation, any_value(entity) AS entity "
        f"FROM (SELECT DISTINCT entity FROM {batch_files(rosters)} WHERE length(entity) = 18) "
        "GROUP BY 1 HAVING count(*) = 1"
    )


def batch_files(paths: Sequence[Path]) -> str:
    """SQL for the rows of several batch files of one source."""
    names = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{names}], union_by_name=true)"


def write_source(
    connection: duckdb.DuckDBPyConnection,
    jurisdiction: Jurisdiction,
    source: Source,
    batches: Sequence[Path],
    target: Path,
) -> None:
    """Write the snapshot file of a source that names its businesses, or none.

    Needs tables ``zone`` and ``links``; leaves the numbered records in the
    table ``numbered``.
    """
    _number(connection, jurisdiction, source, batches)
    columns = ", ".join(snapshot_columns(source))
    _copy(connection, f"SELECT entity_id, {columns} FROM numbered", target)


def write_attached(
    connection: duckdb.DuckDBPyConnection,
    jurisdiction: Jurisdiction,
    source: Source,
    batches: Sequence[Path],
    target: Path,
) -> None:
    """Write the snapshot file of a source whose records belong to businesses nearby.

    Needs tables ``zone``, ``links`` and ``profiles``.
    """
    assert isinstance(source.subject, Nearby)
    _number(connection, jurisdiction, source, batches)
    pairs = attached_sql(source.subject, "numbered", snapshot_columns(source))
    columns = ", ".join(snapshot_columns(source))
    _copy(connection, f"SELECT entity_id, {columns}, distance_m FROM ({pairs})", target)


def _copy(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> None:
    connection.execute(
        f"COPY ({rows} ORDER BY entity_id, record_no, known_day) TO {literal(str(target))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )


def _number(
    connection: duckdb.DuckDBPyConnection,
    jurisdiction: Jurisdiction,
    source: Source,
    batches: Sequence[Path],
) -> None:
    if not batches:
        _create_empty(connection, source)
        return
    linked = "r.entity"
    join = ""
    if jurisdiction.identity == "uscc":
        part = organisation_part_sql("r.entity")
        short = "length(r.entity) < 18 OR suffix(r.entity, '000')"
        join = f"LEFT JOIN links ON links.organisation = CASE WHEN {short} THEN {part} END"
        linked = "COALESCE(links.entity, r.entity)"
    connection.execute(
        "CREATE OR REPLACE TABLE stored AS SELECT r.*, COALESCE(r.known_us, z.start_us) AS said_us "
        f"FROM {batch_files(batches)} AS r LEFT JOIN zone AS z ON z.day = r.known_day"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE corrected AS "
        "SELECT hash(event_key) AS h FROM stored GROUP BY 1 HAVING count(*) > 1"
    )
    columns = ", ".join(snapshot_columns(source))
    connection.execute(
        f"CREATE OR REPLACE TABLE numbered AS SELECT entity_id, {columns} FROM ("
        f"SELECT {linked} AS entity_id, r.* REPLACE ("
        "effective_day AS known_day, effective_us AS known_us), "
        "row_number() OVER (ORDER BY r.event_day, r.effective_us, r.event_key, r.version) "
        f"AS record_no FROM ({_versions()}) AS r {join})"
    )
    connection.execute("DROP TABLE stored")


def _versions() -> str:
    """Versions of each record in order, each known from an honest day.

    The first is known from when the department says, or the event and its lag.
    A later one is known from when the department says if that is later than all
    before it, and otherwise from the day it was received.
    """
    alone = (
        "SELECT *, 1 AS version, known_day AS effective_day, said_us AS effective_us, "
        "CAST(NULL AS INTEGER) AS superseded_day FROM stored "
        "WHERE hash(event_key) NOT IN (SELECT h FROM corrected)"
    )
    ordered = (
        "SELECT s.*, z.start_us AS received_us, row_number() OVER w AS version, "
        "max(said_us) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_us "
        "FROM stored AS s LEFT JOIN zone AS z ON z.day = s.received_day "
        "WHERE hash(event_key) IN (SELECT h FROM corrected) "
        "WINDOW w AS (PARTITION BY event_key ORDER BY batch_no, said_us, row_no)"
    )
    believed = "version = 1 OR (declared AND said_us > before_us)"
    running = "PARTITION BY event_key ORDER BY version ROWS UNBOUNDED PRECEDING"
    known = (
        "SELECT * EXCLUDE (before_us, received_us), "
        f"max(CASE WHEN {believed} THEN known_day ELSE received_day END) OVER ({running}) "
        "AS effective_day, "
        f"max(CASE WHEN {believed} THEN said_us ELSE received_us END) OVER ({running}) "
        f"AS effective_us FROM ({ordered})"
    )
    several = (
        "SELECT *, lead(effective_day) OVER (PARTITION BY event_key ORDER BY version) "
        f"AS superseded_day FROM ({known})"
    )
    return f"{alone} UNION ALL BY NAME {several}"


def _create_empty(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    types = {"event_key": "VARCHAR", "record_no": "BIGINT", "known_us": "BIGINT"}
    types |= {identifier(c.name): SQL_TYPES[c.kind] for c in source.columns}
    columns = ", ".join(f"{c} {types.get(c, 'INTEGER')}" for c in snapshot_columns(source))
    connection.execute(f"CREATE OR REPLACE TABLE numbered (entity_id VARCHAR, {columns})")
