"""Run a feature program on the embedded engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from features.engines.sql import Program
from features.errors import OurBug
from features.progress import Progress, silent


@dataclass(frozen=True)
class Tables:
    """What a program reads: the spine and its bounds, and files of records."""

    spine: pa.Table
    bounds: pa.Table
    profiles: Path
    sources: Mapping[str, Path]


def connect(files: Mapping[str, Path]) -> duckdb.DuckDBPyConnection:
    """A connection on which each Parquet file is a table under its name."""
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    for name, path in files.items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({_text(path)})")
    return connection


def run(
    program: Program, tables: Tables, matrix: Path, peers: Path, progress: Progress = silent
) -> None:
    """Write the program's two results as Parquet, the matrix in the order of row_id.

    Steps run one at a time into temporary tables, so that memory holds one
    source's records at once; what does not fit is spilled beside `matrix`.
    """
    stages = [*(step.name for step in program.steps), "matrix", "peers"]
    files = {f"source_{name}": tables.sources[name] for name in program.sources}
    with (
        TemporaryDirectory(dir=matrix.parent) as spill,
        connect({"profiles": tables.profiles, **files}) as connection,
    ):
        connection.execute(f"SET temp_directory = {_text(Path(spill))}")
        _given(connection, "spine", tables.spine)
        _given(connection, "bounds", tables.bounds)
        for done, step in enumerate(program.steps):
            progress(step.name, done, len(stages))
            connection.execute(f"CREATE TEMP TABLE {step.name} AS\n{step.sql}")
        progress("matrix", len(stages) - 2, len(stages))
        _copy(connection, f"SELECT m.* FROM (\n{program.matrix}\n) m ORDER BY m.row_id", matrix)
        progress("peers", len(stages) - 1, len(stages))
        order = "p.feature, p.as_of_day, p.district, p.sector, p.form"
        _copy(connection, f"SELECT p.* FROM (\n{program.peers}\n) p ORDER BY {order}", peers)
    written = pq.read_metadata(matrix).num_rows
    if written != tables.spine.num_rows:
        raise OurBug(
            f"the spine has {tables.spine.num_rows} rows and the matrix {written}: "
            "two profiles of one business are in force on one day"
        )
    progress("done", len(stages), len(stages))


def _given(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register(f"given_{name}", table)
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM given_{name}")
    connection.unregister(f"given_{name}")


def _copy(connection: duckdb.DuckDBPyConnection, select: str, target: Path) -> None:
    connection.execute(f"COPY (\n{select}\n) TO {_text(target)} (FORMAT parquet, COMPRESSION zstd)")


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
