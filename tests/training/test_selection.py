from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.training.made_up import FEATURES, sample
from training.fit import FitSettings, fit, gain_by_feature
from training.selection import unstable

SETTINGS = FitSettings(max_rounds=20, patience=20, min_rows_in_leaf=100)


def test_what_tells_something_is_kept_and_what_tells_nothing_is_not() -> None:
    rows = sample(4000)
    rows.X[:, 4] = 0.0  # the same for everyone
    left_out = unstable(rows, FEATURES, SETTINGS)
    assert "noise" in left_out
    assert not {"penalty_count_36m", "clean_check_count_36m", "grade"} & set(left_out)


def test_feature_that_is_not_used_has_no_part_in_the_model() -> None:
    rows = sample(3000)
    model = fit(rows, FEATURES, replace(SETTINGS, unused=("penalty_count_36m",)))
    assert "penalty_count_36m" not in gain_by_feature(model.text)
    other = rows.X.copy()
    other[:, 0] += 7.0
    assert np.array_equal(model.margins(other), model.margins(rows.X))
