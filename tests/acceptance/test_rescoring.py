"""11.15: scoring last month again with last month's snapshot gives last month's classes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from features.snapshot import Snapshot
from serving.answers.answer import answer, subject_of
from serving.answers.edition import Edition
from tests.acceptance.road import BUSINESS, TWIN, Cells, Road

FINE: Cells = {
    "行政处罚决定书文号": "甬1号", "处罚决定日期": "2024-06-10", "处罚确定日期": "2024-06-15",
    "数据更新时间": "2024-06-16 09:00",
}  # fmt: skip
LAST_MONTH = dt.date(2024, 6, 30)


def answers(edition: Edition) -> list[bytes]:
    return [answer(edition, subject_of(edition, who)).to_json() for who in (BUSINESS, TWIN)]


@pytest.mark.slow
def test_last_month_scored_again_gives_the_same_set_to_the_byte(tmp_path: Path) -> None:
    road = Road(tmp_path)
    road.deliver(dt.date(2024, 6, 20), {"penalties": [FINE]})
    then = Snapshot.current(road.home)
    first = road.edition(LAST_MONTH)
    told = answers(first)
    annulled = {**FINE, "撤销日期": "2024-06-25", "数据更新时间": "2024-07-03 09:00"}
    another = {**FINE, "行政处罚决定书文号": "甬2号", "数据更新时间": "2024-07-04 09:00"}
    road.deliver(dt.date(2024, 7, 5), {"penalties": [annulled, another]})
    assert Snapshot.current(road.home) != then
    again = road.edition(LAST_MONTH, then)
    assert again.name == first.name
    assert answers(again) == told


@pytest.mark.slow
def test_last_months_classes_also_come_out_of_this_months_snapshot(tmp_path: Path) -> None:
    """What was learned since is left out by its day, not by the snapshot it came with."""
    road = Road(tmp_path)
    road.deliver(dt.date(2024, 6, 20), {"penalties": [FINE]})
    before = road.on(LAST_MONTH)
    annulled = {**FINE, "撤销日期": "2024-07-02", "数据更新时间": "2024-07-03 09:00"}
    another = {**FINE, "行政处罚决定书文号": "甬2号", "数据更新时间": "2024-07-04 09:00"}
    road.deliver(dt.date(2024, 7, 5), {"penalties": [annulled, another]})
    after = road.on(LAST_MONTH)
    assert (after.class_, after.counted) == (before.class_, before.counted) == ("B", 1)
    assert after.answer.decision.score == before.answer.decision.score
    assert road.on(dt.date(2024, 7, 31)).class_ == "B"  # the first gone, another come
