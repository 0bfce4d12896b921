from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from features.contracts import AtRecords
from tests.training.learnable import LAST, SETTINGS, learnable, written
from training.calendar import date_of, day_of
from training.labels import known_through
from training.plan import cuts, plan


def test_days_end_where_each_horizon_is_complete_and_stand_apart(tmp_path: Path) -> None:
    town = learnable(None, tmp_path / "town")
    days = plan(town, written(town, tmp_path / "records"), replace(SETTINGS, most_days=3))
    assert days.through == LAST
    assert date_of(days.scored_day) == date(2023, 12, 31)
    # Horizons of 90 days (no wait) and of 35: complete by 2 October and 26 November.
    assert [date_of(one.day).isoformat() for one in days.days] == [
        "2023-03-31", "2023-06-30", "2023-09-30",
    ]  # fmt: skip


def test_feed_that_fell_silent_moves_the_last_believable_day_back(tmp_path: Path) -> None:
    town = learnable(None, tmp_path / "town")
    assert known_through(town, written(town, tmp_path / "a", silent_for=7)) == LAST
    assert known_through(town, written(town, tmp_path / "b", silent_for=8)) == LAST - 8


def test_no_day_stands_within_the_warm_up(tmp_path: Path) -> None:
    town = learnable(None, tmp_path / "town")
    settings = replace(SETTINGS, most_days=99, warm_up_months=24)
    days = plan(town, written(town, tmp_path / "records"), settings)
    assert date_of(days.days[0].day).isoformat() == "2022-03-31"


def test_records_cohort_needs_no_days(tmp_path: Path) -> None:
    town = learnable(AtRecords("checks"), tmp_path / "town")
    assert plan(town, written(town, tmp_path / "records"), SETTINGS).days == ()


def test_cuts_of_a_monthly_cohort_are_its_own_days_with_enough_before_them() -> None:
    ends = [day_of(date(2023, month, last)) for month, last in ((3, 31), (6, 30), (9, 30))]
    as_of = np.repeat(ends, 100)
    y = np.tile([0] * 50 + [1] * 50, 3)
    settings = replace(SETTINGS, folds=2, least_positives=50)
    assert cuts(as_of, as_of + 30, y, settings) == (ends[1], ends[2])
    assert cuts(as_of, as_of + 92, y, settings) == (ends[2],)
    assert cuts(as_of, as_of + 365, y, settings) == ()


def test_cuts_of_a_records_cohort_are_month_ends_before_a_full_month() -> None:
    as_of = np.arange(day_of(date(2023, 1, 1)), day_of(date(2023, 6, 10)))
    y = np.arange(len(as_of)) % 2
    settings = replace(SETTINGS, folds=2, least_positives=20)
    assert [date_of(cut).isoformat() for cut in cuts(as_of, as_of + 1, y, settings)] == [
        "2023-03-31", "2023-04-30",
    ]  # fmt: skip
