"""Run a feature program on Spark: the same text, one step at a time.

This side knows no pyspark: it writes a job for the Spark environment, and puts
the results together as it does those of the embedded engine.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from features.engines.matrix import Piece
from features.engines.sql import Program
from features.engines.writing import Computed, Tables, wanted, write
from features.progress import Progress, silent
from features.spark import Spark

_DRIVER = "features.engines.spark_driver"
# The step under which the statistics of the peer groups are left.
_PEERS = "peer_statistics"


@dataclass(frozen=True)
class Job:
    """Tables to read (name → Parquet) and statements to run in order (name → where its rows go)."""

    tables: dict[str, str]
    steps: tuple[tuple[str, str, str], ...]

    def write(self, path: Path) -> None:
        """Save the job as a file."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Job:
        """The job that `write` saved."""
        read = json.loads(path.read_bytes())
        steps = tuple((name, sql, to) for name, sql, to in read["steps"])
        return cls(read["tables"], steps)


def run(  # noqa: PLR0917  # as the embedded engine, and which Spark
    spark: Spark,
    program: Program,
    tables: Tables,
    matrix: Path,
    peers: Path,
    progress: Progress = silent,
) -> None:
    """Write the program's two results (see `features.engines.writing`).

    The folder of `matrix` must be one that every worker sees.
    """
    with TemporaryDirectory(dir=matrix.parent) as named:
        engine = _Distributed(spark, program, tables, Path(named).resolve())
        write(program, tables, engine, matrix, peers, progress)


@dataclass
class _Distributed:
    """One job a piece of the spine; the first also makes what all of them read."""

    spark: Spark
    program: Program
    tables: Tables
    folder: Path
    kept: dict[str, str] = field(default_factory=dict)

    def compute(self, piece: Piece, bounds: pa.Table, progress: Progress) -> Computed:
        """The results for `piece`, of which every intermediate is removed again."""
        with TemporaryDirectory(dir=self.folder) as named:
            folder = Path(named)
            given = {"spine": piece.spine, "bounds": bounds}
            for name, table in given.items():
                pq.write_table(table, folder / f"{name}.parquet")
            files = {name: folder / f"{name}.parquet" for name in given} | self.tables.files
            steps = [(step.name, step.sql, str(folder / step.name)) for step in self.program.steps]
            steps.append((_PEERS, self.program.peers, str(folder / _PEERS)))
            new = (
                {} if self.kept else {s.name: str(self.folder / s.name) for s in self.program.kept}
            )
            before = [(step.name, step.sql, new[step.name]) for step in self.program.kept if new]
            read = {name: str(path.resolve()) for name, path in files.items()} | self.kept
            Job(read, (*before, *steps)).write(folder / "job.json")
            log = self.folder.parent.parent / "spark.log"
            self.spark.run(_DRIVER, folder / "job.json", log, progress)
            self.kept |= new
            found = {
                step: self._numbered(pq.read_table(folder / step, columns=list(columns)))
                for step, columns in wanted(self.program).items()
            }
            return Computed(found, pq.read_table(folder / _PEERS))

    def _numbered(self, table: pa.Table) -> pa.Table:
        """The rows with numbers in the place of ids."""
        place = table.schema.get_field_index("business")
        if place < 0:
            return table
        numbers = self.tables.businesses.numbers(table["business"])
        return table.set_column(place, "business", pa.array(numbers))
