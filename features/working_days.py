"""Working days: limits that the law counts in them, with the official calendar.

The calendar of mainland China (weekends worked in exchange for holidays, 调休,
included) comes from the package ``chinesecalendar``, which is renewed each
November when the State Council announces the next year. For a day beyond what
was announced when it was last renewed, Monday to Friday are assumed and the
answer says so; before its first year there is no answer.

>>> from datetime import date
>>> after(day_of(date(2026, 2, 13)), 1, "china").date.isoformat()  # Saturday, worked
'2026-02-14'
>>> after(day_of(date(2026, 2, 13)), 2, "china").date.isoformat()  # after the holidays
'2026-02-24'
>>> after(day_of(date(2027, 1, 4)), 5, "china").assumed
True
>>> after(day_of(date(1999, 1, 4)), 5, "china")
Traceback (most recent call last):
    ...
features.working_days.NoCalendar: no working days in the calendar china: expected a day \
from 2004-01-01, got an earlier one. Next: count the limit by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from features.contracts import WorkingDays
from features.errors import Fault, YourInput

_EPOCH = date(1970, 1, 1)
_SATURDAY = 5


class NoCalendar(YourInput):
    """A limit in working days was asked for a day before the calendar begins."""


@dataclass(frozen=True)
class Due:
    """The last day of a limit; `assumed` when the calendar did not reach that far."""

    day: int
    assumed: bool

    @property
    def date(self) -> date:
        """The day as a date."""
        return _EPOCH + timedelta(days=self.day)


def day_of(when: date) -> int:
    """Days since 1970-01-01."""
    return (when - _EPOCH).days


@cache
def announced() -> tuple[int, int]:
    """First and last year the official calendar covers."""
    years = {day.year for day in chinese_calendar.holidays}
    return min(years), max(years)


def is_working_day(day: int, calendar: WorkingDays) -> bool:
    """Whether offices work on the day; beyond the announced years, Monday to Friday.

    Raises
    ------
    NoCalendar
        The day lies before the calendar's first year.
    """
    when = _EPOCH + timedelta(days=day)
    if calendar == "weekdays":
        return when.weekday() < _SATURDAY
    first, last = announced()
    if when.year < first:
        raise NoCalendar(str(Fault(
            "no working days", "the calendar china", f"a day from {first}-01-01",
            "an earlier one", "count the limit by hand",
        )))  # fmt: skip
    if when.year > last:
        return when.weekday() < _SATURDAY
    return bool(chinese_calendar.is_workday(when))


def after(day: int, working_days: int, calendar: WorkingDays) -> Due:
    """The last day of a limit of so many working days that starts on `day`.

    The day that starts a limit is not counted (民法典 201).
    """
    left = working_days
    while left:
        day += 1
        left -= is_working_day(day, calendar)
    return Due(day, calendar == "china" and (_EPOCH + timedelta(days=day)).year > announced()[1])
