from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.decision.grading import (
    clipped,
    interval,
    intervals,
    level_of,
    probability,
    score_tenths,
    tier_of,
)
from serving.manifest import Band, Calibration, LevelCuts, ScoreScale, TierCuts

SCALE = ScoreScale(pdo=40, anchor_score=600, anchor_odds=1.0, factor=50.0, offset=600.0)
CUTS = TierCuts(A=7000, B=5000, C=3000)
LEVELS = LevelCuts(red=0.3, orange=0.1, yellow=0.05, blue=0.02)
KNOTS = Calibration((-4.0, -2.0, 0.0), (0.01, 0.05, 0.45))


def test_a_unit_of_log_odds_costs_the_factor() -> None:
    assert score_tenths(0.0, SCALE) == 6000
    assert score_tenths(1.0, SCALE) == 5500


def test_a_score_stays_within_0_and_1000_points() -> None:
    assert (clipped(-3), clipped(10_001), clipped(6124)) == (0, 10_000, 6124)


def test_a_cut_off_belongs_to_the_better_tier() -> None:
    assert [tier_of(tenths, CUTS) for tenths in (10_000, 7000, 6999, 5000, 4999, 3000, 0)] == [
        "A", "A", "B", "B", "C", "C", "D",
    ]  # fmt: skip


def test_probability_is_linear_between_knots_and_level_beyond() -> None:
    assert probability(-9.0, KNOTS) == 0.01
    assert probability(-3.0, KNOTS) == 0.03
    assert probability(-1.0, KNOTS) == 0.25
    assert probability(5.0, KNOTS) == 0.45


def test_probability_has_four_decimals() -> None:
    assert probability(-3.3333, KNOTS) == 0.0233


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_a_higher_margin_never_has_a_lower_probability(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert probability(low, KNOTS) <= probability(high, KNOTS)


@st.composite
def banded(draw: st.DrawFn) -> Calibration:
    """Any map and band that a bundle may hold: both rise, the map lies within."""
    n = draw(st.integers(1, 6))
    gaps = draw(st.lists(st.floats(1e-6, 5), min_size=n, max_size=n))
    part = st.lists(st.floats(0, 1), min_size=n, max_size=n)
    rising = np.sort(np.array([draw(part), draw(part), draw(part)]), axis=0)
    low, p, high = (tuple(np.sort(side).tolist()) for side in rising)
    return Calibration(tuple(accumulate(gaps, initial=-4.0))[1:], p, Band(0.9, low, high))


def test_interval_is_linear_between_knots_and_rounded_outwards() -> None:
    knots = Calibration((-4.0, 0.0), (0.01, 0.41), Band(0.9, (0.00011, 0.3), (0.02, 0.50019)))
    assert interval(-9.0, knots) == (1, 200)
    assert interval(-2.0, knots) == (1500, 2601)
    assert interval(3.0, knots) == (3000, 5002)


def test_a_map_without_a_band_has_no_interval() -> None:
    assert interval(-2.0, KNOTS) is None


@given(banded(), st.lists(st.floats(-9, 40), min_size=2, max_size=8))
def test_interval_holds_the_probability_and_never_falls(
    knots: Calibration, margins: list[float]
) -> None:
    told = [interval(margin, knots) for margin in sorted(margins)]
    lows, highs = zip(*(ends for ends in told if ends is not None), strict=True)
    assert len(lows) == len(margins)
    for margin, low, high in zip(sorted(margins), lows, highs, strict=True):
        assert low <= round(probability(margin, knots) * 10_000) <= high
        assert 0 <= low <= high <= 10_000
    assert list(lows) == sorted(lows)
    assert list(highs) == sorted(highs)


@given(banded(), st.lists(st.floats(-9, 40), min_size=1, max_size=8))
def test_many_intervals_are_those_of_each_margin(knots: Calibration, margins: list[float]) -> None:
    asked = [*margins, *knots.margin]
    assert knots.band is not None
    low, high = intervals(np.array(asked), knots.margin, knots.band)
    each = [interval(margin, knots) for margin in asked]
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == each


@pytest.mark.parametrize(
    ("chance", "level"),
    [(0.3, "red"), (0.1, "orange"), (0.0999, "yellow"), (0.02, "blue"), (0.0199, None)],
)
def test_the_gravest_level_reached_is_told(chance: float, level: str | None) -> None:
    assert level_of(chance, LEVELS) == level
