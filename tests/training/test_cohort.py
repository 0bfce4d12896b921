from __future__ import annotations

from pathlib import Path

import pytest

from features.contracts import AtRecords
from features.expressions import col
from tests.features.worlds import write_world
from tests.training.small_town import PROFILES, catalogue, checks
from training.cohort import CohortDay, at_records, cohort_rows, monthly
from training.errors import TooLittleData, UnusableOutcome


def pairs(rows) -> list[tuple[str, int]]:  # type: ignore[no-untyped-def]
    return list(zip(rows.entity_id.tolist(), rows.as_of_day.tolist(), strict=True))


def test_only_businesses_open_on_the_day_are_in_the_cohort(tmp_path: Path) -> None:
    snapshot = write_world(tmp_path, catalogue(), {}, PROFILES).snapshot
    # early: open 0–99; late: known from 50; planned: established only on 80.
    assert pairs(monthly(snapshot, [CohortDay(10), CohortDay(60), CohortDay(90)])) == [
        ("early", 10), ("early", 60), ("late", 60), ("early", 90), ("late", 90), ("planned", 90),
    ]  # fmt: skip


def test_business_is_no_longer_open_on_the_day_it_closed(tmp_path: Path) -> None:
    snapshot = write_world(tmp_path, catalogue(), {}, PROFILES).snapshot
    assert "early" in dict(pairs(monthly(snapshot, [CohortDay(99)])))
    assert "early" not in dict(pairs(monthly(snapshot, [CohortDay(100)])))


def test_sample_is_of_the_size_asked_for_and_the_same_each_time(tmp_path: Path) -> None:
    profiles = [{"entity_id": f"b{n:03}", "from_day": 0, "to_day": 999} for n in range(200)]
    snapshot = write_world(tmp_path, catalogue(), {}, profiles).snapshot
    days = [CohortDay(10, most=50), CohortDay(40, most=50), CohortDay(70)]
    first, again = monthly(snapshot, days, seed=4), monthly(snapshot, days, seed=4)
    assert pairs(first) == pairs(again)
    assert first.as_of_day.tolist() == [10] * 50 + [40] * 50 + [70] * 200
    assert pairs(first)[:50] != [(entity, 10) for entity, day in pairs(first)[50:100]]
    assert pairs(monthly(snapshot, days, seed=5)) != pairs(first)


def test_day_without_an_open_business_is_refused(tmp_path: Path) -> None:
    snapshot = write_world(tmp_path, catalogue(), {}, PROFILES).snapshot
    with pytest.raises(TooLittleData, match="the as-of days -5"):
        monthly(snapshot, [CohortDay(10), CohortDay(-5)])


def test_record_cohort_is_as_of_the_day_before_each_record(tmp_path: Path) -> None:
    town = catalogue(AtRecords("checks"))
    snapshot = write_world(tmp_path, town, {"checks": checks()}, PROFILES).snapshot
    rows = cohort_rows(town, snapshot)
    assert pairs(rows) == [("early", 29), ("early", 59), ("late", 59), ("late", 69)]
    assert rows.event_day.tolist() == [30, 60, 60, 70]
    assert rows.known_day.tolist() == [31, 60, 65, 70]
    assert rows.nuisance["inspector"].tolist() == ["7", "8", "7", "unrecorded"]
    assert rows.unlinked == 1


def test_record_cohort_keeps_records_that_satisfy_its_condition_only(tmp_path: Path) -> None:
    cohort = AtRecords("checks", lead_days=5, where=col("failed").equals(1))
    town = catalogue(cohort)
    snapshot = write_world(tmp_path, town, {"checks": checks()}, PROFILES).snapshot
    assert pairs(at_records(town, snapshot, cohort)) == [("early", 25), ("late", 65)]


def test_monthly_cohort_without_days_is_a_fault_of_ours(tmp_path: Path) -> None:
    snapshot = write_world(tmp_path, catalogue(), {}, PROFILES).snapshot
    with pytest.raises(UnusableOutcome, match="days for a monthly cohort"):
        cohort_rows(catalogue(), snapshot)
