"""Contributions are exact Shapley values, equal to LightGBM's and shap's."""

from __future__ import annotations

import numpy as np
import pytest

from serving.contributions import Explainer
from serving.trees import Trees
from tests.serving.random_models import random_rows, trained

KINDS: dict[str, dict[str, object]] = {
    "binary": {"objective": "binary"},
    "dart": {"boosting": "dart"},
    "zero is missing": {"zero_as_missing": True},
    "nothing is missing": {"use_missing": False},
    "monotone": {"monotone_constraints": [1, -1, 0, 0, 0, 0]},
    "many leaves": {"num_leaves": 120, "max_bin": 1000, "min_data_in_leaf": 1},
    "stumps": {"num_leaves": 2},
}


@pytest.mark.parametrize("kind", KINDS)
def test_contributions_equal_pred_contrib(kind: str) -> None:
    booster = trained(1, **KINDS[kind])
    X = random_rows(2, 400)
    contributions = Explainer(Trees.parse(booster.model_to_string())).contributions(X)
    np.testing.assert_allclose(
        contributions, booster.predict(X, pred_contrib=True), rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("kind", KINDS)
def test_contributions_sum_to_the_margin(kind: str) -> None:
    booster = trained(1, **KINDS[kind])
    X = random_rows(2, 400)
    explainer = Explainer(Trees.parse(booster.model_to_string()))
    margins = booster.predict(X, raw_score=True)
    for parts in (explainer.contributions(X), explainer.against(X[:50]).contributions(X)):
        np.testing.assert_allclose(parts.sum(axis=1), margins, rtol=0, atol=1e-12)


def test_a_row_has_the_same_bytes_alone_in_company_and_with_threads() -> None:
    explainer = Explainer(Trees.parse(trained(1).model_to_string()))
    X = random_rows(2, 700)
    together = explainer.contributions(X)
    alone = np.vstack([explainer.contributions(X[row : row + 1]) for row in range(len(X))])
    assert together.tobytes() == alone.tobytes()
    assert together.tobytes() == explainer.contributions(X, threads=3).tobytes()
