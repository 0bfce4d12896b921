import numpy as np
import pytest

from training.concordance import auc, auc_interval
from training.errors import TooLittleData


def pairs(y, score, strata=None):  # type: ignore[no-untyped-def]
    """Slow and obvious: every positive against every negative."""
    won = total = 0.0
    for i in np.flatnonzero(y == 1):
        for j in np.flatnonzero(y == 0):
            if strata is None or strata[i] == strata[j]:
                total += 1
                won += 1.0 if score[i] > score[j] else 0.5 if score[i] == score[j] else 0.0
    return won / total


def test_auc_equals_counting_all_pairs_with_ties_as_halves() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        y, score = rng.integers(0, 2, 60), rng.integers(0, 9, 60).astype(float)
        assert auc(y, score) == pytest.approx(pairs(y, score), abs=1e-12)


def test_stratified_auc_counts_only_pairs_within_a_stratum() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        y, score = rng.integers(0, 2, 60), rng.integers(0, 9, 60).astype(float)
        strata = rng.choice(["a", "b", "c"], 60)
        assert auc(y, score, strata) == pytest.approx(pairs(y, score, strata), abs=1e-12)


def test_ranking_that_only_knows_the_inspector_is_worthless_within_inspectors() -> None:
    inspector = np.array(["strict"] * 4 + ["lenient"] * 4)
    y = np.array([1, 1, 1, 0, 1, 0, 0, 0])
    score = (inspector == "strict").astype(float)
    assert auc(y, score) == 0.75
    assert auc(y, score, inspector) == 0.5


def test_interval_is_wider_when_rows_repeat_few_businesses() -> None:
    rng = np.random.default_rng(2)
    score = rng.normal(size=600)
    y = (rng.random(600) < 1 / (1 + np.exp(-score))).astype(int)
    alone = auc_interval(y, score, np.arange(600).astype(str), seed=1)
    repeated = auc_interval(
        np.repeat(y[:60], 10), np.repeat(score[:60], 10), np.repeat(np.arange(60), 10).astype(str),
        seed=1,
    )  # fmt: skip
    assert alone.low < alone.value < alone.high
    assert repeated.high - repeated.low > 1.5 * (alone.high - alone.low)


def test_difference_of_a_ranking_with_itself_is_exactly_zero() -> None:
    y, score = np.array([0, 1, 0, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    interval = auc_interval(y, score, np.array(["a", "b", "c", "d"]))
    difference = interval.minus(interval)
    assert (difference.value, difference.low, difference.high) == (0.0, 0.0, 0.0)


def test_difference_is_narrower_than_its_parts_when_rankings_are_alike() -> None:
    rng = np.random.default_rng(3)
    score = rng.normal(size=400)
    y = (rng.random(400) < 1 / (1 + np.exp(-score))).astype(int)
    entity = np.arange(400).astype(str)
    one = auc_interval(y, score, entity)
    other = auc_interval(y, score + rng.normal(0, 0.1, 400), entity)
    difference = one.minus(other)
    assert difference.high - difference.low < 0.5 * (one.high - one.low)


def test_rows_without_a_positive_have_no_auc() -> None:
    with pytest.raises(TooLittleData, match="0 positives among 3 rows"):
        auc_interval(np.zeros(3, dtype=int), np.arange(3.0), np.array(["a", "b", "c"]))
