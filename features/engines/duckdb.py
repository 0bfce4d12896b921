"""Run a feature program on the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.engines.matrix import blocks
from features.engines.sql import Program
from features.peers import PEER_COLUMNS
from features.progress import Progress, silent

# Rows of the spine that are computed at once, when its as-of days allow.
PART = 2_000_000


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
    source's records at once; what does not fit is spilled beside `matrix`. A
    spine in order of its as-of days is taken a few days at a time.

    Parameters
    ----------
    tables
        Their spine is sorted by row_id.
    """
    parts = list(_parts(tables.spine))
    files = {f"source_{name}": tables.sources[name] for name in program.sources}
    schema = pa.schema([*tables.spine.schema, *((n, pa.float64()) for n in program.features)])
    statistics = []
    with (
        TemporaryDirectory(dir=matrix.parent) as spill,
        connect({"profiles": tables.profiles, **files}) as connection,
        pq.ParquetWriter(matrix, schema, compression="zstd", use_dictionary=False) as writer,
    ):
        connection.execute(f"SET temp_directory = {_text(Path(spill))}")
        for number, spine in enumerate(parts):
            days = spine["as_of_day"].unique()
            _given(connection, "spine", spine)
            _given(connection, "bounds", tables.bounds.filter(pc.field("as_of_day").isin(days)))
            for done, step in enumerate(program.steps):
                total = len(program.steps)
                progress(step.name, number * total + done, len(parts) * total)
                connection.execute(f"CREATE OR REPLACE TEMP TABLE {step.name} AS\n{step.sql}")
            for block in blocks(spine, _results(connection, program), program.columns):
                writer.write_table(block)
            statistics.append(connection.sql(program.peers).to_arrow_table())
    order = [(c, "ascending") for c in ("feature", "as_of_day", *PEER_COLUMNS)]
    pq.write_table(pa.concat_tables(statistics).sort_by(order), peers)
    progress("done", len(program.steps), len(program.steps))


def _parts(spine: pa.Table) -> Iterator[pa.Table]:
    """Pieces of the spine that hold whole as-of days, each of about `PART` rows."""
    days = spine["as_of_day"].to_numpy()
    rises = np.diff(days)
    if spine.num_rows <= PART or (rises < 0).any():
        yield spine
        return
    start = 0
    for stop in (*(np.flatnonzero(rises) + 1).tolist(), spine.num_rows):
        if stop - start >= PART or stop == spine.num_rows:
            yield spine.slice(start, stop - start)
            start = stop


def _results(connection: duckdb.DuckDBPyConnection, program: Program) -> dict[str, pa.Table]:
    """The steps the matrix is put together from, each in the order of its key."""
    results = {}
    for step, key in {column.step: column.key for column in program.columns}.items():
        names = ", ".join(f"k.{c.feature}" for c in program.columns if c.step == step)
        rows = connection.sql(f"SELECT k.{key}, {names} FROM {step} k ORDER BY k.{key}")
        results[step] = rows.to_arrow_table()
    return results


def _given(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register(f"given_{name}", table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM given_{name}")
    connection.unregister(f"given_{name}")


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
