"""Read a built feature matrix as arrays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.parquet as pq

from features.builder import Matrix
from training.arrays import Floats, Ints

_BLOCK = 50_000


def blocks(matrix: Matrix) -> Iterator[Floats]:
    """The features of all rows in order, ``(≤ 50 000, n_features)`` at a time.

    NaN is missing.
    """
    names = list(matrix.features)
    for batch in pq.ParquetFile(matrix.path).iter_batches(_BLOCK, columns=names):
        columns = [batch[name].to_numpy(zero_copy_only=False) for name in names]
        yield np.ascontiguousarray(np.column_stack(columns), dtype=np.float64)


def read(matrix: Matrix) -> Floats:
    """The features of all rows ``(n, n_features)`` in memory."""
    return np.concatenate(list(blocks(matrix)))


def rows(matrix: Matrix, positions: Ints) -> Floats:
    """The features of some rows ``(len(positions), n_features)``, in that order."""
    found = np.empty((len(positions), len(matrix.features)))
    first = 0
    for block in blocks(matrix):
        inside = (positions >= first) & (positions < first + len(block))
        found[inside] = block[positions[inside] - first]
        first += len(block)
    return found


def spread(total: int, most: int) -> Ints:
    """At most so many positions of `total`, at even distances.

    >>> spread(10, 3).tolist()
    [0, 4, 9]
    """
    places = np.linspace(0, total - 1, min(most, total)).round()
    return np.unique(places.astype(np.int64))
