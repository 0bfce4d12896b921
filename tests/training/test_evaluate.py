import numpy as np
import pytest

from training.evaluate import (
    Scored,
    early_discovery_days,
    ece,
    evaluate,
    ks,
    log_loss,
    precision_at,
    reliability,
)


def test_tie_across_the_capacity_counts_by_expectation() -> None:
    y = np.array([1, 1, 0, 0, 0])
    score = np.array([9.0, 5.0, 5.0, 5.0, 1.0])
    # One sure positive, then one of three tied rows of which one is positive.
    assert precision_at(y, score, 2) == pytest.approx((1 + 1 / 3) / 2)


def test_precision_does_not_depend_on_the_order_of_the_rows() -> None:
    rng = np.random.default_rng(0)
    y, score = rng.integers(0, 2, 50), rng.integers(0, 5, 50).astype(float)
    shuffled = rng.permutation(50)
    assert precision_at(y, score, 7) == pytest.approx(precision_at(y[shuffled], score[shuffled], 7))


def test_constant_ranking_finds_the_base_rate_and_no_day_earlier() -> None:
    y, day = np.array([1, 0, 0, 1]), np.array([1, 2, 3, 4])
    flat = np.zeros(4)
    assert precision_at(y, flat, 2) == 0.5
    assert early_discovery_days(y, flat, day) == 0.0  # positives on days 1 and 4, slots mean 2.5


def test_early_discovery_keeps_the_number_of_inspections_of_each_day() -> None:
    day = np.array([1, 1, 5, 9])  # two on day 1, one on day 5, one on day 9
    y = np.array([0, 0, 1, 1])
    score = np.array([1.0, 2.0, 3.0, 4.0])  # the last two would go on day 1
    assert early_discovery_days(y, score, day) == (4 + 8) / 2


def test_rows_tied_in_rank_share_the_mean_of_their_days() -> None:
    day = np.array([1, 3, 8])
    y = np.array([0, 0, 1])
    score = np.array([0.0, 7.0, 7.0])  # the tie occupies days 1 and 3
    assert early_discovery_days(y, score, day) == 8 - 2


def test_rows_are_never_moved_into_another_window() -> None:
    day, window = np.array([1, 2, 31, 32]), np.array([0, 0, 1, 1])
    y, score = np.array([0, 0, 0, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    assert early_discovery_days(y, score, day) == 31
    assert early_discovery_days(y, score, day, window) == 1


def test_ks_of_a_perfect_ranking_is_one() -> None:
    assert ks(np.array([0, 0, 1]), np.array([1.0, 2.0, 3.0])) == 1.0


def test_log_loss_of_a_coin_is_log_two() -> None:
    assert log_loss(np.array([0, 1]), np.array([0.5, 0.5])) == pytest.approx(np.log(2))


def test_calibration_error_does_not_part_equal_probabilities() -> None:
    p = np.array([0.2] * 10 + [0.6] * 10)
    y = np.array([1] * 2 + [0] * 8 + [1] * 5 + [0] * 5)
    assert ece(y, p) == pytest.approx(0.5 * 0.0 + 0.5 * 0.1)
    assert [round(share, 2) for share, _, _ in reliability(y, p)] == [0.5, 0.5]


def test_evaluation_names_only_the_figures_that_apply() -> None:
    scored = Scored(
        y=np.array([0, 1, 0, 1] * 10),
        score=np.array([0.1, 0.9, 0.2, 0.7] * 10),
        entity_id=np.array([f"b{n}" for n in range(40)]),
        day=np.arange(40),
        window=np.zeros(40, dtype=np.int64),
    )
    figures = evaluate(scored).figures()
    assert figures["auc"] == 1.0
    assert figures["lift_top_decile"] == 2.0
    assert "brier" not in figures
    assert "stratified_auc" not in figures
    assert figures["early_discovery_days"] > 0


def weighted_rows() -> tuple[Scored, Scored]:
    """The same rows, once with weights and once as often as they weigh."""
    rng = np.random.default_rng(4)
    y, score = rng.integers(0, 2, 60), rng.integers(0, 9, 60).astype(float)
    p, times = rng.uniform(0.05, 0.95, 60), rng.integers(1, 5, 60)
    names, day = np.array([f"b{n}" for n in range(60)]), np.zeros(60, dtype=np.int64)
    weighted = Scored(y, score, names, day, p, weight=times.astype(float))
    rows = np.repeat(np.arange(60), times)
    repeated = Scored(y[rows], score[rows], names[rows], day[rows], p[rows])
    return weighted, repeated


def test_weighing_a_row_is_the_same_as_having_it_so_many_times() -> None:
    weighted, repeated = weighted_rows()
    first, second = evaluate(weighted, 0.2, replicates=5), evaluate(repeated, 0.2, replicates=5)
    for name in ("ks", "lift_top_decile", "precision_at_capacity", "brier", "log_loss"):
        assert getattr(first, name) == pytest.approx(getattr(second, name)), name
    assert first.auc.value == pytest.approx(second.auc.value)
    # The bins of the calibration error are full of rows, not of weight.
    assert first.ece == pytest.approx(second.ece, abs=0.15)


def test_every_figure_of_the_model_has_an_interval_around_it() -> None:
    scored, _ = weighted_rows()
    found = evaluate(scored, replicates=50)
    assert set(found.intervals) == {
        "ks", "lift_top_decile", "precision_at_capacity", "brier", "log_loss", "ece",
    }  # fmt: skip
    for interval in found.intervals.values():
        assert interval.low < interval.high
    assert found.figures()["brier_low"] < found.figures()["brier"] < found.figures()["brier_high"]


def test_capacity_larger_than_everyone_finds_everything_there_is() -> None:
    y, score = np.array([1, 0, 0, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    assert precision_at(y, score, 9) == 0.5
