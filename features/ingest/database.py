"""Tables of a department's exchange database, copied as text and taken in like files.

A table is read in one transaction that may not write, in the order of its key, a
chunk at a time. The copy is what the gate reads, what the batch is named by, and
where a held-back row is found again; it is gone when the run ends. Of the address
only the kind of database is ever kept or shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError

from features.catalogue import Catalogue
from features.contracts import Source
from features.durable import building
from features.errors import Fault, YourInput
from features.ingest.cells import cell_text
from features.ingest.delivery import Delivery
from features.ingest.engine import alone
from features.ingest.reconciliation import Reconciliation
from features.ingest.run import take_in
from features.ingest.text import heading
from features.progress import Progress, silent
from features.snapshot import records_folder

_CHUNK = 20_000  # rows held in memory at a time
# What forbids a session to write, by kind of database; others are only ever asked to SELECT.
_READ_ONLY: Mapping[str, str] = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}
_UNORDERED = (sa.LargeBinary, sa.JSON, sa.ARRAY)


def ingest_tables(
    catalogue: Catalogue,
    home: Path,
    address: str,
    tables: Mapping[str, str],
    received_on: date,
    *,
    progress: Progress = silent,
) -> Reconciliation:
    """Take in the rows of database tables and make the next snapshot.

    They pass the same gate as files; a table whose rows are unchanged changes
    nothing.

    Parameters
    ----------
    address
        SQLAlchemy URL. It is neither printed nor stored, nor is the password in it.
    tables
        Source → table or view that holds its records, ``schema.table`` where the
        schema is not the default one.
    received_on
        Day the tables were read.

    Raises
    ------
    YourInput
        There is no such source, database or table; the message names the kind of
        database and the table, never the address.
    """
    sources = {source.name: source for source in catalogue.jurisdiction.sources}
    strangers = sorted(set(tables) - set(sources))
    if strangers or not tables:
        got = f"{', '.join(strangers)}" if strangers else "no source"
        raise YourInput(
            str(Fault("unknown source", "the tables asked for", ", ".join(sources), got,
                      "name a declared source for each table"))
        )  # fmt: skip
    delivered: dict[str, Sequence[Delivery]] = dict.fromkeys(sources, ())
    with alone(home), building(records_folder(home)) as folder:
        with _reading(address) as connection:
            for done, (name, table) in enumerate(sorted(tables.items())):
                progress(f"copying {table}", done, len(tables))
                delivered[name] = [_copied(connection, sources[name], table, folder)]
        return take_in(catalogue, home, received_on, delivered, progress=progress)


@contextmanager
def _reading(address: str) -> Iterator[sa.Connection]:
    """One connection whose only transaction sees one state of the database."""
    url = _parsed(address)
    kind = url.get_backend_name()
    engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            if kind in _READ_ONLY:
                connection.exec_driver_sql(_READ_ONLY[kind])
                connection.commit()
            if kind == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
    except SQLAlchemyError as error:
        # Its text may hold the address or a value.
        reason = type(getattr(error, "orig", None) or error).__name__
        raise YourInput(
            str(Fault("unreadable database", f"the {kind} database", "tables to read", reason,
                      "check the address, the password and the right to read"))
        ) from None  # fmt: skip
    finally:
        engine.dispose()


def _parsed(address: str) -> URL:
    expected = "a SQLAlchemy URL, such as postgresql+psycopg://reader@host/exchange"
    try:
        url = make_url(address)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise YourInput(
            str(Fault("unusable address", "the database address", expected, type(error).__name__,
                      "correct it, or install the driver it names"))
        ) from None  # fmt: skip
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        # The driver would create an empty one.
        raise YourInput(
            str(Fault("no database", "the sqlite database", "a file", "none at that place",
                      "correct the path"))
        )  # fmt: skip
    return url


def _copied(connection: sa.Connection, source: Source, name: str, folder: Path) -> Delivery:
    """A copy of a table in the delivery folder, in the order of the source's key."""
    kind = connection.dialect.name
    schema, _, bare = name.rpartition(".")
    try:
        table = sa.Table(bare, sa.MetaData(), schema=schema or None, autoload_with=connection)
    except NoSuchTableError:
        raise YourInput(
            str(Fault("unknown table", f"the {kind} database", f"the table or view {name}",
                      "none of that name", "correct the name or ask for the right to read it"))
        ) from None  # fmt: skip
    columns = list(table.columns)
    query = sa.select(*columns).order_by(*_order(source, columns))
    streamed = connection.execution_options(stream_results=True, yield_per=_CHUNK)
    path = folder / f"{source.name} {kind} table {name}.parquet"
    schema_of_text = pa.schema([(column.name, pa.string()) for column in columns])
    with pq.ParquetWriter(path, schema_of_text, compression="zstd") as writer:
        for rows in streamed.execute(query).partitions(_CHUNK):
            fields = zip(*rows, strict=True)
            writer.write_batch(
                pa.record_batch(
                    [pa.array(map(cell_text, field), pa.string()) for field in fields],
                    schema=schema_of_text,
                )
            )
    return Delivery(source, path, (), table=f"{kind} table {name}")


def _order(source: Source, columns: Sequence[sa.Column[object]]) -> list[sa.Column[object]]:
    """The key first, so that corrections stand beside each other; then all that has an order."""
    keyed = {heading(h): i for i, k in enumerate(source.key) for h in source.column(k).headers}
    last = len(source.key)
    able = [column for column in columns if not isinstance(column.type, _UNORDERED)]
    return sorted(able, key=lambda column: keyed.get(heading(column.name), last))
