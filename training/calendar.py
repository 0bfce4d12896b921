"""Days as integers (days since 1970-01-01) and the months they fall in."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

EPOCH = date(1970, 1, 1)


def day_of(when: date) -> int:
    """Days since 1970-01-01.

    >>> day_of(date(1970, 2, 1))
    31
    """
    return (when - EPOCH).days


def date_of(day: int) -> date:
    """The calendar date of an integer day.

    >>> date_of(31).isoformat()
    '1970-02-01'
    """
    return EPOCH + timedelta(days=day)


def month_of(day: int) -> str:
    """The month a day falls in, as ``YYYY-MM``.

    >>> month_of(31)
    '1970-02'
    """
    return date_of(day).strftime("%Y-%m")


def month_end(when: date) -> date:
    """Last day of the month of `when`.

    >>> month_end(date(2024, 2, 3)).isoformat()
    '2024-02-29'
    """
    return when.replace(day=calendar.monthrange(when.year, when.month)[1])


def months_before(end: date, months: int) -> date:
    """The month end `months` calendar months before the month end `end`.

    >>> months_before(date(2024, 3, 31), 1).isoformat()
    '2024-02-29'
    """
    month = end.year * 12 + end.month - 1 - months
    return month_end(date(month // 12, month % 12 + 1, 1))


def last_month_end(day: int) -> date:
    """The last month end on or before an integer day.

    >>> last_month_end(day_of(date(2024, 3, 30))).isoformat()
    '2024-02-29'
    """
    when = date_of(day)
    return when if when == month_end(when) else months_before(month_end(when), 1)


def month_ends(first: date, last: date) -> tuple[date, ...]:
    """Every month end in [`first`, `last`].

    >>> [d.isoformat() for d in month_ends(date(2024, 1, 31), date(2024, 3, 1))]
    ['2024-01-31', '2024-02-29']
    """
    ends = []
    end = month_end(first)
    while end <= last:
        ends.append(end)
        end = months_before(end, -1)
    return tuple(ends)
