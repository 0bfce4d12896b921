"""Run a feature program on the embedded engine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from features.engines.businesses import with_ids
from features.engines.matrix import Piece
from features.engines.order import side_by_side
from features.engines.sql import Program
from features.engines.writing import Computed, Tables, wanted, write
from features.memory import limit_sql
from features.peers import PEER_COLUMNS
from features.progress import Progress, silent
from features.quoting import literal

_PROFILE = ["entity_id", *PEER_COLUMNS, "from_day", "to_day"]
# Steps that run at once, where there are as many processors.
_STEPS = 4


def connect(files: Mapping[str, Path]) -> duckdb.DuckDBPyConnection:
    """A connection on which each Parquet file is a table under its name."""
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    for name, path in files.items():
        connection.execute(
            f"CREATE VIEW {name} AS SELECT * FROM read_parquet({literal(str(path))})"
        )
    return connection


def run(
    program: Program, tables: Tables, matrix: Path, peers: Path, progress: Progress = silent
) -> None:
    """Write the program's two results (see `features.engines.writing`).

    Steps run side by side in one database; what does not fit into memory is spilled
    beside `matrix`.
    """
    with TemporaryDirectory(dir=matrix.parent) as spill, connect({}) as connection:
        connection.execute(f"SET temp_directory = {literal(spill)}")
        connection.execute(limit_sql())
        # Every step has the thread that asks for it; the rest are lent to those that can use more.
        connection.execute(f"SET threads = {_processors() - _together() + 1}")
        engine = _Embedded(program, connection)
        engine.keep(tables)
        write(program, tables, engine, matrix, peers, progress)


def _processors() -> int:
    return os.cpu_count() or 1


def _together() -> int:
    """How many steps run at once: most are small and end sooner with one thread than with two."""
    return min(_processors(), _STEPS)


class _Embedded:
    """One database, used for one piece of the spine after the other."""

    def __init__(self, program: Program, connection: duckdb.DuckDBPyConnection) -> None:
        self._program, self._connection = program, connection

    def keep(self, tables: Tables) -> None:
        """Read the records once, with numbers in the place of ids."""
        reads = self._program.reads
        numbers = tables.businesses.numbers_in([tables.sources[name] for name in reads])
        numbered = dict(zip(reads, numbers, strict=True))
        del numbers
        with ThreadPoolExecutor(_together()) as threads:
            for done in [
                threads.submit(self._read, name, tables.sources[name], numbered.pop(name))
                for name in reads
            ]:
                done.result()
        rest = {step.name: step.sql for step in self._program.kept if step.source is None}
        for _ in side_by_side(rest, lambda name: self._store(name, rest[name]), _together()):
            pass
        profiles = pq.read_table(tables.profiles, columns=_PROFILE)
        number = tables.businesses.numbers(profiles["entity_id"])
        _given(self._connection, "profiles", with_ids(profiles, number))

    def _read(self, name: str, file: Path, numbers: pa.ChunkedArray) -> None:
        """Run the steps that read the records of one source."""
        read = [column for column in self._program.reads[name] if column != "entity_id"]
        rows = pq.read_table(file, columns=read).append_column("entity_id", numbers)
        with self._connection.cursor() as cursor:
            cursor.register(f"source_{name}", rows)
            for step in self._program.kept:
                if step.source == name:
                    cursor.execute(f"CREATE TABLE {step.name} AS\n{step.sql}")

    def compute(self, piece: Piece, bounds: pa.Table, progress: Progress) -> Computed:
        """The results for `piece`; its tables are gone afterwards."""
        _given(self._connection, "spine", with_ids(piece.spine, piece.numbers))
        _given(self._connection, "bounds", bounds)
        texts = {step.name: step.sql for step in self._program.steps}
        columns = wanted(self._program)
        stored = [n for n in texts if n in self._program.joined or n not in columns]
        found: dict[str, pa.Table] = {}

        def run(name: str) -> None:
            if name in stored:
                self._store(name, texts[name])
            if name in columns:
                wanted_of_it = f"SELECT {', '.join(columns[name])} FROM {name}"
                with self._connection.cursor() as cursor:
                    rows = cursor.sql(wanted_of_it if name in stored else texts[name])
                    found[name] = rows.to_arrow_table()

        for done, name in enumerate(side_by_side(texts, run, _together()), 1):
            progress(name, done, len(texts))
        peers = self._connection.sql(self._program.peers).to_arrow_table()
        for name in ("spine", "bounds", *stored):
            self._connection.execute(f"DROP TABLE {name}")
        return Computed(found, peers)

    def _store(self, name: str, sql: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {name} AS\n{sql}")


def _given(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register(f"given_{name}", table)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given_{name}")
    connection.unregister(f"given_{name}")
