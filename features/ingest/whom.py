"""The business a stored record concerns: by its code, an old number, or its name.

In this order, and the first that answers decides: the unified code the record carries;
an older number that a unified code or the registration holds; the name one business had
on the record's day; the name of one business that is like it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from features.business import LinkedBy, linking_columns
from features.contracts import Source
from features.identity import is_unified, organisation_part
from features.ingest.named import NAMELESS, NUMBERED, OLD_NUMBERS, mention_sql
from features.ingest.register import FIRST, LAST
from features.quoting import literal


def create_links(
    connection: duckdb.DuckDBPyConnection, rosters: Sequence[Path], files: Sequence[Path]
) -> None:
    """Table ``links``: identifier as given → the one business it is known to be, and on which days.

    An organisation code or tax number names a business when exactly one unified
    code on the roster contains it. A number of the registration names the business
    that had it on the record's day; where only one ever had it, on any day. It is known
    whom it names from ``from_day``. Needs table ``held_numbers``.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE links (given VARCHAR, _entity VARCHAR, from_day INTEGER, "
        "start_day INTEGER, until_day INTEGER)"
    )
    if not rosters or not files:
        return
    given = connection.execute(
        f"SELECT DISTINCT _entity FROM {_read(files)} "
        "WHERE length(_entity) < 18 OR suffix(_entity, '000')"
    ).fetchall()
    numbers = [code for (code,) in given if not is_unified(code)]
    parts = [(code, organisation_part(code)) for code in numbers]
    _contained(connection, [(code, part) for code, part in parts if part is not None], rosters)
    _registered(connection, [code for code, part in parts if part is None])


def _contained(
    connection: duckdb.DuckDBPyConnection,
    known: Sequence[tuple[str, str]],
    rosters: Sequence[Path],
) -> None:
    if not known:
        return
    connection.execute(
        f"INSERT INTO links SELECT g.given, o._entity, NULL, {FIRST}, {LAST} FROM "
        "(SELECT unnest(?::VARCHAR[]) AS given, unnest(?::VARCHAR[]) AS part) AS g JOIN ("
        "SELECT substr(_entity, 9, 9) AS part, any_value(_entity) AS _entity "
        f"FROM (SELECT DISTINCT _entity FROM {_read(rosters)} WHERE length(_entity) = 18) "
        "GROUP BY 1 HAVING count(*) = 1) AS o ON o.part = g.part",
        [[code for code, _ in known], [part for _, part in known]],
    )


def _registered(connection: duckdb.DuckDBPyConnection, numbers: Sequence[str]) -> None:
    if not numbers:
        return
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE holders AS SELECT h.* FROM held_numbers AS h "
        "JOIN (SELECT unnest(?::VARCHAR[]) AS said) USING (said)",
        [numbers],
    )
    connection.execute(
        f"INSERT INTO links SELECT said, any_value(entity), min(known_day), {FIRST}, {LAST} "
        "FROM holders GROUP BY said HAVING count(DISTINCT entity) = 1"
    )
    connection.execute(
        "INSERT INTO links SELECT h.said, h.entity, h.known_day, h.start_day, h.until_day "
        "FROM holders AS h WHERE h.start_day < h.until_day "
        "AND h.said NOT IN (SELECT given FROM links) AND NOT EXISTS ("
        "SELECT 1 FROM holders AS o WHERE o.said = h.said AND o.entity <> h.entity "
        "AND o.start_day < h.until_day AND h.start_day < o.until_day)"
    )
    connection.execute("DROP TABLE holders")


@dataclass(frozen=True)
class Whom:
    """SQL for the business a stored record ``r`` concerns.

    Parameters
    ----------
    entity, named
        The business, and whether its name says so rather than a code.
    join
        Joins the two need.
    linking
        Columns of the snapshot that say how it is linked.
    from_day
        From when it was known whom it concerns, where another fact says so.
    """

    entity: str
    named: str
    join: str
    linking: Mapping[str, str] = field(default_factory=dict)
    from_day: str | None = None

    def instead(self, decided: Mapping[str, str]) -> dict[str, str]:
        """Columns of the snapshot that differ from what the record says by itself.

        A record that another fact links is of use from when that fact was known too.
        """
        found = dict(self.linking)
        if self.from_day is not None:
            later = f"{self.from_day} > {decided['known_day']}"
            for name, sql in (("known_day", self.from_day), ("known_us", "w._start_us")):
                found[name] = f"CASE WHEN {later} THEN {sql} ELSE {decided[name]} END"
        return found


def whom_of(connection: duckdb.DuckDBPyConnection, source: Source) -> Whom:
    """Whom the records of a source concern; needs what `create_name_links` made."""
    entity, join, first = "r._entity", "", None
    by = dict.fromkeys(linking_columns(source), "CAST(NULL AS INTEGER)")
    if _any(connection, "links"):
        entity, join, first = "COALESCE(links._entity, r._entity)", f"{NUMBERED} ", "links.from_day"
        by["linked_by"] = f"CASE {_BY_NUMBER} END"
    named = source.by_name is not None and any(
        _any(connection, table, source.name) for table in ("named_on", "name_links")
    )
    if not source.names_business:
        return Whom(entity, "FALSE", join)
    if not named or source.by_name is None:
        return _known(Whom(entity, "FALSE", join, by), first)
    nameless = f"CASE WHEN {NAMELESS} THEN {mention_sql(source.by_name)} END"
    of = f"WHERE source = {literal(source.name)}"
    whom = Whom(
        f"COALESCE(h.entity_id, m.entity_id, {entity})",
        "(h.entity_id IS NOT NULL OR m.entity_id IS NOT NULL)",
        f"{join or NUMBERED + ' '}{OLD_NUMBERS} "
        f"LEFT JOIN (SELECT * FROM named_on {of}) AS h "
        f"ON h.mention = {nameless} AND h.event_day = r.event_day "
        f"LEFT JOIN (SELECT * FROM name_links {of}) AS m ON m.mention = {nameless} "
        "AND h.entity_id IS NULL AND r.event_day >= m.start_day AND r.event_day < m.until_day ",
        {
            "link_probability": "m.probability",
            "linked_by": f"CASE WHEN h.entity_id IS NOT NULL THEN {LinkedBy.REGISTERED_NAME.value} "
            f"WHEN m.entity_id IS NOT NULL THEN m.linked_by {_BY_NUMBER} END",
        },
    )
    return _known(whom, "COALESCE(h.from_day, m.from_day, links.from_day)")


_BY_NUMBER = f"WHEN links._entity IS NOT NULL THEN {LinkedBy.NUMBER.value}"


def _known(whom: Whom, first: str | None) -> Whom:
    if first is None:
        return whom
    join = f"{whom.join}LEFT JOIN zone AS w ON w._day = {first} "
    return replace(whom, join=join, from_day=first)


def _any(connection: duckdb.DuckDBPyConnection, table: str, source: str | None = None) -> bool:
    where = "" if source is None else f"WHERE source = {literal(source)}"
    return bool(connection.execute(f"SELECT count(*) FROM {table} {where}").fetchall()[0][0])


def _read(paths: Sequence[Path]) -> str:
    names = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{names}], union_by_name=true)"
