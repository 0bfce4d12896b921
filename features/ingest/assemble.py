"""The stored versions of a source, put in order and written as a snapshot file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from features.business import linking_columns
from features.clocks import resolved_sql
from features.contracts import SQL_TYPES, ByCode, Kind, Nearby, Source
from features.ingest.engine import SNAPSHOT_FILE
from features.ingest.ranking import batch_files, corrected_name, create_corrected
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
    connection.execute(f"DROP TABLE IF EXISTS {corrected_name(source.name)}")


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
    connection.execute(f"DROP TABLE numbered; DROP TABLE IF EXISTS {corrected_name(source.name)}")


def _copy(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> None:
    connection.execute(f"COPY ({rows}) TO {literal(str(target))} {SNAPSHOT_FILE}")


_NONE = "CAST(NULL AS INTEGER)"
_ALONE = {"version": "CAST(1 AS INTEGER)", "superseded_day": _NONE, "known_day": "r.known_day"}
_COLUMN = re.compile(r"\b[a-z]+\.")


def _records(
    connection: duckdb.DuckDBPyConnection, source: Source, batches: Sequence[Path], zone: ZoneInfo
) -> str:
    """SQL for the stored records with their business, number, version and validity, in order."""
    if not batches:
        return _no_records(source)
    whom = whom_of(connection, source)
    decided = _ALONE | {"known_us": f"COALESCE(r.known_us, {midnight_sql('r.known_day', zone)})"}
    join, stored = whom.join, batch_files(batches)
    if create_corrected(connection, source.name, batches):
        decided = {
            name: f"CASE WHEN n.version IS NULL THEN {alone} ELSE n.{name} END"
            for name, alone in decided.items()
        }
        join = (
            f"LEFT JOIN {corrected_name(source.name)} AS n ON n._batch_no = r._batch_no "
            f"AND n._file_no = r._file_no AND n._row_no = r._row_no {join}"
        )
    said = {name: f"r.{name}" for name in snapshot_columns(source) if name != "record_no"}
    said |= {f"{role}_day": _NONE for role in QUALIFIERS if getattr(source.dates, role) is None}
    said |= resolved_sql(source, "r") | decided | whom.instead(decided)
    if _goes_by_place(source):
        _create_places(connection, source, batches)
    return _ordered(source, said, f"{whom.entity} AS entity_id", f"{stored} AS r {join}", zone)


def _ordered(
    source: Source, said: Mapping[str, str], entity: str, stored: str, zone: ZoneInfo
) -> str:
    """Records by business and, of one business, as they followed; numbered by their place.

    A sort costs by the width of its rows and keys. So a business of many records goes by
    its place, and what is the same for all or follows from others is added afterwards.
    """
    added = {name: sql for name, sql in said.items() if not _COLUMN.search(sql)}
    added["record_no"] = "row_number() OVER ()"
    known = "known_us"
    if not _tells_instant(source):
        known, added["known_us"] = "known_day", midnight_sql("known_day", zone)
    carried = {name: sql for name, sql in said.items() if name not in added}
    version = ["version"] if "version" in carried else []
    business, place, join = "entity_id", "", ""
    if _goes_by_place(source):
        business, place = "_place", ", p._place"
        join = " LEFT JOIN places AS p ON p.business = r.entity_id"
    order = ", ".join([business, "event_day", known, "event_key", *version])
    rows = ", ".join([entity, *(f"{sql} AS {name}" for name, sql in carried.items())])
    columns = ", ".join(
        f"{added[name]} AS {name}" if name in added else name for name in snapshot_columns(source)
    )
    return (
        f"SELECT entity_id, {columns} FROM (SELECT r.*{place} FROM (SELECT {rows} FROM {stored}) "
        f"AS r{join} ORDER BY {order})"
    )


def _goes_by_place(source: Source) -> bool:
    """Whether businesses have many records each; a registration has about one."""
    return isinstance(source.subject, ByCode) and source.registered is None


def _tells_instant(source: Source) -> bool:
    """Whether records say at what moment they became known, not only on what day."""
    known = source.dates.known
    return known is not None and source.column(known).kind is Kind.INSTANT


def _create_places(
    connection: duckdb.DuckDBPyConnection, source: Source, batches: Sequence[Path]
) -> None:
    """Table ``places``: the businesses that records of a source can concern, in order."""
    named = [f"SELECT _entity FROM {batch_files(batches)}", "SELECT _entity FROM links"]
    if source.by_name is not None:
        of = f"WHERE source = {literal(source.name)}"
        named += [f"SELECT entity_id FROM {table} {of}" for table in ("named_on", "name_links")]
    connection.execute(
        "CREATE OR REPLACE TABLE places AS SELECT business, "
        "CAST(row_number() OVER (ORDER BY business) AS INTEGER) AS _place "
        f"FROM ({' UNION '.join(named)}) AS n(business) WHERE business IS NOT NULL"
    )


def _no_records(source: Source) -> str:
    types = {"event_key": "VARCHAR", "record_no": "BIGINT", "known_us": "BIGINT"}
    types |= {"link_probability": "INTEGER"}
    types |= {identifier(c.name): SQL_TYPES[c.kind] for c in source.columns}
    columns = ", ".join(
        f"CAST(NULL AS {types.get(name, 'INTEGER')}) AS {name}" for name in snapshot_columns(source)
    )
    return f"SELECT CAST(NULL AS VARCHAR) AS entity_id, {columns} WHERE FALSE"
