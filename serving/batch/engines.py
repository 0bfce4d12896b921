"""Who goes through the matrix: the embedded engine here, or the workers of a Spark."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from features.builder import Matrix
from features.durable import finishing
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

    The embedded engine leaves each block's results in `folder`; blocks that are there
    already are not worked on again.

    Parameters
    ----------
    folder
        Where a Spark may leave what it makes; every worker sees it. Its log goes beside it.
    """
    if on is not None:
        return _there(kind, rows, folder, on, progress)
    return _here(kind, rows, folder / kind, progress)


def _here(kind: Kind, rows: Rows, parts: Path, progress: Progress) -> Iterator[pa.RecordBatch]:
    parts.mkdir(exist_ok=True)
    schema = schema_for(kind, rows.bundle)
    total, done = pq.read_metadata(rows.matrix.path).num_rows, 0
    finished = sorted(parts.glob("*.parquet"))
    for part in finished:
        for batch in pq.read_table(part, schema=schema).to_batches():
            done += len(batch)
            yield batch
    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.execute("SET preserve_insertion_order = false")
        for name, path in rows.files.items():
            engine.execute(f"CREATE VIEW {name} AS FROM read_parquet({literal(str(path))})")
        query = engine.sql(_left_sql(rows, finished))
        reader: pa.RecordBatchReader = query.to_arrow_reader(ROWS)
        for number, block in enumerate(reader, start=len(finished)):
            progress(kind, done, total)
            result = WORK[kind](rows.bundle, block, rows.as_of_day)
            with finishing(parts / f"{number:06d}.parquet") as part:
                pq.write_table(pa.Table.from_batches([result]), part)
            yield result
            done += len(block)
    progress(kind, done, total)


def _left_sql(rows: Rows, finished: Sequence[Path]) -> str:
    """The blocks of the businesses that are in no finished part."""
    blocks = blocks_sql(rows.bundle, rows.as_of_day)
    if not finished:
        return blocks
    files = ", ".join(literal(str(part)) for part in finished)
    return (
        f"SELECT b.* FROM ({blocks}) b "
        f"ANTI JOIN (SELECT entity_id FROM read_parquet([{files}])) f USING (entity_id)"
    )


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
