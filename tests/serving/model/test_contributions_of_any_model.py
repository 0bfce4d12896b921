"""Property tests: whatever model LightGBM learns, contributions are its Shapley values.

Beside LightGBM's own they are compared with shap's and with the definition over all
coalitions, which share no code with ours.
"""

from __future__ import annotations

import re
from typing import Any

import lightgbm
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from serving.model.contributions import Explainer
from serving.model.scorer import Scorer
from serving.model.trees import Trees
from tests.serving.brute_force import shapley, worth_by_cover, worth_by_reference
from tests.serving.model.test_contributions import MODELS
from tests.serving.random_models import random_rows, trained, training_rows
from tests.serving.shap_trees import shap_trees

# Without shrinking: a model is not made plainer by a smaller seed.
FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
# shap takes no categories; what is missing it takes from NaN alone.
NUMERICAL = MODELS.map(lambda model: {**model, "categories": False, "zero_as_missing": False})


def resized(text: str) -> str:
    """A model text whose tree sizes fit its trees."""
    head, _, rest = text.partition("\n\n")
    body = rest[: rest.index("end of trees")]
    sizes = " ".join(str(len(tree) + len("Tree=")) for tree in body.split("Tree=")[1:])
    return re.sub(r"tree_sizes=[0-9 ]*", f"tree_sizes={sizes}", head) + "\n\n" + rest


@FEW
@given(model=MODELS)
def test_both_kinds_are_the_definition_over_all_coalitions(model: dict[str, Any]) -> None:
    booster = trained(n=300, **{**model, "rounds": min(model["rounds"], 2)})
    trees = Trees.parse(booster.model_to_string())
    X, references = random_rows(model["seed"] + 3, 2), random_rows(model["seed"] + 4, 5)
    explainer, scorer = Explainer(trees), Scorer(trees)
    by_cover = explainer.contributions(X)
    by_reference = explainer.against(references).contributions(X)
    for row, cover, reference in zip(X, by_cover, by_reference, strict=True):
        expected = shapley(6, worth_by_cover(trees, row))
        np.testing.assert_allclose(cover, expected, rtol=1e-9, atol=1e-11)
        expected = shapley(6, worth_by_reference(scorer.margins, row, references))
        np.testing.assert_allclose(reference, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # shap's own imports and advice
@FEW
@given(model=NUMERICAL, missing=st.booleans())
def test_both_kinds_equal_shap(model: dict[str, Any], missing: bool) -> None:
    import shap

    booster = trained(n=300, use_missing=missing, **model)
    trees = Trees.parse(booster.model_to_string())
    X, references = training_rows(model["seed"] + 3, 30), training_rows(model["seed"] + 4, 20)
    explainer, peer = Explainer(trees), shap_trees(trees)
    by_path = shap.TreeExplainer(peer, feature_perturbation="tree_path_dependent")
    np.testing.assert_allclose(
        explainer.contributions(X)[:, :-1], by_path.shap_values(X), rtol=1e-7, atol=1e-10
    )
    by_reference = shap.TreeExplainer(peer, references, feature_perturbation="interventional")
    # These shap sums in single precision.
    np.testing.assert_allclose(
        explainer.against(references).contributions(X)[:, :-1],
        by_reference.shap_values(X),
        rtol=1e-5,
        atol=1e-7,
    )


def repeats(trees: Trees) -> int:
    """How many nodes test a feature that a node above them tests too."""
    found = 0
    above: dict[int, frozenset[int]] = {int(root): frozenset() for root in trees.roots}
    for node in range(len(trees.nodes.left)):
        tested = int(trees.nodes.split_feature[node])
        found += tested in above[node]
        for child in (int(trees.nodes.left[node]), int(trees.nodes.right[node])):
            above[child] = above[node] | {tested}
    return found


@pytest.mark.parametrize("categories", [True, False])
def test_a_feature_tested_again_and_again_on_a_path_is_explained(categories: bool) -> None:
    booster = trained(
        1, categories=categories, num_leaves=40, min_data_in_leaf=2,
        interaction_constraints=[[0, 5], [1, 4], [2, 3]],
    )  # fmt: skip
    trees = Trees.parse(booster.model_to_string())
    assert repeats(trees) > 5 * trees.n_trees
    X, references = random_rows(2, 200), random_rows(3, 4)
    explainer, scorer = Explainer(trees), Scorer(trees)
    np.testing.assert_allclose(
        explainer.contributions(X), booster.predict(X, pred_contrib=True), rtol=1e-9, atol=1e-12
    )
    by_reference = explainer.against(references).contributions(X[:3])
    for row, values in zip(X[:3], by_reference, strict=True):
        expected = shapley(6, worth_by_reference(scorer.margins, row, references))
        np.testing.assert_allclose(values, expected, rtol=1e-9, atol=1e-11)


def with_single_leaves(text: str, places: list[int], value: float) -> str:
    """The model with trees of one leaf put before the trees at `places`."""
    head, _, rest = text.partition("\n\n")
    body, tail = rest.split("end of trees")
    trees = [tree.partition("\n")[2] for tree in body.split("Tree=")[1:]]
    empty = (
        "split_feature=", "split_gain=", "threshold=", "decision_type=", "left_child=",
        "right_child=",
    )  # fmt: skip
    lone = "\n".join(
        [
            *("num_leaves=1", "num_cat=0", *empty, f"leaf_value={value}", "leaf_weight="),
            *("leaf_count=300", "internal_value=", "internal_weight=", "internal_count="),
            *("is_linear=0", "shrinkage=1", "", "", ""),
        ]
    )
    for place in sorted(places, reverse=True):
        trees.insert(place % (len(trees) + 1), lone)
    numbered = "".join(f"Tree={i}\n{tree}" for i, tree in enumerate(trees))
    return resized(f"{head}\n\n{numbered}end of trees{tail}")


@FEW
@given(
    model=MODELS,
    places=st.lists(st.integers(0, 6), min_size=1, max_size=3),
    value=st.sampled_from([-1.5, 0.0, 0.25]),
)
def test_trees_of_a_single_leaf_move_the_expectation_alone(
    model: dict[str, Any], places: list[int], value: float
) -> None:
    text = trained(n=300, **model).model_to_string()
    mixed = with_single_leaves(text, places, value)
    X = random_rows(model["seed"] + 1, 40)
    explainer, plain = Explainer(Trees.parse(mixed)), Explainer(Trees.parse(text))
    contributions = explainer.contributions(X)
    assert contributions[:, :-1].tobytes() == plain.contributions(X)[:, :-1].tobytes()
    assert explainer.expectation == pytest.approx(plain.expectation + len(places) * value)
    booster = lightgbm.Booster(model_str=mixed)
    expected = booster.predict(X, pred_contrib=True)
    np.testing.assert_allclose(contributions, expected, rtol=1e-7, atol=1e-11)
    against = explainer.against(X[:7]).contributions(X)
    margins = booster.predict(X, raw_score=True)
    np.testing.assert_allclose(against.sum(axis=1), margins, rtol=0, atol=1e-11)


def with_an_empty_leaf(text: str) -> str | None:
    """The model whose first tree has a leaf without training rows; none where all are alone.

    The rows of the first leaf that has a leaf beside it are moved there.
    """
    start = text.index("Tree=0")
    stop = text.find("Tree=1", start)
    tree = text[start : stop if stop > 0 else text.index("end of trees")]

    def numbers(key: str) -> list[int]:
        found = re.search(rf"\n{key}=([^\n]*)", tree)
        return [int(one) for one in found[1].split()] if found else []

    counts = numbers("leaf_count")
    for left, right in zip(numbers("left_child"), numbers("right_child"), strict=True):
        if left < 0 and right < 0:
            counts[~right] += counts[~left]
            counts[~left] = 0
            changed = re.sub(
                r"\nleaf_count=[^\n]*", f"\nleaf_count={' '.join(map(str, counts))}", tree
            )
            return resized(text.replace(tree, changed))
    return None


@FEW
@given(model=MODELS)
def test_a_leaf_without_training_rows_has_its_shapley_values(model: dict[str, Any]) -> None:
    text = with_an_empty_leaf(
        trained(n=300, **{**model, "rounds": min(model["rounds"], 2)}).model_to_string()
    )
    assume(text is not None)
    assert text is not None
    trees = Trees.parse(text)
    assert (trees.leaf_count == 0).any()
    X = random_rows(model["seed"] + 1, 12)
    contributions = Explainer(trees).contributions(X)
    for row, own in zip(X[:3], contributions[:3], strict=True):
        expected = shapley(6, worth_by_cover(trees, row))
        np.testing.assert_allclose(own, expected, rtol=1e-9, atol=1e-11)
    # LightGBM divides nought by nought for a row that does not go where nobody went.
    theirs = np.asarray(lightgbm.Booster(model_str=text).predict(X, pred_contrib=True))
    told = ~np.isnan(theirs).any(axis=1)
    np.testing.assert_allclose(contributions[told], theirs[told], rtol=1e-7, atol=1e-10)
