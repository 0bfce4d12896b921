"""The history of each business's profile, from the sources that introduce businesses.

A business exists from the first day a roster source was known to name it. Its
profile on a day takes each field from the best source that knows it: from the
latest record of that source known by then and neither superseded nor annulled.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from features.business import LinkedBy
from features.contracts import Jurisdiction, Kind, Source
from features.quoting import identifier, literal

FIELDS = (
    "name", "district", "sector", "form", "latitude", "longitude", "established_on", "closed_on",
)  # fmt: skip
_STORED = {"established_on": "established_day", "closed_on": "closed_day"}
_TYPES = {
    "latitude": "DOUBLE", "longitude": "DOUBLE", "established_on": "INTEGER",
    "closed_on": "INTEGER",
}  # fmt: skip
NEVER = 2_147_483_647


def create_profiles(
    connection: duckdb.DuckDBPyConnection, jurisdiction: Jurisdiction, file: Callable[[str], Path]
) -> None:
    """Table ``profiles`` from the snapshot files of the roster sources.

    One row per business and period in which nothing about it changed:
    entity_id, name, district, sector, form, latitude, longitude, established_day,
    closed_day, from_day, to_day (exclusive).
    """
    fields = ", ".join(f"{_STORED.get(f, f)} {_TYPES.get(f, 'VARCHAR')}" for f in FIELDS)
    connection.execute(
        f"CREATE OR REPLACE TABLE profiles (entity_id VARCHAR, {fields}, "
        "from_day INTEGER, to_day INTEGER)"
    )
    sources = [jurisdiction.source(name) for name in jurisdiction.roster]
    if not sources:
        return
    for rank, source in enumerate(sources):
        connection.execute(
            f"CREATE OR REPLACE TABLE roster_{rank} AS {_records(source, file(source.name))}"
        )
    named = " UNION ALL ".join(f"SELECT entity_id FROM roster_{r}" for r in range(len(sources)))
    connection.execute(
        f"CREATE OR REPLACE TABLE changing AS SELECT entity_id FROM ({named}) "
        "GROUP BY 1 HAVING count(*) > 1"
    )
    for rank in range(len(sources)):
        connection.execute(f"INSERT INTO profiles {_unchanged(rank)}")
    connection.execute(f"INSERT INTO profiles {_history(len(sources))}")
    for table in ("changing", *(f"roster_{rank}" for rank in range(len(sources)))):
        connection.execute(f"DROP TABLE {table}")


def _records(source: Source, path: Path) -> str:
    fields = ", ".join(f"{_field(source, field)} AS {field}" for field in FIELDS)
    # A record linked by its name is no witness of the business's name.
    by_code = (
        f" AND COALESCE(linked_by, 0) <= {LinkedBy.NUMBER.value}"
        if source.by_name is not None
        else ""
    )
    return (
        f"SELECT entity_id, record_no, {fields}, known_day AS starts, "
        f"LEAST(COALESCE(superseded_day, {NEVER}), COALESCE(retracted_day, {NEVER})) AS ends "
        f"FROM read_parquet({literal(str(path))}) WHERE entity_id IS NOT NULL{by_code}"
    )


def _field(source: Source, field: str) -> str:
    name = source.profile.get(field)
    if name is None:
        return f"CAST(NULL AS {_TYPES.get(field, 'VARCHAR')})"
    declared, column = source.column(name), identifier(name)
    if field in ("latitude", "longitude"):
        return f"CAST({column} AS DOUBLE) / 1000000"
    if field in ("established_on", "closed_on"):
        return column
    if declared.kind is Kind.CODE:
        labels = ", ".join(literal(label) for label in declared.labels)
        return f"[{labels}][{column} + 1]"
    return f"CAST({column} AS VARCHAR)"


def _unchanged(rank: int) -> str:
    """Profiles of the businesses that a single record tells of, as most are."""
    return (
        f"SELECT entity_id, {', '.join(FIELDS)}, starts, ends FROM roster_{rank} "
        "WHERE starts < ends AND entity_id NOT IN (SELECT entity_id FROM changing)"
    )


def _history(sources: int) -> str:
    """Profiles of the others, between all days on which any roster record starts or ends."""
    some = "starts < ends AND entity_id IN (SELECT entity_id FROM changing)"
    changes = " UNION ".join(
        f"SELECT entity_id, starts AS day FROM roster_{rank} WHERE {some} "
        f"UNION SELECT entity_id, ends FROM roster_{rank} WHERE {some} AND ends < {NEVER}"
        for rank in range(sources)
    )
    joins, known = [], []
    for rank in range(sources):
        packed = ", ".join(f"{field} := {field}" for field in FIELDS)
        joins.append(
            f"LEFT JOIN (SELECT c.entity_id, c.day, "
            f"arg_max(struct_pack({packed}), r.record_no) AS p "
            f"FROM changes AS c JOIN roster_{rank} AS r ON r.entity_id = c.entity_id "
            "AND r.starts <= c.day AND r.ends > c.day GROUP BY ALL"
            f") AS s{rank} ON s{rank}.entity_id = c.entity_id AND s{rank}.day = c.day"
        )
        known.append(f"s{rank}.p IS NOT NULL")
    merged = ", ".join(
        f"COALESCE({', '.join(f's{rank}.p.{field}' for rank in range(sources))}) AS {field}"
        for field in FIELDS
    )
    row = ", ".join(FIELDS)
    return f"""
        WITH changes AS MATERIALIZED ({changes}),
        states AS (
            SELECT c.entity_id, c.day, ({" OR ".join(known)}) AS known, {merged}
            FROM changes AS c {" ".join(joins)}
        ),
        runs AS (
            SELECT *, known IS NOT DISTINCT FROM lag(known) OVER w
                AND row({row}) IS NOT DISTINCT FROM lag(row({row})) OVER w AS same
            FROM states WINDOW w AS (PARTITION BY entity_id ORDER BY day)
        ),
        kept AS (SELECT * FROM runs WHERE NOT COALESCE(same, FALSE)),
        periods AS (
            SELECT *, COALESCE(lead(day) OVER (PARTITION BY entity_id ORDER BY day), {NEVER})
                AS to_day
            FROM kept
        )
        SELECT entity_id, {row}, day AS from_day, to_day FROM periods WHERE known
        ORDER BY entity_id, from_day
    """
