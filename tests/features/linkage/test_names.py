from __future__ import annotations

import pytest

from features.linkage.names import NameParts, NameReader

READER = NameReader("宁波市", ("海曙区", "余姚市", "象山县"))


def parts(name: str) -> NameParts:
    return READER.read([name])[0]


@pytest.mark.parametrize(
    "variant",
    [
        "宁波晨禾贸易有限公司",
        "宁波市晨禾贸易有限公司",
        "宁波晨禾贸易有限责任公司",
        "寧波晨禾貿易有限公司",
        " 宁波晨禾贸易有限公司　",
        "宁波晨禾贸易有限公司(平台-晨禾旗舰店)",
        "宁波·晨禾贸易有限公司",
    ],
)
def test_spellings_of_one_name_are_one(variant: str) -> None:
    assert parts(variant).full == "宁波晨禾贸易有限公司"


def test_full_width_letters_and_digits_are_half_width() -> None:
    assert parts("宁波ａｂ１２３贸易有限公司").core == "AB123贸易"


def test_a_division_in_brackets_leaves_the_same_core_and_another_name() -> None:
    before, within = parts("宁波晨禾贸易有限公司"), parts("晨禾贸易(宁波)有限公司")
    assert before.core == within.core == "晨禾贸易"
    assert before.full != within.full


def test_a_branch_belongs_to_the_core() -> None:
    branch = parts("宁波晨禾贸易有限公司第二分公司")
    assert branch.core == "晨禾贸易第二分公司"
    assert branch.branch == "第二分公司"
    assert branch.core != parts("宁波晨禾贸易有限公司").core


def test_a_district_is_told_only_by_its_full_word() -> None:
    assert parts("宁波市海曙区晨禾小吃店").place == "海曙"
    assert parts("余姚市晨禾小吃店").place == "余姚"
    assert parts("宁波海曙剧院").place == ""


@pytest.mark.parametrize("name", ["宁波", "有限公司", "公司", "(宁波)", "一"])
def test_what_is_left_is_never_empty(name: str) -> None:
    assert parts(name).core
    assert parts(name).bigrams


def test_a_name_with_a_line_break_stays_one_name() -> None:
    read = READER.read(["宁波晨禾\n贸易有限公司", "宁波云栖小吃店"])
    assert [one.core for one in read] == ["晨禾贸易", "云栖小吃店"]
