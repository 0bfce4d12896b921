from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.decision.grading import clipped, level_of, probability, score_tenths, tier_of
from serving.manifest import Calibration, LevelCuts, ScoreScale, TierCuts

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


@pytest.mark.parametrize(
    ("chance", "level"),
    [(0.3, "red"), (0.1, "orange"), (0.0999, "yellow"), (0.02, "blue"), (0.0199, None)],
)
def test_the_gravest_level_reached_is_told(chance: float, level: str | None) -> None:
    assert level_of(chance, LEVELS) == level
