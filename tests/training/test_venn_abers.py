import numpy as np
import pytest

from tests.training.test_calibrate import overconfident
from training.calibrate import probabilities
from training.errors import TooLittleData
from training.evaluate import ece
from training.venn_abers import METHODS, bounds, choose, venn_abers


def test_merged_probabilities_mean_what_they_say_on_other_rows() -> None:
    calibration = venn_abers(*overconfident(20_000, seed=1))
    y, margin = overconfident(20_000, seed=2)
    assert ece(y, probabilities(margin, calibration)) < 0.01


def test_bounds_hold_the_true_probability_and_close_with_more_rows() -> None:
    at = np.array([-4.0, -2.0, 0.0])
    true = 1 / (1 + np.exp(-((at + 2.0) / 2 - 2.0)))  # `overconfident` doubles the distance
    few = bounds(*overconfident(1_000, seed=3), at)
    many = bounds(*overconfident(100_000, seed=3), at)
    assert ((few[1] - few[0]) > (many[1] - many[0])).all()
    assert (many[0] - 0.03 < true).all()
    assert (true < many[1] + 0.03).all()


def test_lower_bound_never_exceeds_the_upper() -> None:
    y, margin = overconfident(800, seed=4)
    low, high = bounds(y, margin, np.linspace(-9.0, 5.0, 60))
    assert (low <= high).all()
    assert (np.diff(low) >= -1e-12).all()
    assert (np.diff(high) >= -1e-12).all()


def test_method_is_chosen_on_later_rows_than_it_was_fitted_on() -> None:
    y, margin = overconfident(4_000, seed=5)
    period, part = np.repeat([0, 1], 2_000), np.arange(4_000) % 5
    choice = choose(y, margin, period, part)
    assert choice.out_of_time
    assert set(choice.losses) == set(METHODS)
    assert choice.losses[choice.method] == min(choice.losses.values())
    # What happened later decides between the methods, what happened before does not.
    again = choose(y, margin, period, part[::-1])
    assert again.losses == choice.losses


def test_one_period_is_judged_on_other_businesses() -> None:
    y, margin = overconfident(4_000, seed=6)
    choice = choose(y, margin, np.zeros(4_000, dtype=np.int64), np.arange(4_000) % 5)
    assert not choice.out_of_time


def test_rows_of_one_kind_cannot_be_calibrated() -> None:
    with pytest.raises(TooLittleData):
        venn_abers(np.ones(5, dtype=np.int64), np.arange(5.0))
