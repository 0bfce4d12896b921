from __future__ import annotations

from features import as_of
from features.business import BusinessRecords
from features.engines.single import SingleEngine
from features.expressions import Row
from features.peers import Peers
from features.records_after import linked_as_today, records_after
from features.steps import Step, open_steps
from tests.features.village import TODAY, business, catalogue
from tests.features.worlds import Cell, day

CITY = catalogue()
ENGINE = SingleEngine(CITY)
ROWS: dict[str, list[dict[str, Cell]]] = {
    "reports": [{"event_key": "2024", "event_day": "2025-05-01", "year": 2024, "staff": 7}],
    "listings": [{"event_key": "l", "event_day": "2026-07-10", "cause": 1}],
    "penalties": [
        {"event_key": "p", "event_day": "2026-01-01", "on": day("2026-01-01"), "heavy": 0}
    ],
    "permits": [{"event_key": "q", "event_day": "2021-09-01", "until_on": "2026-10-01"}],
}


def taken(records: BusinessRecords, *names: str) -> tuple[BusinessRecords, list[Step]]:
    found = open_steps(CITY, records, TODAY, day("2029-07-31"))
    steps = [one for one in found if one.action.name in names]
    assert len(steps) == len(names)
    return records_after(CITY, records, steps), steps


def seen(records: BusinessRecords, source: str, on: int) -> list[Row]:
    return [row for row in records.own[source] if as_of.seen(row, on)]


def test_a_repaired_record_is_used_up_to_the_day_before_and_never_after() -> None:
    after, (step,) = taken(business(ROWS), "repair")
    assert len(seen(after, "penalties", step.counted_day - 1)) == 1
    assert seen(after, "penalties", step.counted_day) == []
    assert after.own["penalties"][0]["repaired_on"] == step.counted_day


def test_a_corrected_record_says_the_new_thing_from_its_day_on() -> None:
    after, (step,) = taken(business(ROWS), "restore_contact")
    (before,) = seen(after, "listings", step.counted_day - 1)
    (later,) = seen(after, "listings", step.counted_day)
    assert (before["left_on"], before["version"]) == (None, 1)
    assert (later["left_on"], later["version"]) == (step.counted_day, 2)
    assert later["event_day"] == before["event_day"]


def test_a_renewed_permit_lasts_five_years_longer() -> None:
    after, (step,) = taken(business(ROWS), "renew")
    (permit,) = seen(after, "permits", step.counted_day)
    assert permit["until_on"] == day("2031-10-01")


def test_an_added_record_is_like_the_last_one_but_for_what_it_says() -> None:
    after, (step,) = taken(business(ROWS), "file_overdue")
    *_, added = seen(after, "reports", step.counted_day)
    assert (added["year"], added["late"], added["staff"]) == (2025, 1, 7)
    assert added["event_day"] == added["on"] == step.done_day
    assert len(seen(after, "reports", step.counted_day - 1)) == 1
    numbers = [row["record_no"] for row in after.own["reports"]]
    assert numbers == sorted(numbers)  # type: ignore[type-var]  # numbers of records


def test_an_action_may_end_one_record_and_add_another() -> None:
    after, (step,) = taken(business(ROWS), "move")
    assert len(seen(after, "moves", step.counted_day)) == 1
    assert ENGINE.compute(after, step.counted_day, Peers())["listed_lost"] == 0


def test_looked_at_before_the_first_of_its_days_nothing_has_changed() -> None:
    records = business(ROWS)
    after, steps = taken(records, "repair", "restore_contact", "file_overdue", "file_in_time")
    first = min(step.counted_day for step in steps)
    for on in (TODAY, first - 1):
        assert ENGINE.compute(after, on, Peers()) == ENGINE.compute(records, on, Peers())
    assert ENGINE.compute(after, first, Peers()) != ENGINE.compute(records, first, Peers())


def test_sources_that_no_step_touches_keep_their_very_rows() -> None:
    records = business(ROWS)
    after, _ = taken(records, "repair")
    assert all((after.own[n] is records.own[n]) == (n != "penalties") for n in records.own)


def test_nothing_a_business_may_do_changes_its_age_or_what_was_decided() -> None:
    records = business(ROWS)
    every = open_steps(CITY, records, TODAY, day("2029-07-31"))
    after = records_after(CITY, records, every)
    last = day("2029-07-31")
    assert ENGINE.compute(after, last, Peers())["age_days"] == last - day("2015-03-01")
    kept = {row["event_key"] for row in after.own["penalties"]}
    assert kept == {"p"}
    assert after.own["penalties"][0]["on"] == day("2026-01-01")


def test_links_of_today_hold_for_ever_and_ended_ones_never() -> None:
    records = BusinessRecords("a", {}, links={"l": {"b": ((10, 20),), "c": ((1, 5),)}})
    assert linked_as_today(records, 15).links == {"l": {"b": ((15, as_of.FOREVER),)}}
