"""Marks over a business's rows: what people decided about records that others deliver."""

from typing import Any

import pytest

from features.as_of import disputed_at, seen
from features.business import RECORD, BusinessRecords
from features.marks import Mark, marked


def row(key: str = "A", version: int = 1, **days: int | None) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(RECORD)
    return {**blank, "event_key": key, "version": version, "event_day": 0, "known_day": 0} | days


def only(rows: list[dict[str, Any]], *marks: Mark) -> list[Any]:
    return list(marked(BusinessRecords("B", {"s": rows}), marks).own["s"])


def test_open_objection_disputes_every_version_of_its_record_and_no_other() -> None:
    rows = [row(), row(version=2, known_day=5), row("B")]
    got = only(rows, Mark("s", "A", disputed_day=3))
    assert [disputed_at(one, 9) for one in got] == [True, True, False]
    assert [disputed_at(one, 2) for one in got] == [False, False, False]
    assert not seen(got[0], 9, exclude_disputed=True)


def test_settled_objection_disputes_nothing_from_its_day_on() -> None:
    (got,) = only([row()], Mark("s", "A", disputed_day=3, settled_day=7))
    assert [disputed_at(got, day) for day in (2, 3, 6, 7)] == [False, True, True, False]


def test_annulled_record_is_not_used_from_the_day_of_the_decision() -> None:
    mark = Mark("s", "A", disputed_day=3, settled_day=7, retracted_day=7, last_version=1)
    old, corrected = only([row(), row(version=2, known_day=9)], mark)
    assert [seen(old, 6), seen(old, 7)] == [True, False]
    assert seen(corrected, 9), "a correction that comes afterwards counts"


def test_earlier_end_of_the_department_stays() -> None:
    (got,) = only([row(retracted_day=4)], Mark("s", "A", retracted_day=7))
    assert got["retracted_day"] == 4


@pytest.mark.parametrize(
    ("theirs", "ours", "joined"),
    [
        ((2, None), (5, 8), (2, None)),
        ((5, None), (2, 8), (2, None)),
        ((2, 4), (3, None), (2, None)),
        ((2, 4), (4, 8), (2, 8)),
        ((2, 4), (6, 8), (6, 8)),
        ((6, 8), (2, 4), (6, 8)),
    ],
)
def test_dispute_reported_by_the_department_and_ours_are_joined(
    theirs: tuple[int, int | None], ours: tuple[int, int | None], joined: tuple[int, int | None]
) -> None:
    (got,) = only(
        [row(disputed_day=theirs[0], settled_day=theirs[1])],
        Mark("s", "A", disputed_day=ours[0], settled_day=ours[1]),
    )
    assert (got["disputed_day"], got["settled_day"]) == joined


def test_marks_that_change_nothing_leave_the_records_themselves() -> None:
    records = BusinessRecords("B", {"s": [row(disputed_day=3)]})
    assert marked(records, [Mark("s", "A", disputed_day=3), Mark("other", "A", 1)]) is records
