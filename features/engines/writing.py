"""Write a program's two results as Parquet, whichever engine computed them.

The bytes depend on the numbers alone: every engine hands over integers and
doubles, and they are put in order, cut into blocks and written here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.engines.matrix import blocks
from features.engines.sql import Program
from features.peers import PEER_COLUMNS
from features.progress import Progress, silent

# Rows of the spine that are computed at once, when its as-of days allow.
PART = 1_000_000
# Zstandard and the statistics of every feature would add two thirds to the encoding.
_AS_PARQUET = {"compression": "snappy", "use_dictionary": False}
_STATISTICS = pa.schema(
    [
        ("feature", pa.string()),
        ("as_of_day", pa.int32()),
        *((column, pa.string()) for column in PEER_COLUMNS),
        ("total", pa.int64()),
        ("count", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Tables:
    """What a program reads: the spine and its bounds, and files of records."""

    spine: pa.Table
    bounds: pa.Table
    profiles: Path
    sources: Mapping[str, Path]

    @property
    def files(self) -> dict[str, Path]:
        """The files under the names the program uses."""
        return {"profiles": self.profiles, **{f"source_{k}": v for k, v in self.sources.items()}}


@dataclass(frozen=True)
class Computed:
    """Step → its key and features in order of the key; statistics of the peer groups."""

    steps: Mapping[str, pa.Table]
    peers: pa.Table


class Engine(Protocol):
    """Runs a program's steps for one piece of the spine."""

    def compute(self, spine: pa.Table, bounds: pa.Table, progress: Progress) -> Computed:
        """The results for `spine`; `bounds` holds its as-of days."""
        ...


def write(  # noqa: PLR0917  # what is computed, from what, by whom, where to, and who waits
    program: Program,
    tables: Tables,
    engine: Engine,
    matrix: Path,
    peers: Path,
    progress: Progress = silent,
) -> None:
    """Write the matrix in the order of row_id, and the statistics of the peer groups.

    A spine in order of its as-of days is taken a few days at a time; one piece is
    put together and encoded while the next is computed.

    Parameters
    ----------
    tables
        Their spine is sorted by row_id.
    """
    parts = list(_parts(tables.spine))
    schema = pa.schema([*tables.spine.schema, *((n, pa.float64()) for n in program.features)])
    statistics = []
    with (
        pq.ParquetWriter(
            matrix, schema, write_statistics=tables.spine.column_names, **_AS_PARQUET
        ) as writer,
        _behind() as write_behind,
    ):
        for number, spine in enumerate(parts):
            bounds = tables.bounds.filter(pc.field("as_of_day").isin(spine["as_of_day"].unique()))
            computed = engine.compute(spine, bounds, _part_of(progress, number, len(parts)))
            statistics.append(computed.peers.select(_STATISTICS.names).cast(_STATISTICS))
            made = blocks(spine, computed.steps, program.columns)
            write_behind(partial(_write_all, writer, made))
            del computed
    order = [(c, "ascending") for c in ("feature", "as_of_day", *PEER_COLUMNS)]
    pq.write_table(pa.concat_tables(statistics).combine_chunks().sort_by(order), peers)
    progress("done", len(program.steps), len(program.steps))


def _write_all(writer: pq.ParquetWriter, tables: Iterator[pa.Table]) -> None:
    """Write the tables in turn, each encoded while the next is put together."""
    with _behind() as encode_behind:
        for table in tables:
            encode_behind(partial(writer.write_table, table))


@contextmanager
def _behind() -> Iterator[Callable[[Callable[[], None]], None]]:
    """What runs one piece of work at a time in another thread, and waits before the next."""
    with ThreadPoolExecutor(1) as thread:
        running: list[Future[None]] = []

        def run(work: Callable[[], None]) -> None:
            while running:
                running.pop().result()
            running.append(thread.submit(work))

        yield run
        while running:
            running.pop().result()


def wanted(program: Program) -> dict[str, tuple[str, ...]]:
    """Step → the columns of it that the matrix is put together from, its key first."""
    found: dict[str, tuple[str, ...]] = {}
    for column in program.columns:
        found[column.step] = (*found.get(column.step, (column.key,)), column.feature)
    return found


def _part_of(progress: Progress, number: int, parts: int) -> Progress:
    return lambda stage, done, total: progress(stage, number * total + done, parts * total)


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
