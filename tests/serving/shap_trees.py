"""Our trees as shap's own C code takes them.

Given a LightGBM booster, shap asks LightGBM for path-dependent values and rounds
inputs to single precision; given these, it works in double precision by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from serving.model.node_rule import ZERO_THRESHOLD
from serving.model.tree_reader import (
    CATEGORICAL,
    DEFAULT_LEFT,
    MISSING_NAN,
    MISSING_SHIFT,
    MISSING_ZERO,
)
from serving.model.trees import Trees

ShapTree = dict[str, NDArray[np.generic]]


def shap_trees(trees: Trees) -> dict[str, list[ShapTree]]:
    """A model for ``shap.TreeExplainer``; of numbers only, zero not being missing."""
    kinds = trees.nodes.decision_type
    assert not (kinds & CATEGORICAL).any()
    assert not (kinds >> MISSING_SHIFT == MISSING_ZERO).any()
    return {"trees": [_one(trees, int(root)) for root in trees.roots]}


def _one(trees: Trees, root: int) -> ShapTree:
    """One tree: nodes and leaves numbered from its root, a child after its parent."""
    nodes = trees.nodes
    places = [root]
    for place in places:  # grows while it is read
        if place >= 0:
            places += [int(nodes.left[place]), int(nodes.right[place])]
    number = {place: i for i, place in enumerate(places)}
    left, right, default, feature, threshold, value, weight = ([] for _ in range(7))
    for place in places:
        if place < 0:
            for column in (left, right, default, feature):
                column.append(-1)
            threshold.append(0.0)
            value.append([trees.leaf_value[~place]])
            weight.append(trees.leaf_count[~place])
            continue
        ways = number[int(nodes.left[place])], number[int(nodes.right[place])]
        kind, cut = int(nodes.decision_type[place]), float(nodes.threshold[place])
        # Without a way for the missing, they are read as zero.
        is_left = (
            kind & DEFAULT_LEFT if kind >> MISSING_SHIFT == MISSING_NAN else cut >= ZERO_THRESHOLD
        )
        left.append(ways[0])
        right.append(ways[1])
        default.append(ways[0] if is_left else ways[1])
        feature.append(int(nodes.split_feature[place]))
        threshold.append(cut)
        value.append([0.0])
        weight.append(nodes.training_rows[place])
    names = ("children_left", "children_right", "children_default", "features")
    columns = (left, right, default, feature)
    return {
        **{name: np.array(column) for name, column in zip(names, columns, strict=True)},
        "thresholds": np.array(threshold),
        "values": np.array(value),
        "node_sample_weight": np.array(weight, dtype=np.float64),
    }
