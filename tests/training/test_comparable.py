"""What can be compared in the learnable town, whose records begin in 2020."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from features.catalogue import Catalogue
from features.contracts import Phrase, Term, UseRule
from features.snapshot import Snapshot
from tests.training.learnable import FIRST, LAST, learnable, written
from training.calendar import date_of, day_of
from training.comparable import not_comparable

JUNE_2022, JUNE_2023 = day_of(date(2022, 6, 30)), day_of(date(2023, 6, 30))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return learnable(None, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def snapshot(town: Catalogue) -> Snapshot:
    return written(town, town.folder / "records")


def test_features_that_reach_back_before_the_records_are_not_compared(
    town: Catalogue, snapshot: Snapshot
) -> None:
    young = not_comparable(town, snapshot, day=JUNE_2023, against_day=JUNE_2022)
    told = young["penalties_count_36m"]
    assert told.why == "records"
    assert told.since is not None
    assert abs(told.since - FIRST) < 30
    assert told.comparable_from is not None
    assert date(2023, 12, 1) < date_of(told.comparable_from) < date(2024, 2, 15)
    assert "penalties_count_36m" not in not_comparable(
        town, snapshot, day=LAST, against_day=LAST - 365
    )


def test_nothing_is_compared_with_a_day_before_anything_was_known(
    town: Catalogue, snapshot: Snapshot
) -> None:
    found = not_comparable(town, snapshot, day=LAST, against_day=FIRST - 10)
    assert found["penalties_count_36m"].why == "known"


def test_the_days_since_an_event_wait_until_records_are_as_old_as_the_businesses(
    town: Catalogue, snapshot: Snapshot
) -> None:
    since = replace(town.jurisdiction.feature("penalties_days_since"), window=None)
    endless = Catalogue(replace(town.jurisdiction, features=(since,)), town.folder)
    found = not_comparable(endless, snapshot, day=LAST, against_day=LAST - 365)
    assert found[since.name].comparable_from is None


def test_features_that_a_law_cuts_in_between_are_not_compared(
    town: Catalogue, snapshot: Snapshot
) -> None:
    every = Phrase("全部", "all")
    use = (
        UseRule("", (Term(every, 36),), "an old law"),
        UseRule("2023-04-01", (Term(every, 12),), "a new law", earlier_records=True),
    )
    penalties, checks = town.jurisdiction.sources
    shorter = replace(penalties, dates=replace(penalties.dates, use=use))
    changed = Catalogue(replace(town.jurisdiction, sources=(shorter, checks)), town.folder)
    told = not_comparable(changed, snapshot, day=LAST, against_day=LAST - 365)
    assert told["penalties_count_36m"].why == "law"
    assert told["penalties_count_36m"].since == day_of(date(2023, 4, 1))
    assert "penalties_count_36m" not in not_comparable(
        changed, snapshot, day=LAST, against_day=LAST - 200
    )
