"""A feature's bins are the ways a model can tell its values apart."""

from __future__ import annotations

import numpy as np
import pytest

from serving.errors import ModelRefused
from serving.model.bins import Bins
from serving.model.look_up import code_rows
from serving.model.trees import Trees
from tests.serving.random_models import SPECIAL, staircase, trained


def codes_of(trees: Trees, X: np.ndarray) -> np.ndarray:
    bins = Bins.of(trees)
    codes = np.zeros((len(bins.classes.features), len(X)), dtype=bins.dtype)
    code_rows(X, bins.classes, codes)
    return codes


def test_one_threshold_makes_two_bins_and_one_of_the_missing() -> None:
    X = np.array([[0.0], [0.5], [0.6], [np.inf], [np.nan]])
    assert codes_of(Trees.parse(staircase(1)), X).tolist() == [[0, 0, 1, 1, 2]]


def test_values_of_one_bin_go_the_same_way_at_every_node() -> None:
    booster = trained(2, rounds=8, zero_as_missing=True)
    trees = Trees.parse(booster.model_to_string())
    values = np.array([*SPECIAL, *np.linspace(-3, 75, 200)])
    slots = Bins.of(trees).classes.features
    for slot, column in enumerate(slots):
        X = np.zeros((len(values), 6))
        X[:, column] = values
        codes = codes_of(trees, X)[slot]
        leaves = booster.predict(X, pred_leaf=True)
        for code in np.unique(codes):
            assert len(np.unique(leaves[codes == code], axis=0)) == 1


def test_a_feature_that_is_a_number_and_a_category_is_refused() -> None:
    text = (
        staircase(2)
        .replace("num_cat=0", "num_cat=1")
        .replace("split_feature=0 1", "split_feature=0 0")
    )
    text = text.replace("threshold=0.5 0.5", "threshold=0.5 0").replace(
        "decision_type=2 2", "decision_type=2 1"
    )
    text = text.replace("is_linear=0", "cat_boundaries=0 1\ncat_threshold=5\nis_linear=0")
    tree = text[text.index("Tree=0") : text.index("end of trees")]
    text = text.replace(
        text[text.index("tree_sizes=") : text.index("\n\n")], f"tree_sizes={len(tree)}"
    )
    with pytest.raises(ModelRefused, match="feature of two kinds in column 0"):
        Bins.of(Trees.parse(text))
