from __future__ import annotations

from dataclasses import replace

import pytest

from features.contracts import Phrase
from serving.formats import (
    comparison,
    day_text,
    feature_text,
    iso_day,
    span_text,
    spoken,
    value_text,
)
from serving.manifest import Span
from tests.serving.bundles import FEATURES, NAMES, spec

YUAN = Phrase("元", "yuan")
BY_NAME = dict(zip(NAMES, FEATURES, strict=True))


@pytest.mark.parametrize(
    ("unit", "value", "zh", "en"),
    [
        ("count", 3.0, "3", "3"),
        ("count", 12345.0, "12,345", "12,345"),
        ("yuan", 12000.0, "12,000元", "12,000 yuan"),
        ("yuan", 1234.5, "1,234.50元", "1,234.50 yuan"),
        ("yuan", -50.0, "−50元", "−50 yuan"),
        ("days", 1.0, "1天", "1 day"),
        ("days", 30.0, "30天", "30 days"),
        ("days", -30.0, "−30天", "−30 days"),
        ("share", 0.125, "12.5%", "12.5%"),
        ("percent", 80.0, "80%", "80%"),
        ("points", 92.0, "92", "92"),
        ("degrees", 21.5, "21.5°", "21.5°"),
        ("years", 3.0, "3年", "3 years"),
        ("date", 19874.0, "2024年5月31日", "31 May 2024"),
    ],
)
def test_a_value_reads_by_its_unit(unit: str, value: float, zh: str, en: str) -> None:
    assert value_text(unit, value, YUAN) == Phrase(zh, en)


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (1.0, "1天", "1 day"),
        (730.0, "730天", "730 days"),
        (731.0, "2年多", "over 2 years"),
        (6593.0, "18年多", "over 18 years"),
        (-12.0, "−12天", "−12 days"),
    ],
)
def test_long_spans_of_days_are_spoken_of_in_years(days: float, zh: str, en: str) -> None:
    feature = spec("last_seen_days", "a_source", "R01", "R101", unit="days")
    assert spoken(feature, days, YUAN) == Phrase(zh, en)


def test_a_relative_value_carries_its_sign() -> None:
    relative = BY_NAME["complaint_count_12m_vs_peers"]
    assert feature_text(relative, 2.0, YUAN).zh == "+2"
    assert feature_text(relative, -2.4, YUAN).zh == "−2.40"
    assert feature_text(relative, -0.001, YUAN).zh == "0.00"
    fines = replace(relative, unit="yuan")
    assert feature_text(fines, 12_345.6, YUAN).zh == "+12,346元"
    assert feature_text(fines, -0.4, YUAN).en == "0 yuan"


def test_a_code_reads_as_its_label() -> None:
    grade = BY_NAME["tax_grade_latest"]
    assert feature_text(grade, 2.0, YUAN) == Phrase("M", "M")
    assert feature_text(grade, 9.0, YUAN) == Phrase("9", "9")


def test_a_missing_value_says_so() -> None:
    assert feature_text(BY_NAME["business_age_days"], None, YUAN) == Phrase("缺失", "missing")


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (None, "全部期间", "all time"),
        (Span("months", 12), "近1年", "last year"),
        (Span("months", 36), "近3年", "last 3 years"),
        (Span("months", 1), "近1个月", "last month"),
        (Span("months", 18), "近18个月", "last 18 months"),
        (Span("days", 90), "近90天", "last 90 days"),
    ],
)
def test_a_window_reads_as_words(span: Span | None, zh: str, en: str) -> None:
    assert span_text(span) == Phrase(zh, en)


def test_a_day_reads_as_a_date() -> None:
    assert day_text(0) == Phrase("1970年1月1日", "1 January 1970")
    assert iso_day(19874) == "2024-05-31"


def test_a_plain_value_is_compared_with_the_reference_groups_median() -> None:
    fines = BY_NAME["penalty_fines_yuan_36m"]
    assert comparison(fines, 3000.0, YUAN) == Phrase(
        "可比主体的中位数为3,000元", "median of comparable businesses: 3,000 yuan"
    )
    assert comparison(fines, None, YUAN) is None


def test_a_relative_value_is_compared_with_its_peers() -> None:
    relative = BY_NAME["complaint_count_12m_vs_peers"]
    assert comparison(relative, 0.5, YUAN) == Phrase(
        "与同行业、同区主体的平均水平相比",
        "against the average of the same sector and the same district",
    )
    elsewhere = replace(relative, peers=("ward",))
    found = comparison(elsewhere, None, YUAN)
    assert found is not None
    assert found.en == "against the average of the same ward"


def test_a_code_has_no_median() -> None:
    assert comparison(BY_NAME["tax_grade_latest"], 1.0, YUAN) is None
