from __future__ import annotations

import pytest

from features.contracts import Change, Count, Days, Months
from features.windows import bound, bound_name, bounds, distinct_windows, months_before, preceding
from tests.features.small_city import feature
from tests.features.worlds import day


@pytest.mark.parametrize(
    ("as_of", "months", "expected"),
    [
        ("2024-02-29", 12, "2023-02-28"),
        ("2024-02-29", 48, "2020-02-29"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2023-03-31", 1, "2023-02-28"),
        ("2024-05-31", 1, "2024-04-30"),
        ("2024-04-30", 1, "2024-03-30"),
        ("2024-01-15", 1, "2023-12-15"),
        ("2024-01-31", 24, "2022-01-31"),
        ("1970-01-01", 1, "1969-12-01"),
    ],
)
def test_months_back_keep_the_day_or_stop_at_the_month_end(
    as_of: str, months: int, expected: str
) -> None:
    assert months_before(day(as_of), months) == day(expected)


def test_a_window_of_one_day_is_the_as_of_day_alone() -> None:
    assert bound(Days(1), 100) == 99


def test_the_preceding_months_are_counted_from_the_as_of_day() -> None:
    end_of_march = day("2024-03-31")
    assert bound(preceding(Months(1)), end_of_march) == day("2024-01-31")
    assert preceding(Days(30)) == Days(60)


def test_bounds_have_one_row_for_each_day_and_one_column_for_each_window() -> None:
    assert bounds([20, 10, 20], [Days(5)]) == {"as_of_day": [10, 20], "after_d5": [5, 15]}


def test_each_window_is_asked_for_once_and_a_change_asks_for_two() -> None:
    features = [
        feature("a", "penalties", Count(), window=Months(12)),
        feature("b", "penalties", Count(), window=Months(12)),
        feature("c", "penalties", Change(), window=Days(90)),
        feature("d", "penalties", Count()),
    ]
    names = [bound_name(window) for window in distinct_windows(features)]
    assert names == ["after_d180", "after_d90", "after_m12"]
