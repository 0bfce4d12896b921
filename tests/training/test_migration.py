import numpy as np
import pytest

from training.migration import Migration, psi


def test_moves_are_counted_by_how_many_tiers_they_cross() -> None:
    moved = Migration(counts=((50, 4, 1, 0), (3, 30, 0, 0), (0, 0, 10, 0), (2, 0, 0, 0)), psi=0.0)
    assert moved.moved == pytest.approx(10 / 100)
    assert moved.moved_two == pytest.approx(3 / 100)


def test_psi_of_a_shifted_score_is_large_and_of_a_copy_nothing() -> None:
    score = np.random.default_rng(0).normal(600, 50, 5000)
    assert psi(score, score) == 0.0
    assert psi(score, score + 5) < 0.05
    assert psi(score, score + 50) > 0.25
