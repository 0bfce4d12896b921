from itertools import pairwise

import numpy as np
import pytest

from serving.decision.grading import probability
from training.calibrate import calibrate, level, probabilities
from training.errors import TooLittleData
from training.evaluate import ece


def overconfident(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Margins twice as far from −2 as the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(-2.0, 1.0, rows)
    y = (rng.random(rows) < 1 / (1 + np.exp(-truth))).astype(np.int64)
    return y, 2 * (truth + 2.0) - 2.0


def test_level_follows_what_happened_and_keeps_the_order() -> None:
    rng = np.random.default_rng(5)
    margin = rng.normal(-3.0, 1.0, 20_000)
    y = (rng.random(20_000) < 1 / (1 + np.exp(-margin))).astype(np.int64)
    curve = calibrate(y, margin)
    louder = margin + 0.5  # the model that ships says more of everyone
    found = level(curve, y, louder)
    assert found.before > 1.3
    assert found.shift == pytest.approx(-0.5, abs=0.05)
    moved = found.of(curve)
    assert probabilities(louder, moved).sum() == pytest.approx(y.sum(), abs=0.5)
    assert moved.probability == curve.probability


def test_calibrated_probabilities_mean_what_they_say_on_other_rows() -> None:
    calibration = calibrate(*overconfident(20_000, seed=1))
    y, margin = overconfident(20_000, seed=2)
    assert ece(y, 1 / (1 + np.exp(-margin))) > 0.03
    assert ece(y, probabilities(margin, calibration)) < 0.01


def test_curve_rises_strictly_so_that_two_margins_never_tie() -> None:
    y, margin = overconfident(5000, seed=3)
    calibration = calibrate(y, margin)
    assert all(a < b for a, b in pairwise(calibration.margin))
    assert all(a < b for a, b in pairwise(calibration.probability))
    assert calibration.margin[0] <= margin.min()
    assert calibration.margin[-1] >= margin.max()
    assert calibration.probability[0] > 0
    assert calibration.probability[-1] < 1


def test_curve_reads_the_same_here_and_in_a_decision() -> None:
    calibration = calibrate(*overconfident(3000, seed=4))
    for margin in (-9.0, -3.3, -1.0, 0.5, 7.0):
        [here] = probabilities(np.array([margin]), calibration)
        assert probability(margin, calibration) == round(float(here), 4)


def test_single_margin_for_all_gives_the_base_rate() -> None:
    calibration = calibrate(np.array([0, 0, 0, 1]), np.zeros(4))
    assert probabilities(np.array([-1.0, 0.0, 1.0]), calibration) == pytest.approx([0.25] * 3)


def test_rows_of_one_kind_cannot_calibrate() -> None:
    with pytest.raises(TooLittleData, match="0 positives among 5 rows"):
        calibrate(np.zeros(5, dtype=np.int64), np.arange(5.0))
