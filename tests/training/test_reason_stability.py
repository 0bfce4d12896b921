from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from serving.manifest import FeatureSpec, feature_specs
from tests.training.made_up import FEATURES, sample
from tests.training.small_town import catalogue
from training.fit import FitSettings, fit
from training.reason_stability import FirstReasons, same


def specs() -> tuple[FeatureSpec, ...]:
    [spec, *_] = feature_specs(catalogue())
    return tuple(
        replace(spec, name=f.name, reason=f"reason of {f.name}", direction=f.direction.value)
        for f in FEATURES
    )


def test_first_reason_is_what_speaks_most_against_the_better_tier() -> None:
    rows = sample(4000)
    model = fit(rows, FEATURES, FitSettings(max_rounds=30, patience=30, min_rows_in_leaf=20))
    clean = np.array([[0.0, 3.0, 2000.0, 0.0, 0.0]])
    told = FirstReasons.of_model(model.text, specs(), {("C", None): clean})
    worse = np.array([[4.0, 3.0, 2000.0, 0.0, 0.0], [0.0, 3.0, 2000.0, 0.0, 0.0]])
    reasons = told.of(worse, np.array(["D", "D"]))
    assert reasons.tolist() == ["reason of penalty_count_36m", ""]


def test_nobody_in_the_best_tier_is_asked() -> None:
    rows = sample(2000)
    model = fit(rows, FEATURES, FitSettings(max_rounds=10, patience=10, min_rows_in_leaf=20))
    told = FirstReasons.of_model(model.text, specs(), {("A", None): rows.X[:5]})
    assert told.of(rows.X[:3], np.array(["A", "A", "A"])).tolist() == ["", "", ""]


def test_share_counts_only_those_who_had_a_reason() -> None:
    first = np.array(["R304", "R301", "", "R304"])
    second = np.array(["R304", "R206", "R301", "R304"])
    assert same(first, second) == (pytest.approx(2 / 3), 3)
    assert same(np.array([""]), np.array(["R304"])) == (None, 0)
