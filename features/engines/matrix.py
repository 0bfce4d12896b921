"""Put a matrix together from the results of its steps, a block of rows at a time.

The same as joining every step to the spine, several times faster: where each step's
rows stand is found once for all its columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.engines.sql import MatrixColumn
from features.errors import OurBug

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
BLOCK = 131_072
# Codes are looked up in a table while it has at most so many places more than rows.
_SPARE = 1_000_000


@dataclass(frozen=True)
class Piece:
    """Some rows of the spine, sorted by row_id, and the number of each one's business."""

    spine: pa.Table
    numbers: Ints

    @cached_property
    def row_ids(self) -> Ints:
        """The rows' ids, ascending."""
        ids: Ints = self.spine["row_id"].to_numpy()
        return ids

    @cached_property
    def days(self) -> Ints:
        """The rows' as-of days."""
        days: Ints = self.spine["as_of_day"].to_numpy().astype(np.int64)
        return days

    @cached_property
    def codes(self) -> Mapping[str, _Places]:
        """Where the rows stand, by the kind of key that a step may have."""
        return {
            "business": _Places(_pair(self.numbers, self.days, self._businesses)),
            "as_of_day": _Places(self.days),
            "row_id": _Places(self.row_ids),
        }

    @cached_property
    def _businesses(self) -> int:
        return int(self.numbers.max(initial=-1)) + 1

    def places(self, key: str, table: pa.Table) -> Places:
        """The row of `table` that belongs to each row of the spine; -1 where none does.

        Raises
        ------
        OurBug
            The table has several rows for one key.
        """
        if key != "business":
            return self.codes[key].of(table[key].to_numpy().astype(np.int64))
        numbers = table["business"].to_numpy().astype(np.int64)
        codes = _pair(numbers, table["as_of_day"].to_numpy(), self._businesses)
        codes[(numbers < 0) | (numbers >= self._businesses)] = -1
        return self.codes[key].of(codes)


def _pair(numbers: Ints, days: Ints, businesses: int) -> Ints:
    """One number for a business and a day."""
    paired: Ints = days.astype(np.int64) * businesses + numbers
    return paired


class _Places:
    """Finds the rows of a step that carry given codes."""

    def __init__(self, codes: Ints) -> None:
        self._low = int(codes.min()) if len(codes) else 0
        self._size = (int(codes.max()) - self._low + 1) if len(codes) else 0
        self._distinct: Ints | None = None
        if self._size > 4 * len(codes) + _SPARE:
            self._distinct, self._slots = np.unique(codes, return_inverse=True)
            self._size = len(self._distinct)
        else:
            self._slots = codes - self._low
        # Then the rows stand as their slots do, and need not be looked up one by one.
        self._in_order = self._size == len(codes) and bool(
            (self._slots == np.arange(self._size)).all()
        )

    def of(self, found: Ints) -> Places:
        """For each of our codes the place in `found` of the same code, or -1."""
        slots = self._slots_of(found)
        # What has none of our codes goes into a slot behind all others.
        table = np.full(self._size + 1, -1, np.int32)
        table[slots] = np.arange(len(found), dtype=np.int32)
        table = table[: self._size]
        if np.count_nonzero(table >= 0) != np.count_nonzero(slots < self._size):
            raise OurBug("several rows for one key")
        return table if self._in_order else table[self._slots]

    def _slots_of(self, found: Ints) -> Ints:
        if self._distinct is None:
            slots = found - self._low
            slots[(slots < 0) | (slots >= self._size)] = self._size
            return slots
        if not self._size:
            return np.zeros(len(found), np.int64)
        slots = np.minimum(np.searchsorted(self._distinct, found), self._size - 1)
        return np.where(self._distinct[slots] == found, slots, self._size)


def blocks(
    piece: Piece, results: Mapping[str, pa.Table], columns: Sequence[MatrixColumn]
) -> Iterator[pa.Table]:
    """The matrix of a piece in order of row_id, in blocks of at most `BLOCK` rows.

    Parameters
    ----------
    results
        Step → its rows, in any order: its key and the features that stand in it.
    """
    spine = piece.spine
    keys = {column.step: column.key for column in columns}
    placed = {step: _placed(piece, step, key, results[step]) for step, key in keys.items()}
    values = {column.feature: _values(results[column.step], column) for column in columns}
    schema = schema_of(spine.schema, columns)
    for start in range(0, max(spine.num_rows, 1), BLOCK):
        part = spine.slice(start, BLOCK)
        found: dict[str, tuple[Ints, Ints]] = {}
        for step, places in placed.items():
            here = places[start : start + BLOCK]
            rows = np.flatnonzero(here >= 0)
            found[step] = rows, here[rows].astype(np.intp)
        arrays = [part[name] for name in spine.column_names]
        arrays += [
            _array(column, part.num_rows, *found[column.step], values[column.feature])
            for column in columns
        ]
        yield pa.table(arrays, schema=schema)


def schema_of(spine: pa.Schema, columns: Sequence[MatrixColumn]) -> pa.Schema:
    """The matrix's columns; where nothing means a number, no value is ever missing."""
    features = (
        pa.field(column.feature, pa.float64(), nullable=column.empty is None) for column in columns
    )
    return pa.schema([*spine, *features])


def _placed(piece: Piece, step: str, key: str, table: pa.Table) -> Places:
    try:
        return piece.places(key, table)
    except OurBug as bug:
        raise OurBug(
            f"step {step}: {bug}: two profiles of one business are in force on one day"
        ) from bug


def _values(table: pa.Table, column: MatrixColumn) -> Floats:
    """The feature in the step's rows; NaN where null."""
    values: Floats = table[column.feature].to_numpy().astype(np.float64, copy=False)
    return values


def _array(column: MatrixColumn, rows: int, to: Ints, at: Ints, values: Floats) -> pa.Array:
    """The feature of `rows` rows: those `to` which the step's rows `at` belong, or nothing."""
    made = np.full(rows, np.nan if column.empty is None else float(column.empty))
    made[to] = values[at]
    if column.empty is not None:
        return pa.array(made)
    known = np.packbits(~np.isnan(made), bitorder="little")
    return pa.Array.from_buffers(pa.float64(), rows, [pa.py_buffer(known), pa.py_buffer(made)])
