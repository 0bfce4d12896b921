"""What a Spark worker does to its share of the matrix, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from serving.batch.engines import WORK, Job
from serving.bundle.folder import load_bundle
from serving.decision.content import Bundle


@lru_cache(maxsize=1)
def _loaded(folder: str, trusted_keys: tuple[str, ...]) -> Bundle:
    """The bundle, verified and loaded once a worker process."""
    return load_bundle(Path(folder), trusted_keys)


def worked(batches: Iterator[pa.RecordBatch], job: Job) -> Iterator[pa.RecordBatch]:
    """The results of a partition's batches: what one process would have made of them."""
    bundle = _loaded(job.bundle, job.trusted_keys)
    for batch in batches:
        if batch.num_rows:
            yield WORK[job.kind](bundle, batch, job.as_of_day)
