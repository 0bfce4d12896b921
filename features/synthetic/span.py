"""The months a synthetic city lives through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

# "No such day" (and, in any integer field of a record, "left empty").
NONE = np.iinfo(np.int32).min
_EPOCH = date(1970, 1, 1)


def day(year: int, month: int = 1, of_month: int = 1) -> int:
    """Days since 1970-01-01.

    >>> day(1970, 2)
    31
    """
    return (date(year, month, of_month) - _EPOCH).days


def day_of(when: date) -> int:
    """Days since 1970-01-01 of a date."""
    return (when - _EPOCH).days


def year_of(days: Ints) -> Ints:
    """Calendar year of each day."""
    years: Ints = (days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int32)) + 1970
    return years


def working_day(days: Ints) -> Ints:
    """The same day, or the Monday after a weekend."""
    weekday = (days + 3) % 7
    moved: Ints = days + np.select([weekday == 5, weekday == 6], [2, 1], 0).astype(np.int32)
    return moved


@dataclass(frozen=True)
class Span:
    """A warm-up nobody records, then the recorded months.

    Parameters
    ----------
    first, last
        First and last recorded day, in days since 1970-01-01.
    starts
        First day of each month, warm-up included, and of the month after the last.
    warm_up
        Number of months before the recorded ones.
    """

    first: int
    last: int
    starts: tuple[int, ...]
    warm_up: int

    @classmethod
    def between(cls, start: date, end: date, warm_up: int = 12) -> Span:
        """The months from `start` to `end`, both included, after `warm_up` others."""
        index = start.year * 12 + start.month - 1 - warm_up
        until = end.year * 12 + end.month
        starts = tuple(day(m // 12, m % 12 + 1) for m in range(index, until + 1))
        return cls(day_of(start), day_of(end), starts, warm_up)

    @property
    def months(self) -> int:
        """How many months, warm-up included."""
        return len(self.starts) - 1

    def calendar_month(self, index: int) -> int:
        """1 … 12."""
        return (date.fromordinal(_EPOCH.toordinal() + self.starts[index])).month

    def month_index(self, days: Ints) -> Ints:
        """Index of the month each day falls in, clipped to the span."""
        at = np.searchsorted(np.array(self.starts), days, side="right") - 1
        clipped: Ints = np.clip(at, 0, self.months - 1).astype(np.int32)
        return clipped
