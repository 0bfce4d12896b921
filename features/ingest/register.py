"""What the registration says: who had which name and which old number, and on which days.

A name or a number of the registration is a fact about a period. So a record is looked
up as of the day it is about, and what somebody was called before, or is called since,
does not mislead. Nothing here is weighed: where two businesses fit, neither is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from features.contracts import Jurisdiction, Registered, Source
from features.identity_sql import normal_sql
from features.ingest.ranking import batch_files, rank_versions
from features.quoting import identifier

# Before the first and after the last day of anything (int32).
FIRST, LAST = -2_147_483_648, 2_147_483_647
_HELD = "entity VARCHAR, said VARCHAR, start_day INTEGER, until_day INTEGER, known_day INTEGER"
_BARE = r"[^0-9A-Z\x{3400}-\x{9fff}\x{20000}-\x{3134f}]"


def registering(jurisdiction: Jurisdiction) -> frozenset[str]:
    """Names of the sources that say what businesses are called."""
    return frozenset(s.name for s in jurisdiction.sources if s.registered is not None)


def create_register(
    connection: duckdb.DuckDBPyConnection,
    jurisdiction: Jurisdiction,
    files: Mapping[str, Sequence[Path]],
) -> None:
    """Tables ``held_names`` and ``held_numbers``: entity, what was held, from when until when.

    ``until_day`` is exclusive; ``known_day`` is when the registration was known to say it.
    Needs the table ``zone``.
    """
    for table in ("held_names", "held_numbers"):
        connection.execute(f"CREATE OR REPLACE TABLE {table} ({_HELD})")
    told = [s for s in jurisdiction.sources if s.registered is not None and files.get(s.name)]
    for source in sorted(told, key=lambda s: s.registered.former is not None):  # type: ignore[union-attr]  # told ones have it
        registered = source.registered
        assert registered is not None
        stored = batch_files(files[source.name])
        first = identifier(registered.former or registered.name)
        if not connection.execute(
            f"SELECT 1 FROM {stored} WHERE {first} IS NOT NULL LIMIT 1"
        ).fetchall():
            continue  # says nothing of names
        rank_versions(connection, source.name, files[source.name])
        if registered.former is None:
            _versions(connection, source, registered, stored)
        else:
            _changes(connection, registered, stored)
    connection.execute(
        f"DELETE FROM held_names WHERE start_day >= until_day OR {bare_sql('said')} = ''"
    )


def bare_sql(name: str) -> str:
    """A name in SQL without blanks and punctuation, in capitals."""
    return f"regexp_replace(upper({name}), '{_BARE}', '', 'g')"


def _rows(registered: Registered, stored: str, more: str = "") -> str:
    """The stored rows ``r`` with their version ``n``, of businesses with a unified code."""
    return (
        f"FROM {stored} AS r JOIN ranked AS n ON n._batch_no = r._batch_no "
        "AND n._file_no = r._file_no AND n._row_no = r._row_no "
        f"WHERE length(r._entity) = 18 AND r.{identifier(registered.name)} IS NOT NULL {more}"
    )


def _versions(
    connection: duckdb.DuckDBPyConnection, source: Source, registered: Registered, stored: str
) -> None:
    """Each version's name and numbers, held until the next version or the business's end."""
    closed = source.profile.get("closed_on")
    end = f"COALESCE(n.superseded_day, {LAST})"
    if closed is not None:
        # The version that tells the end; a name is free again from then on.
        end = f"LEAST({end}, COALESCE(r.{identifier(closed)} + 1, {LAST}))"
    start = "CASE WHEN n.version = 1 THEN LEAST(r.event_day, n.known_day) ELSE n.known_day END"
    name = f"r.{identifier(registered.name)}"
    connection.execute(
        f"INSERT INTO held_names SELECT r._entity, {name}, {start}, {end}, n.known_day "
        f"{_rows(registered, stored)}"
    )
    for column in registered.numbers:
        number = normal_sql(f"r.{identifier(column)}")
        connection.execute(
            f"INSERT INTO held_numbers SELECT r._entity, {number}, {start}, "
            f"COALESCE(n.superseded_day, {LAST}), n.known_day "
            f"{_rows(registered, stored, f'AND r.{identifier(column)} IS NOT NULL')}"
        )


def _changes(connection: duckdb.DuckDBPyConnection, registered: Registered, stored: str) -> None:
    """The chain of a business's names by its changes: exact days, so they replace versions'."""
    assert registered.former is not None
    name, former = identifier(registered.name), identifier(registered.former)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE renamed AS SELECT r._entity AS entity, "
        f"r.{former} AS former, r.{name} AS name, r.event_day AS day, n.known_day, "
        "lag(r.event_day) OVER w AS earlier, lead(r.event_day) OVER w AS later "
        f"{_rows(registered, stored, f'AND r.{former} IS NOT NULL AND n.superseded_day IS NULL')} "
        "WINDOW w AS (PARTITION BY r._entity "
        "ORDER BY r.event_day, n.known_us, r.event_key, n.version)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE chain AS "
        "SELECT c.entity, former AS said, COALESCE(earlier, b.born, -2147483648) AS start_day, "
        "day AS until_day, known_day FROM renamed AS c LEFT JOIN (SELECT entity, "
        "min(start_day) AS born FROM held_names GROUP BY entity) AS b USING (entity) UNION ALL "
        "SELECT c.entity, name, day, LEAST(COALESCE(later, 2147483647), "
        "COALESCE(b.gone, 2147483647)), known_day FROM renamed AS c LEFT JOIN (SELECT entity, "
        "max(until_day) AS gone FROM held_names GROUP BY entity) AS b USING (entity)"
    )
    same = f"c.entity = h.entity AND {bare_sql('c.said')} = {bare_sql('h.said')}"
    # That a business had a name was known from its registration before it gave it up.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE told AS SELECT c.entity, c.said, c.start_day, c.until_day, "
        "LEAST(c.known_day, min(h.known_day)) AS known_day FROM chain AS c LEFT JOIN held_names "
        f"AS h ON {same} AND h.start_day < c.until_day AND c.start_day < h.until_day GROUP BY "
        "c.entity, c.said, c.start_day, c.until_day, c.known_day"
    )
    connection.execute(
        f"DELETE FROM held_names AS h WHERE EXISTS (SELECT 1 FROM chain AS c WHERE {same})"
    )
    connection.execute("INSERT INTO held_names SELECT * FROM told")
    connection.execute("DROP TABLE renamed; DROP TABLE chain; DROP TABLE told")
