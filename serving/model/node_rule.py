"""Which way a value goes at a node: LightGBM's own rule, word for word.

Transcribed from ``Tree::NumericalDecision`` and ``Tree::CategoricalDecision``:

- A numerical node sends ``value <= threshold`` left. Missing is, by the node's
  missing type, NaN, or zero (then NaN counts as zero), or nothing (NaN counts as
  zero); missing goes to the default side.
- A categorical node sends left the categories of its bit set. The value is
  truncated towards zero; NaN, negative and unknown categories go right.
- Anything within 1e-35 (in single precision) of zero is zero.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from serving.model.compiled import compiled, inlined
from serving.model.tree_reader import (
    CATEGORICAL,
    DEFAULT_LEFT,
    MISSING_NAN,
    MISSING_SHIFT,
    MISSING_ZERO,
)
from serving.model.trees import Floats, Ints, Nodes

ZERO_THRESHOLD = float(np.float32(1e-35))


@inlined
def cleaned(value: float) -> float:
    """`value` as LightGBM reads a matrix: almost zero is zero."""
    return 0.0 if abs(value) <= ZERO_THRESHOLD else value


@inlined
def goes_left(value: float, node: int, nodes: Nodes) -> bool:
    """Whether a cleaned `value` goes to the left child of `node`."""
    decision_type = nodes.decision_type[node]
    if decision_type & CATEGORICAL:
        if not -1.0 < value < 2147483648.0:
            return False
        category = int(value)
        word = nodes.category_start[node] + (category >> 5)
        if word >= nodes.category_stop[node]:
            return False
        return bool(nodes.category_words[word] >> np.uint32(category & 31) & np.uint32(1))
    missing = decision_type >> MISSING_SHIFT
    if np.isnan(value) and missing != MISSING_NAN:
        value = 0.0
    if (missing == MISSING_NAN and np.isnan(value)) or (missing == MISSING_ZERO and value == 0.0):
        return bool(decision_type & DEFAULT_LEFT)
    return bool(value <= nodes.threshold[node])


@compiled
def walk(X: Floats, roots: Ints, nodes: Nodes, leaf_value: Floats, out: Floats) -> None:
    """Fill `out` (n,) with the sum, in the trees' order, of the leaf each row of `X` ends in."""
    for row in range(X.shape[0]):
        total = 0.0
        for root in roots:
            node = root
            while node >= 0:
                value = cleaned(X[row, nodes.split_feature[node]])
                node = nodes.left[node] if goes_left(value, node, nodes) else nodes.right[node]
            total += leaf_value[~node]
        out[row] = total


@compiled
def decide(values: Floats, slot: Ints, nodes: Nodes, left: NDArray[np.bool_]) -> None:
    """Fill `left` (n_nodes, n) with the way of each of its slot's `values` (n_slots, n)."""
    for node in range(len(slot)):
        for position in range(values.shape[1]):
            left[node, position] = goes_left(cleaned(values[slot[node], position]), node, nodes)
