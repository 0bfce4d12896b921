"""Records that name their business, and the business the registration says had that name.

The name a record gives is looked up as of the day it is about. One business that had
it then is the answer; none or several are not, and likeness is weighed instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from features.business import LinkedBy
from features.contracts import ByName, Jurisdiction, Source
from features.ingest.moments import EPOCH
from features.ingest.register import FIRST, LAST
from features.linkage.choice import LinkState
from features.linkage.decision import LinkDecision
from features.linkage.names import NameReader
from features.linkage.roster import read_names
from features.quoting import identifier, literal

NUMBERED = (
    "LEFT JOIN links ON links.given = r._entity "
    "AND r.event_day >= links.start_day AND r.event_day < links.until_day"
)
# Whether a stored record ``r`` has no code, or an old number that nobody is known by.
OLD_NUMBERS = "LEFT JOIN old_numbers AS o ON o.given = r._entity"
NAMELESS = "(r._entity IS NULL OR (o.given IS NOT NULL AND links._entity IS NULL))"


def mention_sql(by_name: ByName, record: str = "r") -> str:
    """The id of the mention in a stored record: a hash of everything it says."""
    said = ", ".join(
        f"COALESCE(CAST({record}.{identifier(column)} AS VARCHAR), '')"
        for column in by_name.columns
    )
    return f"left(md5(concat_ws('|', {said})), 16)"


def reader_of(jurisdiction: Jurisdiction) -> NameReader:
    """What takes names apart as they are written in a city."""
    districts = [phrase.zh for phrase in jurisdiction.districts.values()]
    return NameReader(jurisdiction.title.zh, districts)


def create_named_on(
    connection: duckdb.DuckDBPyConnection,
    reader: NameReader,
    sources: Sequence[Source],
    files: Mapping[str, Sequence[Path]],
    decisions: Sequence[LinkDecision],
) -> None:
    """Table ``named_on``: source, mention, event day → the one business that had the name.

    A pair that a person refused is not taken. ``from_day`` is the day on which the
    registration was known to say it. Needs ``held_names``, ``links``, ``old_numbers``.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE nameless (source VARCHAR, mention VARCHAR, name VARCHAR, "
        "event_day INTEGER, records BIGINT)"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE named_on (source VARCHAR, mention VARCHAR, event_day INTEGER, "
        "entity_id VARCHAR, said VARCHAR, from_day INTEGER)"
    )
    if not _any(connection, "held_names"):
        return
    for source in sources:
        connection.execute(f"INSERT INTO nameless {_nameless(source, files[source.name])}")
    if not _any(connection, "nameless"):
        return
    read_names(
        connection, reader, "SELECT name FROM nameless UNION ALL SELECT said FROM held_names"
    )
    _create_refused(connection, decisions)
    connection.execute(f"INSERT INTO named_on {_HOLDERS}")
    connection.execute("DROP TABLE refused")


def _any(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall())


def registered_mentions_sql() -> str:
    """The rows of ``mentions`` that the registration answers."""
    return (
        "SELECT h.source, h.mention, min(n.name), CAST(sum(n.records) AS BIGINT), 0, h.entity_id, "
        f"min(h.said), min(h.from_day), NULL, NULL, '{LinkState.LINKED}', NULL, "
        f"{LinkedBy.REGISTERED_NAME.value} FROM named_on AS h "
        "JOIN nameless AS n USING (source, mention, event_day) GROUP BY ALL"
    )


def name_links_sql() -> str:
    """Mentions linked otherwise, and the days of records they hold for.

    No record is linked by likeness to a name that its business had only later, or that
    another business had taken by then.
    """
    return f"""
        WITH linked AS (SELECT * FROM mentions WHERE place = 0 AND state = '{LinkState.LINKED}'
            AND linked_by <> {LinkedBy.REGISTERED_NAME.value}),
        held AS (SELECT entity, said, min(start_day) AS start_day FROM held_names
            WHERE said IN (SELECT roster_name FROM linked) GROUP BY ALL),
        taken AS (SELECT h.entity, h.said, min(o.start_day) AS day FROM held AS h
            JOIN held AS o ON o.said = h.said AND o.entity <> h.entity
            AND o.start_day > h.start_day GROUP BY ALL)
        SELECT m.source, m.mention, m.entity_id, m.probability, m.from_day, m.linked_by,
            COALESCE(h.start_day, {FIRST}) AS start_day, COALESCE(t.day, {LAST}) AS until_day
        FROM linked AS m
        LEFT JOIN held AS h ON h.entity = m.entity_id AND h.said = m.roster_name
            AND m.linked_by = {LinkedBy.LIKENESS.value}
        LEFT JOIN taken AS t ON t.entity = h.entity AND t.said = h.said
    """


_HOLDERS = f"""
    WITH holders AS (
        SELECT n.source, n.mention, n.event_day, h.entity, h.said, h.known_day
        FROM nameless AS n JOIN name_parts AS g USING (name)
        JOIN name_parts AS t ON t."full" = g."full" JOIN held_names AS h ON h.said = t.name
        WHERE n.event_day >= h.start_day AND n.event_day < h.until_day
    )
    SELECT h.source, h.mention, h.event_day, min(h.entity), min(h.said),
        GREATEST(min(h.known_day), COALESCE(max(r.day), {FIRST}))
    FROM holders AS h LEFT JOIN (SELECT mention, max(day) AS day FROM refused GROUP BY 1) AS r
        ON r.mention = h.source || ':' || h.mention
    WHERE NOT EXISTS (SELECT 1 FROM refused AS x
        WHERE x.mention = h.source || ':' || h.mention AND x.entity_id = h.entity)
    GROUP BY ALL HAVING count(DISTINCT h.entity) = 1
"""


def _nameless(source: Source, files: Sequence[Path]) -> str:
    by_name = source.by_name
    assert by_name is not None
    names = ", ".join(literal(str(path)) for path in files)
    return (
        f"SELECT {literal(source.name)}, {mention_sql(by_name)} AS mention, "
        f"r.{identifier(by_name.name)} AS name, r.event_day, count(*) "
        f"FROM read_parquet([{names}], union_by_name=true) AS r {NUMBERED} {OLD_NUMBERS} "
        f"WHERE {NAMELESS} AND r.{identifier(by_name.name)} IS NOT NULL GROUP BY ALL"
    )


def _create_refused(
    connection: duckdb.DuckDBPyConnection, decisions: Iterable[LinkDecision]
) -> None:
    last = {(one.mention, one.entity_id): one for one in decisions}
    refused = [one for one in last.values() if not one.same]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE refused AS SELECT unnest(?::VARCHAR[]) AS mention, "
        "unnest(?::VARCHAR[]) AS entity_id, unnest(?::INTEGER[]) AS day",
        [
            [one.mention for one in refused],
            [one.entity_id for one in refused],
            [(EPOCH.fromisoformat(one.decided_on) - EPOCH).days for one in refused],
        ],
    )
