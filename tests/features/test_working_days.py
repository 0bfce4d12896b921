"""Working days: official holidays, weekends worked in exchange, and where both end."""

from __future__ import annotations

from datetime import date

import pytest

from features.contracts import WorkingDays
from features.working_days import NoCalendar, after, announced, day_of, is_working_day
from tests.features.tables import parsed
from tests.features.worlds import Cell

# The 2024 and 2026 arrangements of the State Council; each case can be counted by hand.
CASES = """
  case                                | starts     | days | china      | weekdays
  -----------------------------------------------------------------------------
  an ordinary week                    | 2024-11-04 | 3    | 2024-11-07 | 2024-11-07
  over a weekend                      | 2024-11-07 | 3    | 2024-11-12 | 2024-11-12
  a Sunday worked before National Day | 2024-09-27 | 3    | 2024-10-08 | 2024-10-02
  a Saturday worked after it          | 2024-10-10 | 2    | 2024-10-12 | 2024-10-14
  over the whole Spring Festival      | 2026-02-13 | 5    | 2026-02-27 | 2026-02-20
  twenty days over National Day       | 2026-09-24 | 20   | 2026-10-29 | 2026-10-22
"""
_ROWS = parsed(CASES)


@pytest.mark.parametrize("case", _ROWS, ids=[str(row["case"]) for row in _ROWS])
@pytest.mark.parametrize("calendar", ["china", "weekdays"])
def test_a_limit_ends_on_the_day_its_case_says(
    case: dict[str, Cell], calendar: WorkingDays
) -> None:
    starts, days = case["starts"], case["days"]
    assert isinstance(starts, int)
    assert isinstance(days, int)
    due = after(starts, days, calendar)
    assert due.day == case[calendar]
    assert not due.assumed


def test_the_official_calendar_reaches_from_2004_to_at_least_2026() -> None:
    first, last = announced()
    assert first == 2004
    assert last >= 2026


def test_beyond_the_announced_years_monday_to_friday_are_assumed_and_said_so() -> None:
    beyond = announced()[1] + 1
    new_year = day_of(date(beyond, 1, 4))
    due = after(day_of(date(beyond - 1, 12, 28)), 20, "china")
    assert due.assumed
    assert due.day > new_year
    assert is_working_day(new_year, "china") == (date(beyond, 1, 4).weekday() < 5)
    assert not after(new_year, 5, "weekdays").assumed


def test_before_the_calendar_begins_there_is_no_answer() -> None:
    with pytest.raises(NoCalendar, match="expected a day from 2004-01-01"):
        after(day_of(date(2003, 12, 30)), 1, "china")
