import numpy as np
import pytest

from training.migration import Migration
from training.psi import psi, shift


def test_moves_are_counted_by_how_many_tiers_they_cross() -> None:
    moved = Migration(counts=((50, 4, 1, 0), (3, 30, 0, 0), (0, 0, 10, 0), (2, 0, 0, 0)), psi=0.0)
    assert moved.moved == pytest.approx(10 / 100)
    assert moved.moved_two == pytest.approx(3 / 100)


def test_psi_of_a_shifted_score_is_large_and_of_a_copy_nothing() -> None:
    score = np.random.default_rng(0).normal(600, 50, 5000)
    assert psi(score, score) == 0.0
    assert psi(score, score + 5) < 0.05
    assert psi(score, score + 50) > 0.25


def test_values_that_go_missing_are_a_move() -> None:
    before = np.arange(1000.0)
    after = np.where(before < 300, np.nan, before)
    assert psi(before, after) > 0.5


def test_counts_that_are_mostly_nought_move_with_their_few() -> None:
    before = np.array([0.0] * 990 + [1.0] * 10)
    after = np.array([0.0] * 900 + [1.0] * 100)
    assert psi(before, after) > 0.15
    assert psi(before, before) == 0.0


def test_features_are_told_furthest_first() -> None:
    rng = np.random.default_rng(2)
    learnt, scored = rng.normal(size=(2000, 2)), rng.normal((0.0, 1.0), size=(2000, 2))
    found = shift(("still", "moved"), learnt, scored, (learnt[:, 1], scored[:, 1]))
    assert list(found.features) == ["moved", "still"]
    assert found.score == found.features["moved"] > 0.5
