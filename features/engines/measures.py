"""Each measure as a function of the records it is about, in plain Python.

The twin of `features.engines.aggregates`: integers until one last division.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from features.contracts import (
    Change,
    Count,
    DaysSince,
    DaysSinceDate,
    DaysUntil,
    Distinct,
    Feature,
    Growth,
    Latest,
    Max,
    Mean,
    Repeats,
    Share,
    Source,
    Sum,
)
from features.engines.aggregates import labels_of
from features.errors import OurBug
from features.expressions import Encode, Row

Rows = Sequence[Row]
# (records, records of the preceding window, as-of day) → value
Value = Callable[[Rows, Rows, int], float | None]
# (records, records of the preceding window) → those that decided the value
Deciding = Callable[[Rows, Rows], Rows]


def number(row: Row, column: str) -> int | None:
    """The integer in a column, or none where it is empty."""
    value = row[column]
    if isinstance(value, str):
        raise OurBug(f"column {column} holds text and a number was declared")
    return value


def _known(rows: Rows, column: str) -> list[int]:
    return [value for row in rows if (value := number(row, column)) is not None]


def value_of(feature: Feature, source: Source, encode: Encode) -> Value:
    """Compile the measure of `feature` into a function of its records."""
    scaled = _scaling(feature.scale)
    measure = feature.measure
    match measure:
        case Count():
            return lambda rows, _earlier, _day: scaled(len(rows))
        case Change():
            return lambda rows, earlier, _day: scaled(len(rows) - len(earlier))
        case Growth():
            return lambda rows, earlier, _day: _ratio(
                len(rows) - len(earlier), len(earlier), feature.scale
            )
        case Sum(column):
            return lambda rows, _earlier, _day: scaled(sum(_known(rows, column)))
        case Max(column):
            return lambda rows, _earlier, _day: _or_none(
                max(_known(rows, column), default=None), scaled
            )
        case Mean(column):
            return lambda rows, _earlier, _day: _mean(_known(rows, column), feature.scale)
        case Distinct(column):
            codes = labels_of(source, column)
            return lambda rows, _earlier, _day: scaled(len({*_values(rows, column, codes)}))
        case Repeats(column):
            codes = labels_of(source, column)
            return lambda rows, _earlier, _day: scaled(_repeats(_values(rows, column, codes)))
        case Share(of):
            test = of.test(encode)
            return lambda rows, _earlier, _day: _ratio(
                sum(1 for row in rows if test(row)), len(rows), feature.scale
            )
        case Latest(column):
            return lambda rows, _earlier, _day: _or_none(_latest(rows, column), scaled)
        case DaysSince(which):
            pick = max if which == "last" else min
            return lambda rows, _earlier, day: (
                scaled(day - pick(_known(rows, "event_day"))) if rows else None
            )
        case DaysSinceDate(column) | DaysUntil(column):
            sign = 1 if isinstance(measure, DaysSinceDate) else -1

            def days(rows: Rows, _earlier: Rows, day: int) -> float | None:
                latest = max(_known(rows, column), default=None)
                return None if latest is None else scaled(sign * (day - latest))

            return days


def _scaling(scale: int) -> Callable[[int], float]:
    return float if scale == 1 else lambda value: float(value) / scale


def _or_none(value: int | None, scaled: Callable[[int], float]) -> float | None:
    return None if value is None else scaled(value)


def _ratio(above: int, below: int, scale: int) -> float | None:
    return float(above) / float(below * scale) if below else None


def _mean(values: Sequence[int], scale: int) -> float | None:
    return _ratio(sum(values), len(values), scale)


def _values(rows: Rows, column: str, codes: int | None) -> list[int | str]:
    found = [value for row in rows if (value := row[column]) is not None]
    return found if codes is None else [v for v in found if isinstance(v, int) and 0 <= v < codes]


def _repeats(values: Sequence[int | str]) -> int:
    return len(values) - len({*values})


def _latest(rows: Rows, column: str) -> int | None:
    known = [row for row in rows if row[column] is not None]
    return number(max(known, key=record_order), column) if known else None


def record_order(row: Row) -> tuple[int, int]:
    """Event day, then number: numbers of several businesses follow the businesses first."""
    return number(row, "event_day") or 0, number(row, "record_no") or 0


def deciding_of(feature: Feature, encode: Encode) -> Deciding:
    """Compile which of its records decided the value of `feature`.

    A count, sum, mean or number of kinds is decided by every record that entered
    it; a number of repeats by those whose value another has too; a maximum, a first or
    last day by those that attain it; a share by the records that satisfy its condition,
    or by all when none does; a change or growth by the window's records, or by the
    preceding window's when there are none.
    """
    measure = feature.measure
    match measure:
        case Count():
            return lambda rows, _earlier: rows
        case Change() | Growth():
            return lambda rows, earlier: rows or earlier
        case Sum(column) | Mean(column) | Distinct(column):
            return lambda rows, _earlier: [row for row in rows if row[column] is not None]
        case Repeats(column):
            return lambda rows, _earlier: _repeating(rows, column)
        case Max(column) | DaysSinceDate(column) | DaysUntil(column):
            return lambda rows, _earlier: _attaining(rows, column, max)
        case DaysSince(which):
            pick = max if which == "last" else min
            return lambda rows, _earlier: _attaining(rows, "event_day", pick)
        case Share(of):
            test = of.test(encode)
            return lambda rows, _earlier: [row for row in rows if test(row)] or rows
        case Latest(column):
            return lambda rows, _earlier: _last([row for row in rows if row[column] is not None])


def _last(rows: Rows) -> Rows:
    best = max(map(record_order, rows), default=None)
    return [row for row in rows if record_order(row) == best]


def _repeating(rows: Rows, column: str) -> Rows:
    times = Counter(row[column] for row in rows)
    return [row for row in rows if row[column] is not None and times[row[column]] > 1]


def _attaining(rows: Rows, column: str, pick: Callable[[list[int]], int]) -> Rows:
    known = _known(rows, column)
    best = pick(known) if known else None
    return [row for row in rows if best is not None and row[column] == best]
