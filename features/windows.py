"""Where a window begins, worked out once for each as-of day.

No engine does calendar arithmetic: the builder computes every bound here and
joins them to the spine as integers.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence

from features.contracts import Change, Days, Feature, Growth, Months, Window

_EPOCH = dt.date(1970, 1, 1).toordinal()


def months_before(day: int, months: int) -> int:
    """The same day of the month `months` earlier, or that month's last day.

    >>> leap_day = dt.date(2024, 2, 29).toordinal() - _EPOCH
    >>> dt.date.fromordinal(months_before(leap_day, 12) + _EPOCH).isoformat()
    '2023-02-28'
    """
    date = dt.date.fromordinal(day + _EPOCH)
    year, month0 = divmod(date.year * 12 + date.month - 1 - months, 12)
    last = calendar.monthrange(year, month0 + 1)[1]
    return dt.date(year, month0 + 1, min(date.day, last)).toordinal() - _EPOCH


def months_after(day: int, months: int) -> int:
    """The same day of the month `months` later, or that month's last day."""
    return months_before(day, -months)


def bound(window: Window, as_of_day: int) -> int:
    """The day before the window's first: events after it are inside.

    >>> bound(Days(30), 19_000)
    18970
    """
    if isinstance(window, Days):
        return as_of_day - window.n
    return months_before(as_of_day, window.n)


def preceding(window: Window) -> Window:
    """The window twice as long, whose first half is the one before `window`.

    Twice the months are counted from the as-of day itself, so that a month end
    is clamped once.
    """
    return type(window)(2 * window.n)


def bound_name(window: Window) -> str:
    """Column of `bounds` that holds the bound: ``after_m12``, ``after_d90``."""
    return f"after_{'m' if isinstance(window, Months) else 'd'}{window.n}"


def windows_of(feature: Feature) -> tuple[Window, ...]:
    """The windows whose bounds the feature reads."""
    if feature.window is None:
        return ()
    if isinstance(feature.measure, Change | Growth):
        return (feature.window, preceding(feature.window))
    return (feature.window,)


def distinct_windows(features: Iterable[Feature]) -> tuple[Window, ...]:
    """Every window the features read, once, by name."""
    found = {bound_name(window): window for f in features for window in windows_of(f)}
    return tuple(found[name] for name in sorted(found))


def bounds(as_of_days: Iterable[int], windows: Sequence[Window]) -> dict[str, list[int]]:
    """Columns of the table ``bounds``: each distinct as-of day and its windows' bounds."""
    days = sorted(set(as_of_days))
    columns = {"as_of_day": days}
    for window in windows:
        columns[bound_name(window)] = [bound(window, day) for day in days]
    return columns
