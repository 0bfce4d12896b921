"""Model text is read with every number bounded, or refused in words."""

from __future__ import annotations

import re

import lightgbm
import numpy as np
import pytest

from serving.errors import ModelRefused
from serving.model.contributions import Explainer
from serving.model.scorer import Scorer
from serving.model.trees import Trees
from tests.serving.random_models import random_rows, trained, training_rows

EDITS = 300


@pytest.fixture(scope="module")
def text() -> str:
    return str(trained(1, rounds=5, num_leaves=8).model_to_string())


def resized(text: str) -> str:
    """`text` with its tree sizes made to fit after an edit of a tree."""
    head, _, rest = text.partition("\n\n")
    body = rest[: rest.index("end of trees")]
    sizes = [len(tree) + len("Tree=") for tree in body.split("Tree=")[1:]]
    line = f"tree_sizes={' '.join(map(str, sizes))}"
    return re.sub(r"tree_sizes=[0-9 ]*", line, head) + "\n\n" + rest


def edited(text: str, key: str, value: str) -> str:
    """`text` with the first line of `key` given another value."""
    return resized(re.sub(rf"\n{key}=[^\n]*", f"\n{key}={value}", text, count=1))


def test_names_and_sizes_are_those_of_the_model(text: str) -> None:
    trees = Trees.parse(text)
    booster = lightgbm.Booster(model_str=text)
    assert trees.feature_names == tuple(booster.feature_name())
    assert (trees.n_features, trees.n_trees, trees.objective) == (6, 5, "binary")
    assert trees.n_leaves == sum(text.count(f"num_leaves={n}\n") * n for n in range(1, 9))


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("version", "v3", "unknown version in the header"),
        ("num_class", "3", "several outputs in the header"),
        ("num_tree_per_iteration", "2", "several outputs"),
        ("objective", "multiclass", "unknown objective"),
        ("max_feature_idx", "6", "feature_names: expected 7 names, got 6"),
        ("max_feature_idx", "99999999999", "max_feature_idx, entry 0"),
        ("num_leaves", "9", "tree 0 split_feature: expected 8 numbers, got 7"),
        ("num_leaves", "0", "tree 0 num_leaves, entry 0"),
        ("split_feature", "0 1 2 3 4 5 6", "tree 0 split_feature, entry 6"),
        ("split_feature", "0 1 2 3 4 5 -1", "tree 0 split_feature, entry 6"),
        ("threshold", "nan 0 0 0 0 0 0", "tree 0 threshold, entry 0"),
        ("leaf_value", "1 1 1 1 1 1 1 1e999", "tree 0 leaf_value, entry 7"),
        ("decision_type", "2 2 2 2 2 2 12", "tree 0 decision_type, entry 6"),
        ("left_child", "0 0 0 0 0 0 0", "tree 0: expected each node and leaf to have one parent"),
        ("is_linear", "1", "linear tree in tree 0"),
        ("cat_boundaries", "0", "cat_boundaries: expected"),
        ("leaf_count", "5", "tree 0 leaf_count: expected 8 numbers, got 1"),
    ],
)
def test_an_edited_line_is_refused_in_words(text: str, key: str, value: str, told: str) -> None:
    with pytest.raises(ModelRefused, match=re.escape(told)):
        Trees.parse(edited(text, key, value))


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"objective": "multiclass", "num_class": 2}, "several outputs"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "averaged model"),
        ({"linear_tree": True, "objective": "regression"}, "linear tree"),
    ],
)
def test_another_form_of_model_is_refused(parameters: dict[str, object], told: str) -> None:
    with pytest.raises(ModelRefused, match=told):
        Trees.parse(trained(1, rounds=2, categories=False, **parameters).model_to_string())


def test_all_faulty_trees_are_told_up_to_ten() -> None:
    text = trained(1, rounds=14, num_leaves=4).model_to_string()
    faulty = resized(re.sub(r"\nleaf_count=[^\n]*", "\nleaf_count=", text))
    with pytest.raises(ModelRefused) as refusal:
        Trees.parse(faulty)
    lines = str(refusal.value).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "and 4 more"


def test_a_cycle_is_refused() -> None:
    tree = trained(1, rounds=1, num_leaves=4, categories=False).model_to_string()
    looped = edited(edited(tree, "left_child", "1 0 -3"), "right_child", "2 -1 -4")
    with pytest.raises(ModelRefused, match="tree 0"):
        Trees.parse(looped)


def test_a_threshold_of_infinity_parts_the_missing_from_the_rest(text: str) -> None:
    parts = edited(text, "num_leaves", "2")
    for key, value in (
        ("num_cat", "0"),
        *(("split_feature", "0"), ("split_gain", "1"), ("threshold", "inf")),
        *(("decision_type", "8"), ("left_child", "-1"), ("right_child", "-2")),
        *(("leaf_value", "1 2"), ("leaf_weight", "1 1"), ("leaf_count", "1 1")),
        *(("internal_value", "1"), ("internal_weight", "2"), ("internal_count", "2")),
    ):
        parts = edited(parts, key, value)
    parts = resized(re.sub(r"\ncat_(boundaries|threshold)=[^\n]*", "", parts, count=2))
    one = parts.replace("Tree=1\n", "end of trees\n", 1)
    one = re.sub(r"tree_sizes=([0-9]+)[0-9 ]*", r"tree_sizes=\1", one)
    rows = np.array([[value, 0, 0, 0, 0, 0] for value in (np.inf, 0.0, np.nan)])
    assert Scorer(Trees.parse(one)).margins(rows).tolist() == [1.0, 1.0, 2.0]


def outcome(text: str, rows: np.ndarray) -> str:
    """Parse, score and explain; anything but a result or a refusal escapes."""
    try:
        trees = Trees.parse(text)
        Scorer(trees).margins(rows[:, : trees.n_features].copy())
        Explainer(trees).contributions(rows[:, : trees.n_features].copy())
    except ModelRefused:
        return "refused"
    return "scored"


@pytest.mark.parametrize("kind", ["bits", "truncations", "digits"])
def test_damaged_text_is_refused_or_scored_and_never_worse(text: str, kind: str) -> None:
    rng = np.random.default_rng(11)
    rows = random_rows(5, 3)
    end = text.index("end of trees") + 13
    model = text[:end]
    digits = [place for place, letter in enumerate(model) if letter.isdigit()]
    outcomes = []
    for _ in range(EDITS):
        if kind == "truncations":
            damaged = model[: rng.integers(end - 1)]
        elif kind == "bits":
            place = int(rng.integers(end))
            flipped = chr(ord(model[place]) ^ 1 << int(rng.integers(8)))
            damaged = model[:place] + flipped + model[place + 1 :]
        else:
            place = int(rng.choice(digits))
            damaged = model[:place] + str(rng.integers(10)) + model[place + 1 :]
        outcomes.append(outcome(damaged, rows))
    if kind == "truncations":
        assert set(outcomes) == {"refused"}
    assert "refused" in outcomes


def test_what_follows_the_trees_is_not_read(text: str) -> None:
    trees = Trees.parse(text[: text.index("end of trees") + 13])
    rows = training_rows(8, 20)
    whole = Scorer(Trees.parse(text)).margins(rows)
    assert Scorer(trees).margins(rows).tobytes() == whole.tobytes()
