import numpy as np
import pytest

from serving.decision import grading
from serving.manifest import LEVELS, Calibration
from training.errors import TooLittleData
from training.scale import score_scale
from training.tiers import score_tenths, tier_cuts, tier_cuts_at, warning_levels

SHARES = {"A": 0.6, "B": 0.3, "C": 0.075, "D": 0.025}
SCALE = score_scale(pdo=50, anchor_score=600, anchor_odds=0.05)


def test_score_is_the_one_a_decision_gives() -> None:
    margins = np.random.default_rng(0).normal(-3, 4, 500)
    assert score_tenths(margins, SCALE).tolist() == [
        grading.clipped(grading.score_tenths(float(m), SCALE)) for m in margins
    ]


def test_doubling_the_odds_costs_the_declared_points() -> None:
    low, high = np.log(0.05), np.log(0.10)
    assert score_tenths(np.array([low, high]), SCALE).tolist() == [6000, 5500]


def test_cuts_reach_the_target_shares_on_distinct_scores() -> None:
    choice = tier_cuts(np.arange(1, 1001), SHARES)  # type: ignore[arg-type]
    assert choice.shares == pytest.approx(SHARES)
    assert grading.tier_of(choice.cuts.A, choice.cuts) == "A"
    assert grading.tier_of(choice.cuts.A - 1, choice.cuts) == "B"


def test_equal_scores_are_never_parted_and_the_reached_share_says_so() -> None:
    tenths = np.array([9000] * 70 + [5000] * 20 + [3000] * 8 + [1000] * 2)
    choice = tier_cuts(tenths, SHARES)  # type: ignore[arg-type]
    assert choice.shares == pytest.approx({"A": 0.7, "B": 0.2, "C": 0.08, "D": 0.02})


def test_too_few_distinct_scores_are_refused() -> None:
    with pytest.raises(TooLittleData, match=r"tier C.*2 distinct scores"):
        tier_cuts(np.array([9000, 1000]), SHARES)  # type: ignore[arg-type]


def test_levels_fall_from_red_to_blue_and_hold_their_shares() -> None:
    p = np.random.default_rng(1).beta(1, 30, 20_000)
    share = {"red": 0.005, "orange": 0.015, "yellow": 0.03, "blue": 0.10}
    cuts = warning_levels(p, share)  # type: ignore[arg-type]
    got = [grading.level_of(round(float(one), 4), cuts) for one in p]
    for level in LEVELS:
        assert got.count(level) / len(p) == pytest.approx(share[level], abs=0.004)


def test_outcome_that_hardly_happens_gives_no_levels() -> None:
    share = {"red": 0.1, "orange": 0.1, "yellow": 0.1, "blue": 0.1}
    with pytest.raises(TooLittleData, match="no warning level"):
        warning_levels(np.full(10, 0.00001), share)  # type: ignore[arg-type]


CURVE = Calibration((-6.0, -4.0, -2.0, 0.0), (0.002, 0.02, 0.15, 0.6))


def test_cut_by_probability_puts_nobody_riskier_into_a_better_tier() -> None:
    margin = np.random.default_rng(1).normal(-4.0, 1.5, 4000)
    tenths = score_tenths(margin, SCALE)
    limits = {"A": 0.01, "B": 0.05, "C": 0.2}
    choice = tier_cuts_at(tenths, limits, CURVE, SCALE)  # type: ignore[arg-type]  # tier letters
    p = np.interp(margin, CURVE.margin, CURVE.probability)
    assert p[tenths >= choice.cuts.A].max() <= 0.01 + 1e-3
    assert p[tenths < choice.cuts.C].min() >= 0.2 - 1e-3
    assert sum(choice.shares.values()) == pytest.approx(1.0)


def test_probabilities_that_never_occur_cut_nothing_and_are_refused() -> None:
    limits = {"A": 0.7, "B": 0.8, "C": 0.9}
    with pytest.raises(TooLittleData, match="beyond the probabilities that occur"):
        tier_cuts_at(np.arange(10), limits, CURVE, SCALE)  # type: ignore[arg-type]
