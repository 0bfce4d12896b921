"""Margins are LightGBM's own, to the bit."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest

from serving.errors import RowsRefused
from serving.model.many_rows import MOST_LEAVES, ManyRows
from serving.model.scorer import MANY, Scorer
from serving.model.trees import Trees
from tests.serving.random_models import SPECIAL, random_rows, staircase, trained

KINDS: dict[str, dict[str, object]] = {
    "binary": {"objective": "binary"},
    "dart": {"boosting": "dart"},
    "goss": {"data_sample_strategy": "goss"},
    "zero is missing": {"zero_as_missing": True},
    "nothing is missing": {"use_missing": False},
    "monotone": {"monotone_constraints": [1, -1, 0, 0, 0, 0]},
    "many leaves": {"num_leaves": 120, "max_bin": 1000, "min_data_in_leaf": 1},
    "extra trees": {"extra_trees": True, "bagging_freq": 1, "bagging_fraction": 0.5},
    "ranking": {"objective": "lambdarank"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_margins_equal_raw_scores_to_the_bit(kind: str) -> None:
    booster = trained(1, **KINDS[kind])
    X = random_rows(2, 400)
    margins = Scorer(Trees.parse(booster.model_to_string())).margins(X)
    assert margins.tobytes() == booster.predict(X, raw_score=True).tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_many_rows_together_have_the_bytes_of_each_walked_alone(kind: str) -> None:
    trees = Trees.parse(trained(1, **KINDS[kind]).model_to_string())
    X = random_rows(4, MANY + 700)
    scorer = Scorer(trees)
    alone = np.concatenate([scorer.margins(X[i : i + 999]) for i in range(0, len(X), 999)])
    assert scorer.margins(X).tobytes() == alone.tobytes()
    if kind != "many leaves":  # those are always walked
        together = ManyRows.of(trees)
        assert together is not None
        assert together.margins(X[:3]).tobytes() == alone[:3].tobytes()


def test_the_longest_path_of_a_tree_is_struck_out_leaf_by_leaf() -> None:
    trees = Trees.parse(staircase(MOST_LEAVES - 1))
    X = np.tril(np.ones((MOST_LEAVES, MOST_LEAVES - 1)), -1)
    together = ManyRows.of(trees)
    assert together is not None
    assert together.margins(X).tolist() == Scorer(trees).margins(X).tolist()
    assert ManyRows.of(Trees.parse(staircase(MOST_LEAVES))) is None


def test_many_rows_of_a_model_of_one_leaf_have_its_value() -> None:
    data = lightgbm.Dataset(np.zeros((50, 2)), np.full(50, 3.0))
    booster = lightgbm.train({"verbose": -1}, data, 2)
    scorer = Scorer(Trees.parse(booster.model_to_string()))
    assert set(scorer.margins(np.ones((MANY, 2))).tolist()) == {3.0}


@pytest.mark.parametrize("value", SPECIAL)
def test_a_special_value_in_every_column_goes_the_same_way(value: float) -> None:
    booster = trained(3, zero_as_missing=True)
    X = np.full((1, 6), value)
    margins = Scorer(Trees.parse(booster.model_to_string())).margins(X)
    assert margins == booster.predict(X, raw_score=True)


def test_a_model_of_one_leaf_gives_its_value() -> None:
    data = lightgbm.Dataset(np.zeros((50, 2)), np.full(50, 3.0))
    booster = lightgbm.train({"verbose": -1}, data, 2)
    scorer = Scorer(Trees.parse(booster.model_to_string()))
    assert scorer.margins(np.ones((2, 2))).tolist() == [3.0, 3.0]


def test_no_rows_give_no_margins() -> None:
    scorer = Scorer(Trees.parse(trained(1).model_to_string()))
    assert scorer.margins(np.empty((0, 6))).shape == (0,)


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((2, 5)),
        np.zeros(6),
        np.zeros((2, 6), dtype=np.float32),
        np.zeros((6, 2)).T,
        [[0.0] * 6],
    ],
    ids=["too few columns", "one dimension", "single precision", "Fortran order", "a list"],
)
def test_rows_of_another_kind_are_refused(rows: np.ndarray) -> None:
    scorer = Scorer(Trees.parse(trained(1).model_to_string()))
    with pytest.raises(RowsRefused, match=r"expected C-contiguous float64 of shape \(n, 6\)"):
        scorer.margins(rows)
