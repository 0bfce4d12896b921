"""Amounts are exact in decimals, whatever they are written like."""

from __future__ import annotations

import pytest

from features.ingest.amounts import fen, millionths, number, whole


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("0.3", 10_000, 300_000),
        ("11.876936", 10_000, 11_876_936),
        ("0.003405", 10_000, 3_405),
        ("1435313.650", 1, 143_531_365),
        ("1,234.50", 1, 123_450),
        ("￥1,234.50".replace("￥", "¥"), 1, 123_450),
        ("2000元", 10_000, 200_000),
        ("0.5万元", 1, 500_000),
        ("0.30000000000000004", 1, 30),
        ("0.005", 1, 1),
        ("-0.005", 1, -1),
        ("1e3", 1, 100_000),
        ("99999999999999", 1, 9_999_999_999_999_900),
    ],
)
def test_an_amount_becomes_fen(text: str, unit: int, expected: int) -> None:
    assert fen(text, unit) == expected


@pytest.mark.parametrize("text", ["五千元", "1.2.3", "12,34", "", "1 or 2", "9" * 30])
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    assert fen(text, 1) is None


def test_a_share_may_be_a_percentage() -> None:
    assert millionths("12.5%") == millionths("0.125") == 125_000


def test_a_whole_number_may_have_been_a_float() -> None:
    assert whole("12.0") == 12
    assert whole("12.5") is None


def test_digits_of_other_scripts_are_no_number() -> None:
    assert number("١٢") is None
