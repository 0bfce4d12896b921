"""Run a feature program on the embedded engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

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


def run(
    program: Program, tables: Tables, matrix: Path, peers: Path, progress: Progress = silent
) -> None:
    """Write the program's two results as Parquet, the matrix in the order of row_id.

    Steps run one at a time into temporary tables, so that memory holds one
    source's records at once; what does not fit is spilled beside `matrix`.
    """
    stages = [*(step.name for step in program.steps), "matrix", "peers"]
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET temp_directory = {_text(matrix.parent / '.spill')}")
        _load(connection, program, tables)
        for done, step in enumerate(program.steps):
            progress(step.name, done, len(stages))
            connection.execute(f"CREATE TEMP TABLE {step.name} AS\n{step.sql}")
        progress("matrix", len(stages) - 2, len(stages))
        _copy(connection, f"SELECT m.* FROM (\n{program.matrix}\n) m ORDER BY m.row_id", matrix)
        progress("peers", len(stages) - 1, len(stages))
        order = "p.feature, p.as_of_day, p.district, p.sector, p.form"
        _copy(connection, f"SELECT p.* FROM (\n{program.peers}\n) p ORDER BY {order}", peers)
        written = connection.sql(f"SELECT COUNT(*) FROM read_parquet({_text(matrix)})").fetchall()
    if written[0][0] != tables.spine.num_rows:
        raise OurBug(
            f"the spine has {tables.spine.num_rows} rows and the matrix {written[0][0]}: "
            "two profiles of one business are in force on one day"
        )
    progress("done", len(stages), len(stages))


def _load(connection: duckdb.DuckDBPyConnection, program: Program, tables: Tables) -> None:
    for name, table in (("spine", tables.spine), ("bounds", tables.bounds)):
        connection.register(f"given_{name}", table)
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM given_{name}")
        connection.unregister(f"given_{name}")
    files = {"profiles": tables.profiles}
    files |= {f"source_{name}": tables.sources[name] for name in program.sources}
    for name, path in files.items():
        connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet({_text(path)})")


def _copy(connection: duckdb.DuckDBPyConnection, select: str, target: Path) -> None:
    connection.execute(f"COPY (\n{select}\n) TO {_text(target)} (FORMAT parquet, COMPRESSION zstd)")


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
