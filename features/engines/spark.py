"""Run a feature program on Spark: the same text, one step at a time.

This side knows no pyspark: it writes a job for the Spark environment, and puts
the results together as it does those of the embedded engine.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from features.engines.sql import Program
from features.engines.writing import Computed, Tables, wanted, write
from features.progress import Progress, silent
from features.spark import Spark

_DRIVER = "features.engines.spark_driver"
# The step under which the statistics of the peer groups are left.
_PEERS = "peer_statistics"


@dataclass(frozen=True)
class Job:
    """Tables to read (name → Parquet), statements to run in order, where results go."""

    tables: dict[str, str]
    steps: tuple[tuple[str, str], ...]
    folder: str

    def result(self, step: str) -> Path:
        """Folder of Parquet files with the rows of a step."""
        return Path(self.folder) / step

    def write(self, path: Path) -> None:
        """Save the job as a file."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Job:
        """The job that `write` saved."""
        read = json.loads(path.read_bytes())
        steps = tuple((name, sql) for name, sql in read["steps"])
        return cls(read["tables"], steps, read["folder"])


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
    write(program, tables, _Distributed(spark, program, tables, matrix.parent), matrix, peers,
          progress)  # fmt: skip


@dataclass(frozen=True)
class _Distributed:
    """One job a piece of the spine."""

    spark: Spark
    program: Program
    tables: Tables
    folder: Path

    def compute(self, spine: pa.Table, bounds: pa.Table, progress: Progress) -> Computed:
        """The results for `spine`, of which every intermediate is removed again."""
        with TemporaryDirectory(dir=self.folder) as named:
            folder = Path(named)
            given = {"spine": spine, "bounds": bounds}
            for name, table in given.items():
                pq.write_table(table, folder / f"{name}.parquet")
            files = {name: folder / f"{name}.parquet" for name in given} | self.tables.files
            steps = tuple((step.name, step.sql) for step in self.program.steps)
            job = Job(
                {name: str(path.resolve()) for name, path in files.items()},
                (*steps, (_PEERS, self.program.peers)),
                str(folder.resolve()),
            )
            job.write(folder / "job.json")
            log = self.folder.parent / "spark.log"
            self.spark.run(_DRIVER, folder / "job.json", log, progress)
            found = {
                step: pq.read_table(job.result(step), columns=list(columns)).sort_by(columns[0])
                for step, columns in wanted(self.program).items()
            }
            return Computed(found, pq.read_table(job.result(_PEERS)))
