"""Exact contributions of every feature to every business's score, as one file.

::

    home/points/<name>/points.parquet    one row a business, in order of its identifier
                       manifest.json     what it was made from

``points.parquet``: entity_id, then in tenths of a point the score before clipping,
the base and each feature's contribution; a row's base and contributions sum to its
score. They are those of the explanation of the model's score with every record.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.builder import Matrix
from features.durable import keep_only, publish, resuming, sweep
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving import canonical
from serving.batch.blocks import points_schema
from serving.batch.checks import one_day
from serving.batch.engines import Distributed, Rows, results
from serving.decision.content import Bundle

TABLE, MANIFEST = "points.parquet", "manifest.json"


@dataclass(frozen=True)
class _Inputs:
    snapshot: str
    matrix: str
    bundle: str


def explain_everyone(  # noqa: PLR0917  # as scoring everyone
    snapshot: Snapshot,
    bundle: Bundle,
    matrix: Matrix,
    home: Path,
    progress: Progress = silent,
    on: Distributed | None = None,
) -> Path:
    """Write the contributions of every row of `matrix` and return the file.

    Parameters
    ----------
    matrix
        Of one as-of day.
    on
        The Spark to work on; without one, the embedded engine. The bytes are the same.
    """
    rows = Rows(bundle, snapshot, matrix, one_day(matrix))
    inputs = canonical.encode(_Inputs(snapshot.name, matrix.name, bundle.name))
    parent = home / "points"
    target = parent / canonical.sha256(inputs)
    sweep(parent, resumed=target.name)
    with resuming(parent, target.name) as folder:
        if not (target / MANIFEST).is_file():
            batches = results("contributions", rows, folder, on, progress)
            table = pa.Table.from_batches(batches, schema=points_schema(bundle))
            pq.write_table(table.combine_chunks().sort_by("entity_id"), folder / TABLE)
            (folder / MANIFEST).write_bytes(inputs)
            keep_only(folder, {TABLE, MANIFEST})
            publish(folder, target)
    return target / TABLE
