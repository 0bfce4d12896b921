"""Codes and masks."""

from __future__ import annotations

import pytest

from features.contracts import Kind
from features.ingest.labels import code, mask, spelled
from tests.features.ingest.town import column

KINDS = column(
    "kinds",
    Kind.MASK,
    labels=("警告", "罚款", "没收违法所得"),
    spellings={"没收违法所得、没收非法财物": "没收违法所得", "罚 款": "罚款"},
)


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("罚款", 0b010),
        ("警告;罚款", 0b011),
        ("警告；罚款；", 0b011),
        ("警告、罚款", 0b011),
        ("警告 罚款", 0b011),
        ("罚款|没收违法所得", 0b110),
        ("罚 款", 0b010),
        ("罚款;没收违法所得、没收非法财物", 0b110),
        ("罚款;罚款", 0b010),
    ],
)
def test_a_list_of_labels_sets_their_bits(text: str, bits: int) -> None:
    assert mask(text, spelled(KINDS)) == bits


def test_one_unknown_word_makes_the_whole_list_unknown() -> None:
    assert mask("罚款;训诫", spelled(KINDS)) is None


def test_a_code_may_have_been_a_float() -> None:
    words = spelled(column("grade", Kind.CODE, labels=("1", "2")))
    assert code("2.0", words) == 1
    assert code("2.5", words) is None


def test_spellings_are_compared_half_width() -> None:
    words = spelled(column("form", Kind.CODE, labels=("有限责任公司（自然人独资）",)))
    assert code("有限责任公司(自然人独资)", words) == 0
