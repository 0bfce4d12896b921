"""One tree of a model text, and what its header must say, checked number by number.

Every index is bounded by the array it points into, and every child is numbered
after its parent and has exactly one: no walk can leave the arrays or go on for
ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from serving.model.model_text import malformed, real_numbers, refused, whole_numbers

# Bits of a node's decision type, as LightGBM packs them.
CATEGORICAL = 1
DEFAULT_LEFT = 2
MISSING_SHIFT = 2
MISSING_NONE, MISSING_ZERO, MISSING_NAN = 0, 1, 2

# Objectives with one output whose margin is the plain sum of the trees. What a
# margin means (log-odds, log of a mean, a rank) is for its user to check.
OBJECTIVES = (
    *("binary", "cross_entropy", "cross_entropy_lambda", "custom", "fair", "gamma", "huber"),
    *("lambdarank", "mape", "poisson", "quantile", "rank_xendcg", "regression"),
    *("regression_l1", "tweedie"),
)


@dataclass(frozen=True)
class OneTree:
    """One tree's numbers, indices still its own (see `serving.model.trees.Nodes`)."""

    split_feature: list[int]
    threshold: list[float]
    decision_type: list[int]
    left: list[int]
    right: list[int]
    node_count: list[int]
    category_start: list[int]
    category_stop: list[int]
    category_words: list[int]
    leaf_value: list[float]
    leaf_count: list[int]

    @classmethod
    def read(cls, keys: Mapping[str, str], where: str, n_features: int) -> OneTree:
        """The tree whose `keys` these are; `where` names it in a refusal."""
        [leaves] = _sized(whole_numbers(keys["num_leaves"], f"{where} num_leaves", 1), 1, where)
        nodes = leaves - 1

        def whole(key: str, size: int, lowest: int, highest: int = 2**31 - 1) -> list[int]:
            place = f"{where} {key}"
            return _sized(whole_numbers(keys[key], place, lowest, highest), size, place)

        def real(key: str, size: int, infinite: bool = False) -> list[float]:
            place = f"{where} {key}"
            return _sized(real_numbers(keys[key], place, infinite), size, place)

        tree = cls(
            split_feature=whole("split_feature", nodes, 0, n_features - 1),
            threshold=real("threshold", nodes, infinite=True),
            decision_type=whole("decision_type", nodes, 0, 11),
            left=whole("left_child", nodes, -leaves, nodes - 1),
            right=whole("right_child", nodes, -leaves, nodes - 1),
            node_count=whole("internal_count", nodes, 0),
            category_start=[0] * nodes,
            category_stop=[0] * nodes,
            category_words=[],
            leaf_value=real("leaf_value", leaves),
            leaf_count=whole("leaf_count", leaves, 0),
        )
        tree._check_shape(where)
        tree._read_categories(keys, where)
        return tree

    def _check_shape(self, where: str) -> None:
        """Every node but the root and every leaf is the child of one earlier node."""
        seen = [*self.left, *self.right]
        nodes = len(self.left)
        if sorted(seen) != [*range(-nodes - 1, 0), *range(1, nodes)][: len(seen)]:
            raise malformed(where, "each node and leaf to have one parent", "another arrangement")
        for node, children in enumerate(zip(self.left, self.right, strict=True)):
            if any(0 <= child <= node for child in children):
                raise malformed(f"{where} node {node}", "children numbered after it", "a cycle")

    def _read_categories(self, keys: Mapping[str, str], where: str) -> None:
        [sets] = _sized(whole_numbers(keys["num_cat"], f"{where} num_cat", 0), 1, where)
        bounds = [0]
        if sets:
            place = f"{where} cat_boundaries"
            bounds = _sized(whole_numbers(keys["cat_boundaries"], place, 0), sets + 1, place)
            place = f"{where} cat_threshold"
            words = whole_numbers(keys["cat_threshold"], place, 0, 2**32 - 1)
            if bounds[0] != 0 or sorted(bounds) != bounds or bounds[-1] != len(words):
                raise malformed(place, "rising bounds that end at its length", "others")
            self.category_words.extend(words)
        for node, bits in enumerate(self.decision_type):
            if bits & CATEGORICAL:
                number = self.threshold[node]
                if number not in range(sets):
                    raise malformed(f"{where} node {node}", "one of its category sets", "another")
                self.category_start[node] = bounds[int(number)]
                self.category_stop[node] = bounds[int(number) + 1]


def _sized(numbers: list[Any], size: int, where: str) -> list[Any]:
    if len(numbers) != size:
        raise malformed(where, f"{size} numbers", str(len(numbers)))
    return numbers


def names_and_objective(header: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """The feature names and the objective of a model with one output.

    Raises
    ------
    ModelRefused
        The version, the number of outputs or the objective is not one known here.
    """
    if header["version"] != "v4":
        raise refused(
            "unknown version", "the header", "version=v4", "another", "save with LightGBM 4"
        )
    outputs = (header["num_class"], header["num_tree_per_iteration"])
    if outputs != ("1", "1"):
        raise refused(
            "several outputs",
            "the header",
            "num_class=1 and num_tree_per_iteration=1",
            "a multiclass model",
            "train one binary model an outcome",
        )
    objective = header.get("objective", "custom").partition(" ")[0]
    if objective not in OBJECTIVES:
        raise refused(
            "unknown objective",
            "the header",
            f"one of {', '.join(OBJECTIVES)}",
            "another",
            "train with objective=binary",
        )
    [last] = _sized(
        whole_numbers(header["max_feature_idx"], "max_feature_idx", 0), 1, "max_feature_idx"
    )
    names = tuple(header["feature_names"].split(" "))
    if len(names) != last + 1:
        raise malformed("feature_names", f"{last + 1} names", str(len(names)))
    return names, objective
