"""One delivered file into the staging tables: records, and rows in quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from features.contracts import Jurisdiction
from features.ingest.conversion import is_delivered
from features.ingest.delivery import Delivery, open_delivery
from features.ingest.reconciliation import FileCount
from features.ingest.record import RecordQuery
from features.ingest.slow import create_lookup, unread
from features.ingest.table import DeliveredTable
from features.quoting import literal


@dataclass(frozen=True)
class Loaded:
    """A file in the staging tables, and its account so far.

    `rows` is SQL for its records, numbered as a person counts.
    """

    number: int
    delivery: Delivery
    careful: bool
    count: FileCount
    rows: tuple[str, ...]


def create_staging(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty table ``held_back`` for the faulty rows of one source."""
    connection.execute(
        "CREATE OR REPLACE TABLE held_back "
        "(_file_no INTEGER, _row_no BIGINT, raw VARCHAR, faults VARCHAR[])"
    )


def create_records(connection: duckdb.DuckDBPyConnection, loaded: Sequence[Loaded]) -> None:
    """View ``records`` of what was read from all files of one source."""
    union = " UNION ALL ".join(rows for one in loaded for rows in one.rows)
    connection.execute(f"CREATE OR REPLACE VIEW records AS {union}")


def drop_records(connection: duckdb.DuckDBPyConnection, loaded: Sequence[Loaded]) -> None:
    """Forget what was read from the files of one source."""
    for one in loaded:
        for kind in ("fast", "slow"):
            connection.execute(f"DROP TABLE IF EXISTS {kind}_{one.number}")


def load(
    connection: duckdb.DuckDBPyConnection,
    jurisdiction: Jurisdiction,
    delivery: Delivery,
    number: int,
    work: Path,
) -> Loaded:
    """Read one delivery into the staging tables.

    Raises
    ------
    FileRefused
        The file as a whole cannot be used.
    """
    table = open_delivery(connection, delivery, work)
    query = RecordQuery.of(jurisdiction, delivery.source, table)
    fast = f"fast_{number}"
    careful = False
    try:
        connection.execute(f"CREATE TABLE {fast} AS {query.fast()}")
    except duckdb.InvalidInputException:
        # The engine's reader wants a regular file; the slow one names each bad row.
        careful = True
        table = open_delivery(connection, delivery, work, careful=True)
        query = RecordQuery.of(jurisdiction, delivery.source, table)
        connection.execute(f"CREATE TABLE {fast} AS {query.fast()}")
    read, doubtful, out = connection.execute(
        f"SELECT count(*), count(_raw), count(*) FILTER (_out AND _raw IS NULL) FROM {fast}"
    ).fetchall()[0]
    form = "database table" if delivery.table else table.form
    count = FileCount(delivery.source.name, delivery.name, form, read=read,
                      out_of_scope=out, number=number, notes=_notes(query))  # fmt: skip
    row_no = f"COALESCE(_row_no, rowid + {table.first_row}) AS _row_no"
    kept = ", ".join(query.columns)
    rows = [
        f"SELECT {number} AS _file_no, {row_no}, {kept} FROM {fast} WHERE _raw IS NULL AND NOT _out"
    ]
    if doubtful:
        raw = f"SELECT {row_no}, _shape, _raw FROM {fast} WHERE _raw IS NOT NULL"
        count = _load_doubtful(connection, query, raw, number, count)
        rows.append(
            f"SELECT {number} AS _file_no, _row_no, {kept} FROM slow_{number} "
            "WHERE NOT _out AND len(_faults) = 0"
        )
    return Loaded(number, delivery, careful, count, tuple(rows))


def _load_doubtful(
    connection: duckdb.DuckDBPyConnection,
    query: RecordQuery,
    rows: str,
    number: int,
    count: FileCount,
) -> FileCount:
    """Read the rows in doubt slowly; returns the account with what became of them."""
    connection.execute(f"CREATE OR REPLACE TABLE doubtful AS {query.doubtful(rows)}")
    lookups = unread(connection, "doubtful", query.conversions)
    orders = {
        read.column.name: create_lookup(connection, "doubtful", read, query.zone)
        for read in lookups
    }
    slow = f"slow_{number}"
    connection.execute(f"CREATE TABLE {slow} AS {query.slow('doubtful', lookups)}")
    connection.execute("DROP TABLE doubtful")
    out, held_back = connection.execute(
        "SELECT count(*) FILTER (_out), count(*) FILTER (NOT _out AND len(_faults) > 0) "
        f"FROM {slow}"
    ).fetchall()[0]
    if held_back:
        connection.execute(
            f"INSERT INTO held_back SELECT {number}, _row_no, {raw_json_sql(query.table)}, _faults "
            f"FROM {slow} WHERE NOT _out AND len(_faults) > 0"
        )
    ordered = tuple(f"{name} written {order}" for name, order in orders.items() if order)
    return replace(
        count, quarantined=held_back, out_of_scope=count.out_of_scope + out,
        notes=count.notes + ordered,
    )  # fmt: skip


def _notes(query: RecordQuery) -> tuple[str, ...]:
    missing = (
        f"no heading for {column.name}, read as missing"
        for column in query.source.columns
        if not is_delivered(column, query.table)
    )
    return (*query.table.notes, *missing)


def raw_json_sql(table: DeliveredTable, fields: str = "_raw") -> str:
    """The delivered fields of a row as a JSON object, verbatim."""
    seen: dict[str, int] = {}
    pairs = []
    for i, heading in enumerate(table.headings):
        seen[heading] = seen.get(heading, 0) + 1
        name = heading if seen[heading] == 1 else f"{heading} ({seen[heading]})"
        pairs.append(f"{literal(name)}, {fields}[{i + 1}]")
    return f"CAST(json_object({', '.join(pairs)}) AS VARCHAR)"


def reread(connection: duckdb.DuckDBPyConnection, loaded: Loaded, work: Path) -> None:
    """Put the contested rows that nothing decides into ``held_back``, verbatim."""
    wanted = (
        "SELECT _row_no, fate FROM contested "
        f"WHERE _file_no = {loaded.number} AND fate IN ('contradiction', 'outdated')"
    )
    if not connection.execute(f"SELECT count(*) FROM ({wanted})").fetchall()[0][0]:
        return
    table = open_delivery(connection, loaded.delivery, work, careful=loaded.careful)
    fields = ", ".join(f"_h{i}" for i in range(len(table.headings)))
    number = "_row_no" if table.numbered else f"row_number() OVER () + {table.first_row - 1}"
    key = literal(", ".join(loaded.delivery.source.key))
    connection.execute(
        f"INSERT INTO held_back SELECT {loaded.number}, r._row_no, {raw_json_sql(table)}, "
        f"[{key} || ':' || w.fate] FROM (SELECT {number} AS _row_no, [{fields}] AS _raw "
        f"FROM ({table.relation})) AS r JOIN ({wanted}) AS w ON w._row_no = r._row_no"
    )
