"""The names of a roster that mentions may mean, found in the engine.

A roster of a city is larger than memory should hold, and nearly nobody on it is meant by
a record without a code. So its names are taken apart in the engine, and only those that
are equal to a mention, or share one of its rarest pairs of characters, leave it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from features.linkage.names import NameReader

# A pair of characters on so many names of the roster nominates nobody.
COMMON = 200
NOMINATORS = 2  # rarest pairs of characters of a name that nominate candidates
_AT_ONCE = 100_000  # names


@dataclass(frozen=True)
class Called:
    """What something is called and what else is known of it, as given.

    `id` is the caller's: a mention of a business in records, or a business.
    `from_day` is when a business was first known to be called so.
    """

    id: str
    name: str
    address: str | None = None
    phone: str | None = None
    representative: str | None = None
    from_day: int = 0


@dataclass(frozen=True)
class Roster:
    """The part of a roster that mentions may mean.

    Parameters
    ----------
    called
        Its rows in order, one for each thing said of a business.
    businesses
        How many stand on the whole roster.
    frequency
        Pair of characters → names of the whole roster that have it, at most `COMMON`;
        only pairs that a mention has.
    single, twofold
        Full names of the whole roster that one business has, and that two have.
    """

    called: Sequence[Called]
    businesses: int
    frequency: Mapping[str, int]
    single: int
    twofold: int


def read_names(connection: duckdb.DuckDBPyConnection, reader: NameReader, names: str) -> None:
    """Table ``name_parts`` (name, full, core) with every name the query `names` gives, read once.

    Names are brought into one script outside the engine, a hundred thousand at a time.
    """
    connection.execute(
        'CREATE TABLE IF NOT EXISTS name_parts (name VARCHAR, "full" VARCHAR, core VARCHAR)'
    )
    unread = (
        f"SELECT DISTINCT name FROM ({names}) AS n WHERE name IS NOT NULL "
        "AND name NOT IN (SELECT name FROM name_parts)"
    )
    connection.execute(f"CREATE OR REPLACE TABLE unread AS {unread}")
    with connection.cursor() as cursor:
        unread_names: pa.RecordBatchReader = cursor.sql("SELECT name FROM unread").to_arrow_reader(
            _AT_ONCE
        )
        for batch in unread_names:
            plain = pa.array(reader.plain(batch.column(0).to_pylist()), pa.string())
            table = pa.table({"name": batch.column(0), "plain": plain})
            connection.register("plain_names", table)
            connection.execute(f"INSERT INTO name_parts {reader.parts_sql('plain_names')}")
            connection.unregister("plain_names")
    connection.execute("DROP TABLE unread")


def pairs_sql(text: str) -> str:
    """The distinct pairs of neighbouring characters of a text; see `NameParts.bigrams`."""
    return f"list_sort(list_distinct({_each_pair(text)}))"


def _each_pair(text: str) -> str:
    """The pairs as they stand in the text; what one pass over a whole roster can do without."""
    return f"[substr({text}, i, 2) FOR i IN range(1, greatest(length({text}), 2))]"


def nominated(
    connection: duckdb.DuckDBPyConnection, reader: NameReader, mentions: Sequence[Called]
) -> Roster:
    """The rows of ``roster`` that share a blocking key with a mention.

    Needs a table or view ``roster``: ``id``, ``name``, ``address``, ``phone``,
    ``representative``, ``from_day``.
    """
    read_names(connection, reader, "SELECT name FROM roster")
    parts = reader.read([one.name for one in mentions])
    asked = pa.table(
        {
            "no": pa.array(range(len(parts)), pa.int64()),
            "full": pa.array([one.full for one in parts], pa.string()),
            "core": pa.array([one.core for one in parts], pa.string()),
        }
    )
    connection.register("asked_names", asked)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE asked AS
            SELECT *, {pairs_sql("core")} AS bigrams FROM asked_names;
        CREATE OR REPLACE TEMP TABLE standing AS SELECT name, count(*) AS n FROM (SELECT DISTINCT
            id, name, address, phone, representative FROM roster) GROUP BY name;
        CREATE OR REPLACE TEMP TABLE frequency AS SELECT pair, CAST(sum(n) AS BIGINT) AS n
            FROM (SELECT unnest(list_distinct({_each_pair("core")})) AS pair, n FROM standing
                JOIN name_parts USING (name))
            WHERE pair IN (SELECT unnest(bigrams) FROM asked)
            GROUP BY pair HAVING sum(n) <= {COMMON};
        CREATE OR REPLACE TEMP TABLE nominators AS SELECT DISTINCT unnest(rare) AS pair FROM (
            SELECT list(pair ORDER BY n, pair)[1:{NOMINATORS}] AS rare
            FROM (SELECT no, unnest(bigrams) AS pair FROM asked) JOIN frequency USING (pair)
            GROUP BY no);
        CREATE OR REPLACE TEMP TABLE possible AS SELECT name FROM name_parts
            WHERE "full" IN (SELECT "full" FROM asked) OR core IN (SELECT core FROM asked)
    """)
    connection.unregister("asked_names")
    if _count(connection, "nominators"):
        connection.execute(f"""
            INSERT INTO possible SELECT DISTINCT name FROM (
                SELECT name, unnest({_each_pair("core")}) AS pair FROM name_parts)
            WHERE pair IN (SELECT pair FROM nominators)
        """)
    rows = connection.execute(
        "SELECT id, name, address, phone, representative, "
        "min(min(from_day)) OVER (PARTITION BY id, name) FROM roster "
        "WHERE name IN (SELECT name FROM possible) "
        "GROUP BY id, name, address, phone, representative ORDER BY ALL"
    ).fetchall()
    frequency = dict(connection.execute("SELECT pair, n FROM frequency").fetchall())
    [(businesses,)] = connection.execute("SELECT count(DISTINCT id) FROM roster").fetchall()
    [(single, twofold)] = connection.execute(
        "SELECT count(*) FILTER (n = 1), count(*) FILTER (n = 2) FROM "
        '(SELECT count(DISTINCT id) AS n FROM roster JOIN name_parts USING (name) GROUP BY "full")'
    ).fetchall()
    for table in ("asked", "standing", "frequency", "nominators", "possible"):
        connection.execute(f"DROP TABLE {table}")
    return Roster([Called(*row) for row in rows], businesses, frequency, single, twofold)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
