"""Run a feature program on the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from features.engines.businesses import with_ids
from features.engines.matrix import Piece
from features.engines.sql import Program, Step
from features.engines.writing import Computed, Tables, wanted, write
from features.peers import PEER_COLUMNS
from features.progress import Progress, silent
from features.quoting import literal

_PROFILE = ["entity_id", *PEER_COLUMNS, "from_day", "to_day"]


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

    Steps run one at a time into temporary tables; what does not fit into memory is
    spilled beside `matrix`.
    """
    with TemporaryDirectory(dir=matrix.parent) as spill, connect({}) as connection:
        connection.execute(f"SET temp_directory = {literal(spill)}")
        engine = _Embedded(program, connection)
        engine.keep(tables)
        write(program, tables, engine, matrix, peers, progress)


class _Embedded:
    """One connection, used for one piece of the spine after the other."""

    def __init__(self, program: Program, connection: duckdb.DuckDBPyConnection) -> None:
        self._program, self._connection = program, connection

    def keep(self, tables: Tables) -> None:
        """Read the records once, with numbers in the place of ids."""
        kept, reads = self._program.kept, self._program.reads
        numbers = tables.businesses.numbers_in([tables.sources[name] for name in reads])
        for (name, columns), number in zip(reads.items(), numbers, strict=True):
            read = [column for column in columns if column != "entity_id"]
            rows = pq.read_table(tables.sources[name], columns=read)
            with self._registered(f"source_{name}", rows.append_column("entity_id", number)):
                for step in kept:
                    if step.source == name:
                        self._run(step)
        for step in kept:
            if step.source is None:
                self._run(step)
        profiles = pq.read_table(tables.profiles, columns=_PROFILE)
        number = tables.businesses.numbers(profiles["entity_id"])
        _given(self._connection, "profiles", with_ids(profiles, number))

    @contextmanager
    def _registered(self, name: str, table: pa.Table) -> Iterator[None]:
        self._connection.register(name, table)
        yield
        self._connection.unregister(name)

    def compute(self, piece: Piece, bounds: pa.Table, progress: Progress) -> Computed:
        """The results for `piece`; steps of the piece before are replaced."""
        connection, steps = self._connection, self._program.steps
        _given(connection, "spine", with_ids(piece.spine, piece.numbers))
        _given(connection, "bounds", bounds)
        columns, found = wanted(self._program), {}
        for done, step in enumerate(steps):
            progress(step.name, done, len(steps))
            if step.name in columns and step.name not in self._program.joined:
                found[step.name] = connection.sql(step.sql).to_arrow_table()
                continue
            self._run(step)
            if step.name in columns:
                kept = f"SELECT {', '.join(columns[step.name])} FROM {step.name}"
                found[step.name] = connection.sql(kept).to_arrow_table()
        return Computed(found, connection.sql(self._program.peers).to_arrow_table())

    def _run(self, step: Step) -> None:
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {step.name} AS\n{step.sql}")


def _given(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register(f"given_{name}", table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM given_{name}")
    connection.unregister(f"given_{name}")
