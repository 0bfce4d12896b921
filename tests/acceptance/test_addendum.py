"""11.3: an old explanation gets an addendum when a record behind it is annulled, and stays."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from serving.answers.addendum import addendum_to
from serving.answers.answer import answer, subject_of
from serving.answers.edition import Edition
from tests.acceptance.road import BUSINESS, Cells, Road

FINE: Cells = {
    "行政处罚决定书文号": "甬1号", "处罚决定日期": "2024-06-10", "处罚确定日期": "2024-06-15",
    "数据更新时间": "2024-06-16 09:00",
}  # fmt: skip
OTHER = {**FINE, "行政处罚决定书文号": "甬2号"}
THEN, NOW = dt.date(2024, 8, 31), dt.date(2024, 10, 31)
# What the department tells later, and what is to be added to the answer of August.
CASES = {
    "annulled 撤销": (
        {"撤销日期": "2024-09-27"}, [("retracted", "2024-09-27", "已于2024年9月27日撤销")],
    ),
    "repaired 修复": (
        {"信用修复日期": "2024-09-20"}, [("repaired", "2024-09-20", "不再公示、共享和使用")],
    ),
    "corrected 更正": ({"罚款金额(万元)": "0.5"}, [("corrected", "2024-10-08", "已更正")]),
    "disputed 异议": (
        {"异议受理日期": "2024-09-18"}, [("disputed", "2024-09-18", "处于异议处理中")],
    ),
    "told again, nothing else 重报": ({}, []),
}  # fmt: skip


def body(edition: Edition) -> bytes:
    return answer(edition, subject_of(edition, BUSINESS)).to_json()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_what_became_known_of_a_record_is_added_to_the_earlier_answer(
    tmp_path: Path, case: str
) -> None:
    later, expected = CASES[case]
    road = Road(tmp_path)
    road.deliver(dt.date(2024, 6, 20), {"penalties": [FINE, OTHER]})
    then = road.edition(THEN)
    given = body(then)
    assert addendum_to(then, then, BUSINESS).entries == ()
    again = {**FINE, **later, "数据更新时间": "2024-10-08 09:00"}
    road.deliver(dt.date(2024, 10, 8), {"penalties": [again]})
    told = addendum_to(then, road.edition(NOW), BUSINESS)
    assert (told.of, told.as_of) == (THEN.isoformat(), NOW.isoformat())
    assert [(one.what, one.on) for one in told.entries] == [entry[:2] for entry in expected]
    for one, (_, _, words) in zip(told.entries, expected, strict=True):
        assert one.record_id.startswith("甬1号")
        assert one.named
        assert words in one.text.zh
    assert body(then) == given
