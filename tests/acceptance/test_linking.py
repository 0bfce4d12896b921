"""Records without a code on the whole road: linked, told how, unlinked, scored anew."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from features.identity import registration_check_digit
from features.ingest import decide, mentions
from features.linkage.decision import LinkDecision
from features.snapshot import Snapshot
from serving.answers.addendum import addendum_to
from tests.acceptance.road import BUSINESS, Cells, Road, Told

NAMELESS = {"行政相对人代码_1(统一社会信用代码)": ""}
FINE: Cells = {
    "行政处罚决定书文号": "甬1号", "处罚决定日期": "2025-06-10", "处罚确定日期": "2025-06-15",
    "数据更新时间": "2025-06-16 09:00",
}  # fmt: skip
FIRST, SECOND = dt.date(2025, 6, 30), dt.date(2025, 7, 31)


def fined(folder: Path, **more: object) -> Road:
    road = Road(folder)
    road.deliver(dt.date(2025, 6, 20), {"penalties": [{**FINE, **NAMELESS, **more}]})
    return road


def register(road: Road, **told: object) -> None:
    """The registration of the business says something else, soon after it began."""
    row = {"统一社会信用代码": BUSINESS, "企业名称": "宁波某某商贸有限公司",
           "数据更新时间": "2018-03-05 09:00"}  # fmt: skip
    road.deliver(dt.date(2018, 3, 5), {"registrations": [{**row, **told}]})


def how(told: Told) -> list[tuple[str, str]]:
    """How each cited record was linked, in both languages."""
    return [(one.linked.zh, one.linked.en) for one in told.explained.records if one.linked]


def unlink(road: Road) -> None:
    [said] = mentions(Snapshot.current(road.home), state="linked")
    assert said.entity_id == BUSINESS
    refused = LinkDecision(said.id, BUSINESS, False, "2025-07-10", "a person")
    decide(road.catalogue, road.home, [refused])


@pytest.mark.slow
def test_unlinking_a_record_raises_the_score_with_the_next_scoring(tmp_path: Path) -> None:
    road = fined(tmp_path)
    before = road.on(FIRST)
    assert (before.counted, before.class_, before.moved) == (1, "B", True)
    assert [one.record_id.split("|")[0] for one in before.explained.records] == ["甬1号"]
    unlink(road)
    after = road.on(SECOND)
    assert (after.counted, after.class_, after.moved) == (0, "A", False)
    assert after.explained.records == ()


@pytest.mark.slow
def test_the_earlier_answer_is_told_that_its_record_was_taken_away(tmp_path: Path) -> None:
    road = fined(tmp_path)
    then = road.edition(FIRST)
    unlink(road)
    [one] = addendum_to(then, road.edition(SECOND), BUSINESS).entries
    assert (one.what, one.named, one.on) == ("unlinked", True, "2025-07-31")
    assert "no longer taken to be about this business" in one.text.en


@pytest.mark.slow
def test_the_explanation_says_that_the_registered_name_linked_it(tmp_path: Path) -> None:
    assert how(fined(tmp_path).on(FIRST)) == [
        (
            "按登记名称关联:事发之日仅有一户使用该名称",
            "linked by registered name: one business had it on the day it happened",
        )
    ]


@pytest.mark.slow
def test_the_explanation_says_how_likely_a_likeness_is(tmp_path: Path) -> None:
    road = Road(tmp_path)
    register(road, 企业名称="宁波晨禾云栖商贸有限公司")
    given = {**FINE, **NAMELESS, "行政相对人名称": "晨禾云栖商贸(宁波)有限公司"}
    road.deliver(dt.date(2025, 6, 20), {"penalties": [given]})
    [(zh, en)] = how(road.on(FIRST))
    assert zh.startswith("按名称关联,概率0.9")
    assert en.startswith("linked by name, probability 0.9")


@pytest.mark.slow
def test_the_explanation_says_that_an_old_number_linked_it(tmp_path: Path) -> None:
    road = Road(tmp_path)
    number = "33020000000001" + registration_check_digit("33020000000001")
    register(road, 注册号=number)
    given = {"行政相对人代码_1(统一社会信用代码)": number, "行政相对人名称": "别的名字"}
    road.deliver(dt.date(2025, 6, 20), {"penalties": [{**FINE, **given}]})
    told = road.on(FIRST)
    assert told.counted == 1
    assert [zh for zh, _ in how(told)] == ["按旧号码关联:登记信息或统一社会信用代码含有该号码"]


@pytest.mark.slow
def test_a_record_with_its_own_code_says_nothing_of_links(tmp_path: Path) -> None:
    road = Road(tmp_path)
    road.deliver(dt.date(2025, 6, 20), {"penalties": [FINE]})
    told = road.on(FIRST)
    assert told.counted == 1
    assert how(told) == []
