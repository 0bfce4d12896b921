"""The stored versions of a source, put in order and written as a snapshot file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from features.contracts import SQL_TYPES, Nearby, Source
from features.identity import is_unified, organisation_part
from features.ingest.record import QUALIFIERS, kept_columns
from features.nearby import attached_sql
from features.quoting import identifier, literal


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


def create_links(
    connection: duckdb.DuckDBPyConnection, rosters: Sequence[Path], files: Sequence[Path]
) -> None:
    """Table ``links``: identifier as given → the one unified code it is part of.

    An organisation code or tax number names a business when exactly one unified
    code on the roster contains it.
    """
    connection.execute("CREATE OR REPLACE TABLE links (given VARCHAR, _entity VARCHAR)")
    if not rosters or not files:
        return
    given = connection.execute(
        f"SELECT DISTINCT _entity FROM {batch_files(files)} "
        "WHERE length(_entity) < 18 OR suffix(_entity, '000')"
    ).fetchall()
    parts = [(code, organisation_part(code)) for (code,) in given if not is_unified(code)]
    known = [(code, part) for code, part in parts if part is not None]
    if not known:
        return
    connection.execute(
        "INSERT INTO links SELECT g.given, o._entity FROM "
        "(SELECT unnest(?::VARCHAR[]) AS given, unnest(?::VARCHAR[]) AS part) AS g JOIN ("
        "SELECT substr(_entity, 9, 9) AS part, any_value(_entity) AS _entity "
        f"FROM (SELECT DISTINCT _entity FROM {batch_files(rosters)} WHERE length(_entity) = 18) "
        "GROUP BY 1 HAVING count(*) = 1) AS o ON o.part = g.part",
        [[code for code, _ in known], [part for _, part in known]],
    )


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

    Needs tables ``zone`` and ``links``; leaves the numbered records in the
    table ``numbered``.
    """
    _number(connection, source, batches)
    columns = ", ".join(snapshot_columns(source))
    _copy(connection, f"SELECT entity_id, {columns} FROM numbered", target)


def write_attached(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    batches: Sequence[Path],
    target: Path,
) -> None:
    """Write the snapshot file of a source whose records belong to businesses nearby.

    Needs tables ``zone``, ``links`` and ``profiles``.
    """
    assert isinstance(source.subject, Nearby)
    _number(connection, source, batches)
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
    source: Source,
    batches: Sequence[Path],
) -> None:
    if not batches:
        _create_empty(connection, source)
        return
    linked, join = "r._entity", ""
    if connection.execute("SELECT count(*) FROM links").fetchall()[0][0]:
        linked = "COALESCE(links._entity, r._entity)"
        join = "LEFT JOIN links ON links.given = r._entity"
    connection.execute(
        "CREATE OR REPLACE TABLE stored AS "
        "SELECT r.*, COALESCE(r.known_us, z._start_us) AS _said_us "
        f"FROM {batch_files(batches)} AS r LEFT JOIN zone AS z ON z._day = r.known_day"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE corrected AS "
        "SELECT hash(event_key) AS h FROM stored GROUP BY 1 HAVING count(*) > 1"
    )
    columns = ", ".join(snapshot_columns(source))
    connection.execute(
        f"CREATE OR REPLACE TABLE numbered AS SELECT entity_id, {columns} FROM ("
        f"SELECT {linked} AS entity_id, r.* REPLACE ("
        "_effective_day AS known_day, _effective_us AS known_us), "
        "row_number() OVER (ORDER BY r.event_day, r._effective_us, r.event_key, r.version) "
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
        "SELECT *, CAST(1 AS INTEGER) AS version, known_day AS _effective_day, "
        "_said_us AS _effective_us, "
        "CAST(NULL AS INTEGER) AS superseded_day FROM stored "
        "WHERE hash(event_key) NOT IN (SELECT h FROM corrected)"
    )
    ordered = (
        "SELECT s.*, z._start_us AS _received_us, CAST(row_number() OVER w AS INTEGER) AS version, "
        "max(_said_us) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS _before_us "
        "FROM stored AS s LEFT JOIN zone AS z ON z._day = s._received_day "
        "WHERE hash(event_key) IN (SELECT h FROM corrected) "
        "WINDOW w AS (PARTITION BY event_key ORDER BY _batch_no, _said_us, _row_no)"
    )
    believed = "version = 1 OR (_declared AND _said_us > _before_us)"
    running = "PARTITION BY event_key ORDER BY version ROWS UNBOUNDED PRECEDING"
    known = (
        "SELECT * EXCLUDE (_before_us, _received_us), "
        f"max(CASE WHEN {believed} THEN known_day ELSE _received_day END) OVER ({running}) "
        "AS _effective_day, "
        f"max(CASE WHEN {believed} THEN _said_us ELSE _received_us END) OVER ({running}) "
        f"AS _effective_us FROM ({ordered})"
    )
    several = (
        "SELECT *, lead(_effective_day) OVER (PARTITION BY event_key ORDER BY version) "
        f"AS superseded_day FROM ({known})"
    )
    return f"{alone} UNION ALL BY NAME {several}"


def _create_empty(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    types = {"event_key": "VARCHAR", "record_no": "BIGINT", "known_us": "BIGINT"}
    types |= {identifier(c.name): SQL_TYPES[c.kind] for c in source.columns}
    columns = ", ".join(f"{c} {types.get(c, 'INTEGER')}" for c in snapshot_columns(source))
    connection.execute(f"CREATE OR REPLACE TABLE numbered (entity_id VARCHAR, {columns})")
