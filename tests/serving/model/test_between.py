"""Contributions between two rows are exact Shapley values, whatever the model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving.model.between import between
from serving.model.contributions import Explainer
from serving.model.scorer import Scorer
from serving.model.trees import RowsRefused, Trees
from tests.serving.brute_force import shapley, worth_by_reference
from tests.serving.model.test_contributions import KINDS, MODELS
from tests.serving.random_models import random_rows, trained


@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(model=MODELS, rows=st.integers(0, 10_000))
def test_they_equal_the_contributions_against_one_reference(
    model: dict[str, object], rows: int
) -> None:
    trees = Trees.parse(trained(**model).model_to_string())  # type: ignore[arg-type]
    X = random_rows(rows, 24)
    expected = Explainer(trees).against(X[:1]).contributions(X)
    np.testing.assert_allclose(between(trees, X[:1], X), expected[:, :-1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_they_equal_brute_force_and_add_up_to_the_difference_of_the_margins(kind: str) -> None:
    trees = Trees.parse(trained(1, **KINDS[kind]).model_to_string())
    X = random_rows(3, 6)
    found = between(trees, X[:1], X)
    margins = Scorer(trees).margins(X)
    np.testing.assert_allclose(found.sum(axis=1), margins - margins[0], atol=1e-12)
    for row, values in zip(X, found, strict=True):
        expected = shapley(trees.n_features, worth_by_reference(Scorer(trees).margins, row, X[:1]))
        np.testing.assert_allclose(values, expected[:-1], rtol=1e-9, atol=1e-12)


def test_a_row_against_itself_has_nothing_and_equal_columns_have_nothing() -> None:
    trees = Trees.parse(trained(1).model_to_string())
    X = random_rows(4, 2)
    assert not between(trees, X[:1], X[:1]).any()
    X[1, 2] = X[0, 2]
    assert between(trees, X[:1], X[1:])[0, 2] == 0.0


def test_other_shapes_are_refused() -> None:
    trees = Trees.parse(trained(1).model_to_string())
    with pytest.raises(RowsRefused):
        between(trees, random_rows(1, 1)[:, :3], random_rows(1, 1))
