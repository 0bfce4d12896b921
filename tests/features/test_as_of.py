from __future__ import annotations

from pathlib import Path

import pytest

from features import as_of
from features.builder import build
from features.engines import single
from features.expressions import Row
from tests.features.small_city import COUNT, catalogue_of
from tests.features.tables import parsed
from tests.features.worlds import Cell, day, own_records, spine_of, write_world

# One record each; is it seen as of the day, and if not, why?
CASES = """
  case                             | event_day  | known_day  | ended            | ended_on   | as_of      | why_not
  -------------------------------------------------------------------------------------------------------------
  known on the as-of day's morning | 2024-03-01 | 2024-03-01 | -                | -          | 2024-03-01 | -
  known one day late               | 2024-03-01 | 2024-03-02 | -                | -          | 2024-03-01 | not_yet_known
  known long after the event       | 2023-03-01 | 2024-03-01 | -                | -          | 2024-03-01 | -
  event of tomorrow known today    | 2024-03-02 | 2024-03-01 | -                | -          | 2024-03-01 | not_happened_yet
  event of yesterday known before  | 2024-02-29 | 2024-02-01 | -                | -          | 2024-03-01 | -
  retracted tomorrow               | 2024-02-01 | 2024-02-01 | retracted_day    | 2024-03-02 | 2024-03-01 | -
  retracted today                  | 2024-02-01 | 2024-02-01 | retracted_day    | 2024-03-01 | 2024-03-01 | retracted
  repaired tomorrow                | 2024-02-01 | 2024-02-01 | repaired_day     | 2024-03-02 | 2024-03-01 | -
  repaired today                   | 2024-02-01 | 2024-02-01 | repaired_day     | 2024-03-01 | 2024-03-01 | repaired
  newer version known tomorrow     | 2024-02-01 | 2024-02-01 | superseded_day   | 2024-03-02 | 2024-03-01 | -
  newer version known today        | 2024-02-01 | 2024-02-01 | superseded_day   | 2024-03-01 | 2024-03-01 | superseded
  newer version on the same day    | 2024-02-01 | 2024-02-01 | superseded_day   | 2024-02-01 | 2024-02-01 | superseded
  last day of publication          | 2023-03-01 | 2023-03-01 | usable_until_day | 2024-03-01 | 2024-03-01 | -
  day after publication            | 2023-03-01 | 2023-03-01 | usable_until_day | 2024-02-29 | 2024-03-01 | expired
  counts from today                | 2024-01-01 | 2024-01-01 | counted_from_day | 2024-03-01 | 2024-03-01 | -
  counts from tomorrow             | 2024-01-01 | 2024-01-01 | counted_from_day | 2024-03-02 | 2024-03-01 | not_final
  objected to today                | 2024-02-01 | 2024-02-01 | disputed_day     | 2024-03-01 | 2024-03-01 | -
"""  # noqa: E501  # a table is read by its columns
_ROWS = parsed(CASES)


def _record(case: dict[str, Cell]) -> dict[str, Cell]:
    ended = {str(case["ended"]): case["ended_on"]} if case["ended"] else {}
    own = {"entity_id": "a", "event_key": "p1", "code": "a"}
    return {**own, "event_day": case["event_day"], "known_day": case["known_day"], **ended}


def _row(**days: int) -> Row:
    columns = ("event_day", "known_day", "superseded_day", "retracted_day", "repaired_day",
               "usable_until_day", "disputed_day", "settled_day", "final_day",
               "counted_from_day")  # fmt: skip
    return {**dict.fromkeys(columns), "event_day": 0, "known_day": 0, **days}


@pytest.mark.parametrize("case", _ROWS, ids=[str(row["case"]) for row in _ROWS])
def test_both_engines_see_a_record_exactly_when_its_case_says(
    case: dict[str, Cell], tmp_path: Path
) -> None:
    catalogue = catalogue_of([COUNT])
    world = write_world(tmp_path / "world", catalogue, {"penalties": [_record(case)]})
    today = case["as_of"]
    assert isinstance(today, int)
    expected = 1.0 if case["why_not"] is None else 0.0
    matrix = build(catalogue, world.snapshot, spine_of([("a", today)]), tmp_path)
    assert matrix.read()["penalty_count"].to_pylist() == [expected]
    alone = single.compute(catalogue, own_records(world, "a"), today, single.Peers())
    assert alone == {"penalty_count": expected}
    row: Row = world.rows["penalties"][0]  # type: ignore[assignment]  # no floats in records
    assert as_of.seen(row, today) == (case["why_not"] is None)
    assert as_of.why_not_seen(row, today) == case["why_not"]


def test_what_never_counts_is_seen_on_no_day_and_says_so() -> None:
    row = _row(counted_from_day=as_of.NEVER_COUNTED)
    assert not as_of.seen(row, as_of.NOT_YET_FINAL - 1)
    assert as_of.why_not_seen(row, 100) == "excluded"
    pending = _row(counted_from_day=as_of.NOT_YET_FINAL)
    assert as_of.why_not_seen(pending, 100) == "not_final"


def test_a_future_event_known_today_is_usable_and_not_yet_seen() -> None:
    row = _row(event_day=11, known_day=10)
    assert as_of.usable(row, 10)
    assert not as_of.seen(row, 10)
    assert as_of.seen(row, 11)


def test_whichever_end_comes_first_ends_the_use() -> None:
    row = _row(superseded_day=30, retracted_day=20, repaired_day=25, usable_until_day=40)
    assert as_of.usable_to_day(row) == 20
    assert as_of.usable_to_day(_row(retracted_day=20, usable_until_day=18)) == 19
    assert as_of.usable_to_day(_row()) == as_of.FOREVER


def test_publication_without_end_lasts_for_ever() -> None:
    assert as_of.usable_to_day(_row(usable_until_day=as_of.FOREVER)) == as_of.FOREVER


def test_a_dispute_is_open_from_its_day_until_the_day_it_is_settled() -> None:
    row = _row(disputed_day=10, settled_day=20)
    assert [as_of.disputed_at(row, t) for t in (9, 10, 19, 20)] == [False, True, True, False]
    assert as_of.disputed_at(_row(disputed_day=10), 99)
    assert not as_of.disputed_at(_row(settled_day=20), 15)


def test_a_disputed_record_is_left_out_only_when_asked_and_only_while_open() -> None:
    row = _row(disputed_day=10, settled_day=20)
    assert as_of.seen(row, 15)
    assert [as_of.seen(row, t, exclude_disputed=True) for t in (9, 15, 20)] == [True, False, True]
    assert as_of.why_not_seen(row, 15, exclude_disputed=True) == "disputed"


def test_what_was_learned_later_is_unknown_until_its_day() -> None:
    row = _row(final_day=50, disputed_day=10)
    assert as_of.as_known_at(row, 49) == _row(disputed_day=10)
    assert as_of.as_known_at(row, 50) is row


def test_a_test_of_finality_answers_as_of_its_day(tmp_path: Path) -> None:
    from features.contracts import Count
    from features.expressions import col
    from tests.features.small_city import feature

    catalogue = catalogue_of(
        [feature("final_count", "penalties", Count(), ~col("final_day").is_null())]
    )
    record: dict[str, Cell] = {
        "entity_id": "a", "event_key": "p1",
        "event_day": day("2024-01-01"), "final_day": day("2024-07-01"),
    }  # fmt: skip
    world = write_world(tmp_path / "world", catalogue, {"penalties": [record]})
    days = [day("2024-06-30"), day("2024-07-01")]
    matrix = build(catalogue, world.snapshot, spine_of([("a", d) for d in days]), tmp_path)
    assert matrix.read()["final_count"].to_pylist() == [0.0, 1.0]
