from __future__ import annotations

from datetime import date

import numpy as np

from features.synthetic.span import Span, day, working_day, year_of

SPAN = Span.between(date(2024, 2, 1), date(2025, 1, 31), warm_up=2)


def test_a_span_has_its_warm_up_before_the_recorded_months() -> None:
    assert SPAN.months == 14
    assert SPAN.starts[0] == day(2023, 12)
    assert SPAN.starts[SPAN.warm_up] == SPAN.first == day(2024, 2)
    assert SPAN.starts[-1] == day(2025, 2)
    assert [SPAN.calendar_month(m) for m in (0, 1, 2, 13)] == [12, 1, 2, 1]


def test_days_outside_the_span_fall_into_its_ends() -> None:
    days = np.array([day(2000), day(2024, 2, 29), day(2030)], np.int32)
    assert SPAN.month_index(days).tolist() == [0, 2, 13]


def test_a_weekend_moves_to_monday() -> None:
    friday = day(2024, 5, 31)
    days = np.arange(friday, friday + 4, dtype=np.int32)
    assert (working_day(days) - friday).tolist() == [0, 3, 3, 3]


def test_the_year_of_a_day_is_the_calendars() -> None:
    days = np.array([day(2023, 12, 31), day(2024), day(1969, 12, 31)], np.int32)
    assert year_of(days).tolist() == [2023, 2024, 1969]
