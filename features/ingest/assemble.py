"""The stored versions of a source, put in order and written as a snapshot file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from features.business import linking_columns
from features.clocks import resolved_sql
from features.contracts import SQL_TYPES, Nearby, Source
from features.identity import is_unified, organisation_part
from features.ingest.linking import NAMELESS, OLD_NUMBERS, mention_sql
from features.ingest.ranking import RANKED, rank_versions
from features.ingest.record import QUALIFIERS, kept_columns
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

    Needs tables ``zone``, ``links`` and, where names are linked, ``name_links``.
    """
    _copy(connection, _records(connection, source, batches), target)


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


@dataclass(frozen=True)
class Whom:
    """SQL for the business a stored record ``r`` concerns.

    Parameters
    ----------
    entity, named
        The business, and whether its name says so rather than a code.
    join
        Joins the two need.
    instead
        Columns of the snapshot that differ from what is stored.
    """

    entity: str
    named: str
    join: str
    instead: Mapping[str, str] = field(default_factory=dict)


# A record linked by name is of use from when it was known whom it means.
_UNSAID = "CAST(NULL AS INTEGER) AS link_probability"
_LATER = "m.from_day > n.known_day"
_KNOWN_WHOM = {
    "link_probability": "m.probability AS link_probability",
    "known_day": f"CASE WHEN {_LATER} THEN m.from_day ELSE n.known_day END AS known_day",
    "known_us": f"CASE WHEN {_LATER} THEN w._start_us ELSE n.known_us END AS known_us",
}


def whom_of(connection: duckdb.DuckDBPyConnection, source: Source) -> Whom:
    """Whom the records of a source concern; needs what `create_name_links` made."""
    entity, join = "r._entity", ""
    if connection.execute("SELECT count(*) FROM links").fetchall()[0][0]:
        entity = "COALESCE(links._entity, r._entity)"
        join = "LEFT JOIN links ON links.given = r._entity "
    if source.by_name is None:
        return Whom(entity, "FALSE", join)
    linked = "SELECT count(*) FROM name_links WHERE source = ?"
    if not connection.execute(linked, [source.name]).fetchall()[0][0]:
        return Whom(entity, "FALSE", join, {"link_probability": _UNSAID})
    mention = f"CASE WHEN {NAMELESS} THEN {mention_sql(source.by_name)} END"
    return Whom(
        f"COALESCE(m.entity_id, {entity})",
        "(m.entity_id IS NOT NULL)",
        f"{join}{OLD_NUMBERS} LEFT JOIN (SELECT * FROM name_links WHERE source = "
        f"{literal(source.name)}) AS m ON m.mention = {mention} "
        "LEFT JOIN zone AS w ON w._day = m.from_day",
        _KNOWN_WHOM,
    )


def _no_records(source: Source) -> str:
    types = {"event_key": "VARCHAR", "record_no": "BIGINT", "known_us": "BIGINT"}
    types |= {"link_probability": "INTEGER"}
    types |= {identifier(c.name): SQL_TYPES[c.kind] for c in source.columns}
    columns = ", ".join(
        f"CAST(NULL AS {types.get(name, 'INTEGER')}) AS {name}" for name in snapshot_columns(source)
    )
    return f"SELECT CAST(NULL AS VARCHAR) AS entity_id, {columns} WHERE FALSE"
