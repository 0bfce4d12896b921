from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import OurBug
from serving.decision.points import apportion, read, signed, unsigned

PARTS = st.lists(st.floats(-400, 400, allow_nan=False), min_size=1, max_size=40)


def test_the_tenths_left_over_go_to_the_parts_that_lost_most() -> None:
    assert apportion([1.26, 2.21, 0.07], 35) == (12, 22, 1)  # 12.6, 22.1, 0.7 sum to 35.4


def test_equal_losses_are_settled_by_order() -> None:
    assert apportion([0.05, 0.05], 1) == (1, 0)


def test_a_total_below_the_rounded_down_parts_takes_from_the_least_lossy() -> None:
    assert apportion([0.2, 0.31], 4) == (1, 3)


@given(PARTS, st.floats(-0.5, 0.5))
def test_whole_tenths_sum_to_the_total_whatever_the_parts(
    parts: list[float], base_rounding: float
) -> None:
    total = round(math.fsum(10 * part for part in parts) + base_rounding)
    assert sum(apportion(parts, total)) == total


@given(PARTS)
def test_no_part_moves_by_more_than_a_tenth_or_changes_its_sign(parts: list[float]) -> None:
    total = round(math.fsum(10 * part for part in parts))
    for part, tenths in zip(parts, apportion(parts, total), strict=True):
        assert abs(tenths - 10 * part) <= 1
        assert tenths == 0 or (tenths > 0) == (part > 0)


@given(PARTS.filter(any))
def test_nothing_stays_nothing(parts: list[float]) -> None:
    total = round(math.fsum(10 * part for part in parts))
    shared = apportion([0.0, *parts, 0.0], total)
    assert (shared[0], shared[-1]) == (0, 0)


def test_a_tenth_that_nobody_earned_goes_to_the_first() -> None:
    assert apportion([0.0, 0.0], 1) == (1, 0)


def test_contributions_that_are_not_of_this_score_are_our_bug() -> None:
    with pytest.raises(OurBug, match="2 contributions sum to something else"):
        apportion([1.0, 2.0], 35)


@given(st.integers(-20_000, 20_000))
def test_points_read_back_as_they_were_written(tenths: int) -> None:
    assert read(signed(tenths)) == tenths
    assert read(unsigned(abs(tenths))) == abs(tenths)


def test_signed_points_use_the_real_minus() -> None:
    assert (signed(-123), signed(123), signed(0), signed(-5)) == ("−12.3", "+12.3", "0.0", "−0.5")
