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

from features.engines.businesses import Businesses, Ints
from features.engines.matrix import Piece, blocks, schema_of
from features.engines.sql import Program
from features.peers import PEER_COLUMNS
from features.progress import Progress, silent

# Rows of the spine that are computed at once, when its as-of days allow.
PART = 250_000
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
    """What a program reads: the spine and its bounds, businesses, and files of records.

    The spine is sorted by row_id, `numbers` are those of its rows' businesses;
    `businesses` are those of the spine and of the records that say who is linked.
    """

    spine: pa.Table
    numbers: Ints
    bounds: pa.Table
    businesses: Businesses
    profiles: Path
    sources: Mapping[str, Path]

    @property
    def files(self) -> dict[str, Path]:
        """The files under the names the program uses."""
        return {"profiles": self.profiles, **{f"source_{k}": v for k, v in self.sources.items()}}


@dataclass(frozen=True)
class Computed:
    """Step → its key and features in any order; statistics of the peer groups.

    A step's ``business`` is the number of one.
    """

    steps: Mapping[str, pa.Table]
    peers: pa.Table


class Engine(Protocol):
    """Runs a program's steps for one piece of the spine."""

    def compute(self, piece: Piece, bounds: pa.Table, progress: Progress) -> Computed:
        """The results for a piece of the spine; `bounds` holds its as-of days."""
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
    """
    parts = list(_parts(Piece(tables.spine, tables.numbers)))
    schema = schema_of(tables.spine.schema, program.columns)
    statistics = []
    with (
        pq.ParquetWriter(
            matrix, schema, write_statistics=tables.spine.column_names, **_AS_PARQUET
        ) as writer,
        _behind() as write_behind,
    ):
        for number, piece in enumerate(parts):
            days = piece.spine["as_of_day"].unique()
            bounds = tables.bounds.filter(pc.field("as_of_day").isin(days))
            computed = engine.compute(piece, bounds, _part_of(progress, number, len(parts)))
            statistics.append(computed.peers.select(_STATISTICS.names).cast(_STATISTICS))
            made = blocks(piece, computed.steps, program.columns)
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
    keys = {
        "business": ("business", "as_of_day"), "as_of_day": ("as_of_day",), "row_id": ("row_id",)
    }  # fmt: skip
    found: dict[str, tuple[str, ...]] = {}
    for column in program.columns:
        found[column.step] = (*found.get(column.step, keys[column.key]), column.feature)
    return found


def _part_of(progress: Progress, number: int, parts: int) -> Progress:
    return lambda stage, done, total: progress(stage, number * total + done, parts * total)


def _parts(whole: Piece) -> Iterator[Piece]:
    """Pieces of the spine that hold whole as-of days, each of about `PART` rows."""
    rises = np.diff(whole.days)
    rows = whole.spine.num_rows
    if rows <= PART or (rises < 0).any():
        yield whole
        return
    start = 0
    for stop in (*(np.flatnonzero(rises) + 1).tolist(), rows):
        if stop - start >= PART or stop == rows:
            yield Piece(whole.spine.slice(start, stop - start), whole.numbers[start:stop])
            start = stop
