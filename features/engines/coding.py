"""Store a feature's values as places in a dictionary, where they are whole numbers.

Counts, days and flags are nearly all of a city's features. Their dictionary is every
whole number from the least to the greatest: nothing has to be looked up or sorted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.engines.parquet import Array, Bools, Chunk

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
# A longer dictionary, which stands in every row group, costs more than it saves.
_LONGEST = 8_192


@dataclass(frozen=True)
class Coded:
    """A feature in the rows of its step.

    Parameters
    ----------
    values
        Numbers, or places in the dictionary; anything where the value is missing.
    known
        Where it is not missing; none where it nowhere is.
    empty
        The value, or its place, of rows that the step lacks; none where it is missing there.
    """

    values: Array
    dictionary: Floats | None
    known: Bools | None
    empty: int | None


def coded(values: Floats, empty: int | None) -> Coded:
    """Code the values of a feature; NaN is missing.

    Parameters
    ----------
    empty
        What the feature is where its step has no row; none where it is missing there, and
        only then may it be missing elsewhere.

    >>> coded(np.array([3.0, 5.0]), empty=0).values.tolist()
    [3, 5]
    >>> coded(np.array([900.0]), empty=None).dictionary.tolist()
    [900.0]
    >>> coded(np.array([0.25, np.nan]), empty=None).dictionary is None
    True
    """
    known = None
    if empty is None and np.isnan(values).any():
        known = ~np.isnan(values)
        values = np.where(known, values, values[known.argmax()])
    ends = [values.min(), values.max()] if len(values) else []
    if empty is not None:
        ends.append(empty)
    least, greatest = (float(min(ends)), float(max(ends))) if ends else (0.0, np.inf)
    if least.is_integer() and greatest - least < _LONGEST:
        offsets = values - least
        places = offsets.astype(np.uint8 if greatest - least < 256 else np.uint16)
        exact = (places == offsets) & (offsets + least == values)
        if exact.all():
            dictionary: Floats = np.arange(int(greatest - least) + 1, dtype=np.float64) + least
            return Coded(places, dictionary, known, None if empty is None else empty - int(least))
    return Coded(values, None, known, empty)


def chunk_of(feature: Coded, rows: int, to: Ints, at: Ints) -> Chunk:
    """The feature of `rows` rows: those `to` which the step's rows `at` belong, or nothing."""
    if feature.empty is not None:
        made = np.full(rows, feature.empty, feature.values.dtype)
        made[to] = feature.values[at]
        return Chunk(rows, made, feature.dictionary)
    if feature.known is not None:
        there = feature.known[at]
        to, at = to[there], at[there]
    known = np.zeros(rows, np.bool_)
    known[to] = True
    return Chunk(rows, feature.values[at], feature.dictionary, known)
