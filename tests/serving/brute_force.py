"""Shapley values by their definition, over every coalition: slow and obvious."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from serving.model.node_rule import cleaned, goes_left
from serving.model.trees import Trees

Worth = Callable[[frozenset[int]], float]


def shapley(n_features: int, worth: Worth) -> NDArray[np.float64]:
    """(n_features + 1,) every player's mean marginal worth, then the empty coalition's."""
    players = range(n_features)
    values = np.zeros(n_features + 1)
    for i in players:
        others = [j for j in players if j != i]
        for size in range(n_features):
            weight = factorial(size) * factorial(n_features - size - 1) / factorial(n_features)
            for chosen in combinations(others, size):
                coalition = frozenset(chosen)
                values[i] += weight * (worth(coalition | {i}) - worth(coalition))
    values[-1] = worth(frozenset())
    return values


def worth_by_cover(trees: Trees, row: NDArray[np.float64]) -> Worth:
    """A coalition knows its features; the others go both ways, as training rows did."""

    def below(reference: int, coalition: frozenset[int]) -> float:
        if reference < 0:
            return float(trees.leaf_value[~reference])
        nodes = trees.nodes
        left, right = int(nodes.left[reference]), int(nodes.right[reference])
        feature = int(nodes.split_feature[reference])
        if feature in coalition:
            way = left if goes_left(cleaned(row[feature]), reference, nodes) else right
            return below(way, coalition)
        total = float(nodes.training_rows[reference])
        shares = [
            float(nodes.training_rows[child] if child >= 0 else trees.leaf_count[~child]) / total
            for child in (left, right)
        ]
        return shares[0] * below(left, coalition) + shares[1] * below(right, coalition)

    return lambda coalition: sum(below(int(root), coalition) for root in trees.roots)


def worth_by_reference(
    margins: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    row: NDArray[np.float64],
    references: NDArray[np.float64],
) -> Worth:
    """A coalition's features are the row's, the others each reference's in turn."""

    def worth(coalition: frozenset[int]) -> float:
        mixed = references.copy()
        columns = sorted(coalition)
        mixed[:, columns] = row[columns]
        return float(margins(mixed).mean())

    return worth
