from __future__ import annotations

import pytest

from features.steps import Step, open_steps
from serving.formats import iso_day
from tests.features.village import TODAY, business, catalogue
from tests.features.worlds import Cell, day

CITY = catalogue()
LAST = day("2029-07-31")


def steps(rows: dict[str, list[dict[str, Cell]]], last: int = LAST) -> dict[str, Step]:
    return {one.key: one for one in open_steps(CITY, business(rows), TODAY, last)}


def report(year: int, on: str) -> dict[str, Cell]:
    return {"event_key": f"{year}", "event_day": on, "year": year, "late": 0}


@pytest.mark.parametrize(
    ("heavy", "decided", "allowed"),
    [
        (0, "2026-07-01", "2026-10-01"),  # three months after the decision
        (0, "2026-01-15", "2026-08-01"),  # long over: tomorrow
        (1, "2026-07-01", "2027-07-01"),  # twelve months where it is heavy
        (0, "2026-05-31", "2026-08-31"),
    ],
)
def test_repair_is_not_allowed_before_its_clock(heavy: int, decided: str, allowed: str) -> None:
    penalty: dict[str, Cell] = {"event_key": "p", "event_day": decided, "heavy": heavy}
    penalty["on"] = day(decided)
    (step,) = [one for key, one in steps({"penalties": [penalty]}).items() if "repair" in key]
    assert iso_day(step.done_day) == allowed
    assert step.counted_day == step.done_day + 10
    assert step.clock == ("新法:重" if heavy else "新法")


def test_the_clock_is_the_one_in_force_on_the_day_of_the_action() -> None:
    penalty: dict[str, Cell] = {"event_key": "p", "event_day": "2025-06-30", "heavy": 0}
    penalty["on"] = day("2025-06-30")
    records = business({"penalties": [penalty]})
    found = open_steps(CITY, records, day("2025-07-31"), LAST)
    (step,) = [one for one in found if one.action.name == "repair"]
    # Six months by the old law would end on 30 December; the new one begins on the 25th.
    assert (iso_day(step.done_day), step.clock) == ("2025-12-25", "新法")


def test_the_last_report_that_fell_due_is_owed_and_later_ones_may_be_given_in_time() -> None:
    found = steps({"reports": [report(2024, "2025-05-01")]})
    overdue, in_time = found["file_overdue/"], found["file_in_time/"]
    assert overdue.years == (2025,)
    assert iso_day(overdue.done_day) == "2026-08-01"
    assert in_time.years == (2026, 2027, 2028)
    assert [iso_day(t.done_day) for t in in_time.times] == [
        "2027-01-01",
        "2028-01-01",
        "2029-01-01",
    ]


def test_years_before_the_first_known_report_are_not_called_missing() -> None:
    found = steps({"reports": [report(2022, "2023-02-01"), report(2024, "2025-05-01")]})
    assert found["file_overdue/"].years == (2023, 2025)
    assert steps({})["file_overdue/"].years == (2025,)


def test_a_business_owes_no_report_for_years_before_it_existed() -> None:
    records = business({}, established="2026-03-01")
    found = {one.key: one for one in open_steps(CITY, records, TODAY, LAST)}
    assert "file_overdue/" not in found
    assert found["file_in_time/"].years == (2026, 2027, 2028)


def test_a_report_may_still_be_given_in_time_until_the_day_it_is_due() -> None:
    due = day("2026-06-30")
    before = {one.key: one for one in open_steps(CITY, business({}), due - 1, LAST)}
    after = {one.key: one for one in open_steps(CITY, business({}), due, LAST)}
    assert 2025 in before["file_in_time/"].years
    assert 2025 in after["file_overdue/"].years


def test_leaving_the_list_waits_for_what_comes_first() -> None:
    listed: dict[str, Cell] = {"event_key": "l", "event_day": "2026-07-10", "cause": 0}
    found = steps({"listings": [listed]})
    leave = found["leave_after_report/l"]
    assert leave.needs == ("file_overdue/",)
    assert iso_day(leave.done_day) == "2026-08-03"  # filed on the 1st, known on the 3rd
    filed = steps({"listings": [listed], "reports": [report(2025, "2026-07-20")]})
    assert filed["leave_after_report/l"].needs == ()
    assert iso_day(filed["leave_after_report/l"].done_day) == "2026-08-01"


def test_what_has_ended_or_is_not_known_yet_is_nobodys_to_mend() -> None:
    gone: list[dict[str, Cell]] = [
        {"event_key": "left", "event_day": "2026-01-01", "cause": 1, "left_on": "2026-02-01"},
        {"event_key": "void", "event_day": "2026-01-01", "cause": 1, "retracted_day": "2026-02-01"},
        {"event_key": "later", "event_day": "2026-01-01", "cause": 1, "known_day": "2026-08-09"},
    ]
    assert not [key for key in steps({"listings": gone}) if "restore_contact" in key]


def test_steps_that_count_only_after_the_horizon_are_left_out() -> None:
    penalty: dict[str, Cell] = {"event_key": "p", "event_day": "2026-07-30", "heavy": 1}
    penalty["on"] = day("2026-07-30")
    assert "repair/p" in steps({"penalties": [penalty]}, day("2027-08-09"))
    assert "repair/p" not in steps({"penalties": [penalty]}, day("2027-08-08"))


def test_a_renewal_opens_before_the_permit_ends_and_only_for_the_last_one() -> None:
    permits: list[dict[str, Cell]] = [
        {"event_key": "old", "event_day": "2020-01-01", "until_on": "2026-12-31"},
        {"event_key": "new", "event_day": "2022-01-01", "until_on": "2027-01-31"},
    ]
    found = steps({"permits": permits})
    assert [key for key in found if key.startswith("renew")] == ["renew/new"]
    assert iso_day(found["renew/new"].done_day) == "2026-11-02"


def test_what_is_reported_twice_a_year_counts_from_the_next_report() -> None:
    found = steps({"moves": [{"event_key": "m", "event_day": "2026-05-01"}]})
    (times,) = found["report_move/m"].times
    assert [iso_day(d) for d in (times.done_day, times.event_day, times.counted_day)] == [
        "2026-08-01", "2026-09-30", "2026-10-05",
    ]  # fmt: skip
