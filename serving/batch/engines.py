"""Who goes through the matrix: the embedded engine here, or the workers of a Spark."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from features.builder import Matrix
from features.progress import Progress
from features.quoting import literal
from features.snapshot import Snapshot
from features.spark import Spark
from serving.batch.blocks import ROWS, Work, blocks_sql, graded, points_schema, shared_out
from serving.batch.table import schema_of
from serving.decision.content import Bundle

_DRIVER = "serving.batch.spark_driver"
Kind = Literal["scores", "contributions"]
WORK: dict[Kind, Work] = {"scores": graded, "contributions": shared_out}


def schema_for(kind: Kind, bundle: Bundle) -> pa.Schema:
    """Columns of the results of a kind of work."""
    return schema_of(bundle) if kind == "scores" else points_schema(bundle)


@dataclass(frozen=True)
class Distributed:
    """A Spark, and the signed bundle as a folder that every worker sees."""

    spark: Spark
    bundle: Path
    trusted_keys: Collection[str]


@dataclass(frozen=True)
class Job:
    """What the Spark environment is told."""

    kind: Kind
    bundle: str
    trusted_keys: tuple[str, ...]
    as_of_day: int
    tables: dict[str, str]
    folder: str

    def write(self, path: Path) -> None:
        """Save the job as a file."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Job:
        """The job that `write` saved."""
        read = json.loads(path.read_bytes())
        return cls(**{**read, "trusted_keys": tuple(read["trusted_keys"])})


@dataclass(frozen=True)
class Rows:
    """Every business of a matrix of one as-of day, with its profile."""

    bundle: Bundle
    snapshot: Snapshot
    matrix: Matrix
    as_of_day: int

    @property
    def files(self) -> dict[str, Path]:
        """The files under the names the query uses."""
        return {"matrix": self.matrix.path, "profiles": self.snapshot.profiles}


def results(
    kind: Kind, rows: Rows, folder: Path, on: Distributed | None, progress: Progress
) -> Iterator[pa.RecordBatch]:
    """The results of all rows, in no particular order, in batches of `schema_for`.

    Parameters
    ----------
    folder
        Where a Spark may leave what it makes; every worker sees it. Its log goes beside it.
    """
    return _here(kind, rows, progress) if on is None else _there(kind, rows, folder, on, progress)


def _here(kind: Kind, rows: Rows, progress: Progress) -> Iterator[pa.RecordBatch]:
    total, done = pq.read_metadata(rows.matrix.path).num_rows, 0
    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.execute("SET preserve_insertion_order = false")
        for name, path in rows.files.items():
            engine.execute(f"CREATE VIEW {name} AS FROM read_parquet({literal(str(path))})")
        query = engine.sql(blocks_sql(rows.bundle, rows.as_of_day))
        reader: pa.RecordBatchReader = query.to_arrow_reader(ROWS)
        for block in reader:
            progress(kind, done, total)
            yield WORK[kind](rows.bundle, block, rows.as_of_day)
            done += len(block)
    progress(kind, done, total)


def _there(
    kind: Kind, rows: Rows, folder: Path, on: Distributed, progress: Progress
) -> Iterator[pa.RecordBatch]:
    with TemporaryDirectory(dir=folder) as named:
        made = Path(named).resolve()
        job = Job(
            kind=kind,
            bundle=str(on.bundle.resolve()),
            trusted_keys=tuple(sorted(on.trusted_keys)),
            as_of_day=rows.as_of_day,
            tables={name: str(path.resolve()) for name, path in rows.files.items()},
            folder=str(made / "results"),
        )
        job.write(made / "job.json")
        on.spark.run(_DRIVER, made / "job.json", folder.parent / "spark.log", progress)
        schema = schema_for(kind, rows.bundle)
        found = ds.dataset(made / "results", format="parquet", schema=schema)
        yield from found.to_batches()
