"""Put a matrix together from the results of its steps, a block of rows at a time.

The same as joining every step to the spine, several times faster: the spine is
sorted by row_id, so each step's values have a known place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.engines.sql import MatrixColumn
from features.errors import OurBug

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
BLOCK = 131_072


@dataclass(frozen=True)
class _Result:
    """A step's rows: the place each belongs to, ascending, and its columns."""

    places: Ints
    table: pa.Table

    def values(self, feature: str, start: int, stop: int) -> Floats:
        """The feature in the step's rows `start` to `stop`; NaN where null."""
        column = self.table[feature].slice(start, stop - start)
        found: Floats = column.to_numpy().astype(np.float64, copy=False)
        return found


def blocks(
    spine: pa.Table, results: Mapping[str, pa.Table], columns: Sequence[MatrixColumn]
) -> Iterator[pa.Table]:
    """The matrix of a spine in order of row_id, in blocks of at most `BLOCK` rows.

    Parameters
    ----------
    spine
        Sorted by row_id.
    results
        Step → its rows, sorted by the step's key.
    """
    keys = {column.step: column.key for column in columns}
    index = {
        "row_id": spine["row_id"].to_numpy(),
        "as_of_day": np.unique(spine["as_of_day"].to_numpy()),
    }
    placed = {step: _placed(step, results[step], key, index[key]) for step, key in keys.items()}
    for start in range(0, max(spine.num_rows, 1), BLOCK):
        part = spine.slice(start, BLOCK)
        days = np.searchsorted(index["as_of_day"], part["as_of_day"].to_numpy())
        arrays = [part[name] for name in spine.column_names]
        for column in columns:
            result = placed[column.step]
            if column.key == "row_id":
                values = _of_rows(result, column, start, part.num_rows)
            else:
                values = _of_rows(result, column, 0, len(index["as_of_day"]))[days]
            # Where nothing means a number, no value is ever missing.
            arrays.append(pa.array(values, pa.float64(), from_pandas=column.empty is None))
        names = [*spine.column_names, *(column.feature for column in columns)]
        yield pa.table(arrays, names=names)


def _placed(step: str, table: pa.Table, key: str, index: Ints) -> _Result:
    own = table[key].to_numpy()
    if (own[1:] <= own[:-1]).any():
        raise OurBug(
            f"step {step} has several rows for one {key}: "
            "two profiles of one business are in force on one day"
        )
    return _Result(np.searchsorted(index, own), table)


def _of_rows(result: _Result, column: MatrixColumn, start: int, rows: int) -> Floats:
    """The feature in places `start` to `start` + `rows`, empty where the step has no row."""
    values = np.full(rows, np.nan if column.empty is None else float(column.empty))
    first, last = np.searchsorted(result.places, (start, start + rows))
    places = result.places[first:last] - start
    values[places] = result.values(column.feature, int(first), int(last))
    return values
