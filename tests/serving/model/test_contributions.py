"""Contributions are exact Shapley values, equal to LightGBM's and shap's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving.errors import ModelRefused, RowsRefused
from serving.model import layout
from serving.model.contributions import Explainer
from serving.model.scorer import Scorer
from serving.model.trees import Trees
from tests.serving.brute_force import shapley, worth_by_cover, worth_by_reference
from tests.serving.random_models import random_rows, staircase, trained, training_rows

KINDS: dict[str, dict[str, object]] = {
    "binary": {"objective": "binary"},
    "dart": {"boosting": "dart"},
    "zero is missing": {"zero_as_missing": True},
    "nothing is missing": {"use_missing": False},
    "monotone": {"monotone_constraints": [1, -1, 0, 0, 0, 0]},
    "many leaves": {"num_leaves": 120, "max_bin": 1000, "min_data_in_leaf": 1},
    "stumps": {"num_leaves": 2},
}


def explainer_of(booster: lightgbm.Booster) -> Explainer:
    return Explainer(Trees.parse(booster.model_to_string()))


@pytest.mark.parametrize("kind", KINDS)
def test_contributions_equal_pred_contrib(kind: str) -> None:
    booster = trained(1, **KINDS[kind])
    X = random_rows(2, 400)
    np.testing.assert_allclose(
        explainer_of(booster).contributions(X),
        booster.predict(X, pred_contrib=True),
        rtol=1e-9,
        atol=1e-12,
    )


MODELS = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "rounds": st.integers(1, 6),
        "categories": st.booleans(),
        "num_leaves": st.integers(2, 60),
        "max_depth": st.integers(1, 12),
        "zero_as_missing": st.booleans(),
        "min_data_in_leaf": st.sampled_from([1, 5, 40]),
        "monotone_constraints": st.lists(st.sampled_from([-1, 0, 1]), min_size=4, max_size=4).map(
            lambda directions: [*directions, 0, 0]
        ),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(model=MODELS)
def test_any_model_is_scored_and_explained_as_lightgbm_does(model: dict[str, Any]) -> None:
    booster = trained(n=300, **model)
    seed = model["seed"]
    X = random_rows(seed + 1, 60)
    trees = Trees.parse(booster.model_to_string())
    raw = booster.predict(X, raw_score=True)
    assert Scorer(trees).margins(X).tobytes() == raw.tobytes()
    explainer = Explainer(trees)
    expected = booster.predict(X, pred_contrib=True)
    np.testing.assert_allclose(explainer.contributions(X), expected, rtol=1e-7, atol=1e-11)
    against = explainer.against(X[:9]).contributions(X)
    np.testing.assert_allclose(against.sum(axis=1), raw, rtol=0, atol=1e-11)
    np.testing.assert_allclose(against[:, -1], raw[:9].mean(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_contributions_are_the_definition_over_all_coalitions(seed: int) -> None:
    booster = trained(seed, rounds=3, num_leaves=10)
    trees = Trees.parse(booster.model_to_string())
    X, references = random_rows(seed, 4), random_rows(seed + 9, 7)
    explainer, scorer = Explainer(trees), Scorer(trees)
    by_cover = explainer.contributions(X)
    by_reference = explainer.against(references).contributions(X)
    for row, cover, reference in zip(X, by_cover, by_reference, strict=True):
        np.testing.assert_allclose(cover, shapley(6, worth_by_cover(trees, row)), atol=1e-12)
        worth = worth_by_reference(scorer.margins, row, references)
        np.testing.assert_allclose(reference, shapley(6, worth), atol=1e-12)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # shap's own imports and advice
def test_contributions_equal_shap() -> None:
    import shap

    booster = trained(4, categories=False)
    X, references = training_rows(5, 50), training_rows(6, 30)
    explainer = explainer_of(booster)
    by_path = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
    np.testing.assert_allclose(
        explainer.contributions(X)[:, :-1], by_path.shap_values(X), rtol=1e-7, atol=1e-9
    )
    by_reference = shap.TreeExplainer(
        booster, data=references, feature_perturbation="interventional"
    )
    # shap holds thresholds in single precision, which moves a value near one across it.
    np.testing.assert_allclose(
        explainer.against(references).contributions(X)[:, :-1],
        by_reference.shap_values(X),
        rtol=1e-6,
        atol=1e-6,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_contributions_sum_to_the_margin(kind: str) -> None:
    booster = trained(1, **KINDS[kind])
    X = random_rows(2, 400)
    explainer = explainer_of(booster)
    margins = booster.predict(X, raw_score=True)
    for parts in (explainer.contributions(X), explainer.against(X[:50]).contributions(X)):
        np.testing.assert_allclose(parts.sum(axis=1), margins, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ["binary", "many leaves"])
def test_a_row_has_the_same_bytes_alone_in_company_and_with_threads(kind: str) -> None:
    explainer = explainer_of(trained(1, **KINDS[kind]))
    X = random_rows(2, 2500)
    together = explainer.contributions(X)
    for size in (1, 3, 8, 100):
        parts = [explainer.contributions(X[i : i + size]) for i in range(0, 300, size)]
        assert np.vstack(parts)[:300].tobytes() == together[:300].tobytes()
    assert explainer.contributions(X, threads=3).tobytes() == together.tobytes()


def test_a_second_copy_of_the_references_changes_nothing() -> None:
    explainer = explainer_of(trained(1))
    X, references = random_rows(2, 50), random_rows(3, 32)
    once = explainer.against(references).contributions(X)
    twice = explainer.against(np.vstack([references, references])).contributions(X)
    np.testing.assert_allclose(once, twice, rtol=0, atol=1e-13)


def test_a_row_explained_against_itself_has_no_contributions() -> None:
    explainer = explainer_of(trained(1))
    row = random_rows(2, 1)
    contributions = explainer.against(row).contributions(row)
    np.testing.assert_allclose(contributions[0, :-1], 0.0, atol=1e-13)


def test_a_model_of_one_leaf_has_only_an_expectation() -> None:
    data = lightgbm.Dataset(np.zeros((50, 2)), np.full(50, 3.0))
    booster = lightgbm.train({"verbose": -1}, data, 2)
    rows = np.ones((1, 2))
    assert explainer_of(booster).contributions(rows).tolist() == [[0.0, 0.0, 3.0]]
    assert explainer_of(booster).against(rows).contributions(rows).tolist() == [[0.0, 0.0, 3.0]]


def test_a_feature_no_tree_tests_contributes_nothing() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(300, 400))
    data = lightgbm.Dataset(X, X[:, 137] + X[:, 250])
    booster = lightgbm.train({"verbose": -1, "num_leaves": 3, "num_threads": 1}, data, 2)
    contributions = explainer_of(booster).contributions(X)
    assert set(np.flatnonzero(contributions.any(axis=0))) <= {137, 250, 400}
    np.testing.assert_allclose(contributions, booster.predict(X, pred_contrib=True), atol=1e-12)


def recounted(text: str, key: str, count: str) -> str:
    """One tree's counts replaced, sizes made to fit."""
    changed = re.sub(rf"\n{key}=[^\n]*", f"\n{key}={count}", text, count=1)
    size = int(re.search(r"tree_sizes=([0-9]+)", text)[1]) + len(changed) - len(text)  # type: ignore[index]  # always there
    return re.sub(r"tree_sizes=[0-9]+", f"tree_sizes={size}", changed)


def test_a_leaf_no_training_row_reached_has_its_shapley_values() -> None:
    text = trained(1, rounds=1, num_leaves=3).model_to_string()
    trees = Trees.parse(recounted(text, "leaf_count", "0 300 300"))
    X = random_rows(2, 20)
    contributions = Explainer(trees).contributions(X)
    for row, own in zip(X, contributions, strict=True):
        np.testing.assert_allclose(own, shapley(6, worth_by_cover(trees, row)), atol=1e-12)


def test_a_node_no_training_row_reached_is_refused() -> None:
    text = trained(1, rounds=1, num_leaves=3).model_to_string()
    trees = Trees.parse(recounted(text, "internal_count", "600 0"))
    with pytest.raises(ModelRefused, match="node without training rows"):
        Explainer(trees)


def test_a_model_beyond_the_memory_bound_is_refused_before_it_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(layout, "MEMORY_BOUND", 2**12)
    with pytest.raises(ModelRefused, match=r"different features. Next: train with max_depth"):
        explainer_of(trained(1))


@pytest.mark.parametrize("features", [1, 2, 7, 13, pytest.param(17, marks=pytest.mark.slow)])
def test_a_staircase_is_explained_as_lightgbm_does(features: int) -> None:
    text = staircase(features)
    booster = lightgbm.Booster(model_str=text)
    X = (np.random.default_rng(features).random((30, features)) < 0.7).astype(np.float64)
    explainer = Explainer(Trees.parse(text))
    expected = booster.predict(X, pred_contrib=True)
    np.testing.assert_allclose(explainer.contributions(X), expected, rtol=1e-8, atol=1e-10)
    by_reference = explainer.against(X[:5]).contributions(X)
    margins = booster.predict(X, raw_score=True)
    np.testing.assert_allclose(by_reference.sum(axis=1), margins, rtol=0, atol=1e-10)


def test_too_many_features_on_one_path_are_refused() -> None:
    with pytest.raises(ModelRefused, match="at most 20 different features on a path, got 21"):
        Explainer(Trees.parse(staircase(21)))


def test_memory_is_told() -> None:
    explainer = explainer_of(trained(1))
    assert 10_000 < explainer.nbytes < 5_000_000
    assert 1_000 < explainer.against(random_rows(1, 3)).nbytes < explainer.nbytes


def test_rows_of_another_kind_and_no_references_are_refused() -> None:
    explainer = explainer_of(trained(1))
    with pytest.raises(RowsRefused, match=r"expected C-contiguous float64 of shape \(n, 6\)"):
        explainer.contributions(np.zeros((2, 5)))
    with pytest.raises(RowsRefused, match="at least one row"):
        explainer.against(np.empty((0, 6)))


@pytest.mark.slow
def test_contributions_need_no_place_to_keep_machine_code(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    program = (
        "from pathlib import Path; import numpy as np; from serving.model.trees import Trees\n"
        "from serving.model.contributions import Explainer\n"
        f"text = Path({str(tmp_path / 'model.txt')!r}).read_text()\n"
        "print(Explainer(Trees.parse(text)).contributions(np.zeros((1, 6))).shape)"
    )
    trained(1, rounds=1).save_model(tmp_path / "model.txt")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "NUMBA_CACHE_DIR": str(blocked / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "(1, 7)", done.stderr
