from dataclasses import replace

import lightgbm
import numpy as np
import pytest

from tests.training.made_up import FEATURES, sample
from training.concordance import auc
from training.errors import TooLittleData
from training.fit import FitSettings, fit, monotone_constraints

SETTINGS = FitSettings(max_rounds=60, patience=10, min_rows_in_leaf=20)


def test_same_data_and_seed_give_the_same_bytes() -> None:
    first, second = fit(sample(), FEATURES, SETTINGS), fit(sample(), FEATURES, SETTINGS)
    assert first.text.encode() == second.text.encode()


def test_another_seed_gives_another_model() -> None:
    other = fit(sample(), FEATURES, replace(SETTINGS, seed=2))
    assert other.text != fit(sample(), FEATURES, SETTINGS).text


@pytest.mark.parametrize(("column", "sign"), [(0, 1), (1, -1), (4, 1)])
def test_risk_moves_only_in_the_declared_direction(column: int, sign: int) -> None:
    model = fit(sample(), FEATURES, SETTINGS)
    rows = sample(300, seed=9).X
    values = np.linspace(np.nanmin(rows[:, column]), np.nanmax(rows[:, column]), 25)
    swept = np.repeat(rows, len(values), axis=0)
    swept[:, column] = np.tile(values, len(rows))
    steps = np.diff(model.margins(swept).reshape(len(rows), len(values)), axis=1)
    assert (sign * steps >= 0).all()


def test_codes_have_no_direction() -> None:
    assert monotone_constraints(FEATURES) == [1, -1, 0, 0, 1]


def test_model_holds_the_base_rate_itself() -> None:
    rows = sample(6000)
    model = fit(rows, FEATURES, SETTINGS)
    assert (1 / (1 + np.exp(-model.margins(rows.X)))).mean() == pytest.approx(
        rows.y.mean(), abs=0.01
    )


def test_margins_are_those_of_lightgbm_on_the_same_text() -> None:
    rows = sample(500)
    model = fit(sample(), FEATURES, SETTINGS)
    theirs = lightgbm.Booster(model_str=model.text).predict(rows.X, raw_score=True)
    assert model.margins(rows.X).tolist() == np.asarray(theirs).tolist()


def test_no_tree_is_deeper_than_declared() -> None:
    model = fit(sample(), FEATURES, SETTINGS)
    frame = lightgbm.Booster(model_str=model.text).trees_to_dataframe()
    assert frame["node_depth"].max() - 1 <= SETTINGS.depth


def test_nuisance_offsets_are_absent_from_scoring_yet_their_level_is_kept() -> None:
    rows = sample(8000, groups=(-1.5, 0.0, 1.5))
    model = fit(rows, FEATURES, SETTINGS)
    assert model.nuisance is not None
    effects = model.nuisance.effect
    assert effects["group 0"] < effects["group 1"] < effects["group 2"]
    assert "group" not in model.text.split("feature_infos")[0]
    margins = model.margins(rows.X)
    mean = sum(
        (1 / (1 + np.exp(-(margins + effect)))).mean() / len(effects) for effect in effects.values()
    )
    assert mean == pytest.approx(rows.y.mean(), abs=0.02)


def test_adjusting_helps_when_strict_inspectors_visit_certain_businesses() -> None:
    rows = sample(8000, groups=(-1.5, 1.5))
    assert rows.nuisance is not None
    # A feature that tells nothing about a business but who visited it.
    visited = np.where(rows.nuisance == "group 1", 1.0, 0.0)
    X = rows.X.copy()
    X[:, 4] = visited + np.random.default_rng(3).normal(0, 0.3, len(rows))
    confounded = replace(rows, X=X)
    plain = fit(replace(confounded, nuisance=None), FEATURES, SETTINGS).margins(X)
    adjusted = fit(confounded, FEATURES, SETTINGS).margins(X)
    assert auc(rows.y, adjusted, rows.nuisance) > auc(rows.y, plain, rows.nuisance) - 1e-3
    assert abs(np.corrcoef(adjusted, visited)[0, 1]) < 0.1 < np.corrcoef(plain, visited)[0, 1]


def test_sample_without_positives_is_refused() -> None:
    rows = sample(200)
    with pytest.raises(TooLittleData, match="0 positives among 200 rows"):
        fit(replace(rows, y=np.zeros_like(rows.y)), FEATURES, SETTINGS)


def test_data_that_say_nothing_give_a_constant_model() -> None:
    rows = sample(400)
    blind = replace(rows, X=np.zeros_like(rows.X))
    model = fit(blind, FEATURES, SETTINGS)
    rate = rows.y.mean()
    assert model.margins(blind.X)[:3] == pytest.approx([np.log(rate / (1 - rate))] * 3)


def test_row_of_weight_two_counts_as_two() -> None:
    rows = sample(2000)
    twice = np.where(rows.y == 1, 2.0, 1.0)
    model = fit(replace(rows, weight=twice), FEATURES, SETTINGS)
    rate = 2 * rows.y.sum() / (2 * rows.y.sum() + (rows.y == 0).sum())
    said = np.average(1 / (1 + np.exp(-model.margins(rows.X))), weights=twice)
    assert said == pytest.approx(rate, abs=0.02)


def test_weights_of_one_change_nothing() -> None:
    rows = sample(2000)
    weighted = fit(replace(rows, weight=np.ones(len(rows))), FEATURES, SETTINGS)
    assert weighted.margins(rows.X) == pytest.approx(
        fit(rows, FEATURES, SETTINGS).margins(rows.X), abs=1e-9
    )
