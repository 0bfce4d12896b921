"""Run a feature program on the embedded engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from features.engines.sql import Program
from features.engines.writing import Computed, Tables, wanted, write
from features.progress import Progress, silent
from features.quoting import literal


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

    Steps run one at a time into temporary tables, so that memory holds one
    source's records at once; what does not fit is spilled beside `matrix`.
    """
    with TemporaryDirectory(dir=matrix.parent) as spill, connect(tables.files) as connection:
        connection.execute(f"SET temp_directory = {literal(spill)}")
        write(program, tables, _Embedded(program, connection), matrix, peers, progress)


class _Embedded:
    """One connection, used for one piece of the spine after the other."""

    def __init__(self, program: Program, connection: duckdb.DuckDBPyConnection) -> None:
        self._program, self._connection = program, connection

    def compute(self, spine: pa.Table, bounds: pa.Table, progress: Progress) -> Computed:
        """The results for `spine`; steps of the piece before are replaced."""
        connection, steps = self._connection, self._program.steps
        _given(connection, "spine", spine)
        _given(connection, "bounds", bounds)
        for done, step in enumerate(steps):
            progress(step.name, done, len(steps))
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {step.name} AS\n{step.sql}")
        found = {}
        for step_name, columns in wanted(self._program).items():
            names = ", ".join(f"k.{column}" for column in columns)
            rows = connection.sql(f"SELECT {names} FROM {step_name} k ORDER BY k.{columns[0]}")
            found[step_name] = rows.to_arrow_table()
        return Computed(found, connection.sql(self._program.peers).to_arrow_table())


def _given(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register(f"given_{name}", table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM given_{name}")
    connection.unregister(f"given_{name}")
