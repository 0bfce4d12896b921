from __future__ import annotations

import numpy as np
import pytest

from training.drift import moved

NAN = float("nan")


def test_samples_of_one_population_differ_by_about_what_chance_gives() -> None:
    rng = np.random.default_rng(2)
    found = [moved(rng.normal(size=400), rng.normal(size=400)) for _ in range(50)]
    assert np.mean([one.psi for one in found]) == pytest.approx(found[0].by_chance, rel=0.3)
    assert max(one.beyond_chance for one in found) < 0.1


def test_ratio_and_sureness_of_those_with_another_value_than_the_usual() -> None:
    found = moved(np.array([NAN] * 98 + [5.0, 7.0]), np.array([NAN] * 194 + [1.0] * 6))
    assert (found.before, found.of_before, found.after, found.of_after) == (2, 100, 6, 200)
    assert found.ratio == pytest.approx(1.5)
    assert 0 < found.sureness < 1
    assert moved(np.zeros(10), np.ones(10)).ratio is None
    assert moved(np.zeros(10), np.zeros(10)).sureness == 0.0
