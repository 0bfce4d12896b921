"""What each feature adds to the margin between two rows, exactly.

The Shapley values of one row against one reference: a coalition's features are
the row's and the others the reference's. In a tree only features that send the
two rows different ways matter. At a leaf of value v reached with `a` of them
from the row and `b` from the reference, a feature of the row has

    v · (a − 1)! b! / (a + b)!

and one of the reference − v · a! (b − 1)! / (a + b)! (the closed form of Lundberg
et al. 2020 for a single reference). Both rows walk each tree together and part
where they differ, so a pair costs little more than scoring: no table is built,
which `serving.model.contributions` does for sets of references and many rows.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from serving.model.compiled import compiled
from serving.model.node_rule import cleaned, goes_left
from serving.model.trees import Floats, Ints, Nodes, Trees


def between(trees: Trees, before: Floats, after: Floats) -> Floats:
    """(n, n_features) what each feature adds between `before` and each row of `after`.

    A row's sum is its margin less that of `before`.

    Parameters
    ----------
    before
        (1, n_features)
    after
        (n, n_features)

    Raises
    ------
    RowsRefused
        They are not C-contiguous float64 of these shapes; NaN is missing.
    """
    first, rows = trees.rows(before), trees.rows(after)
    out = np.zeros((len(rows), trees.n_features))
    _walk_both(
        first[0], rows, trees.roots, trees.nodes, trees.leaf_value, _weights(trees.n_features), out
    )
    return out


@cache
def _weights(n_features: int) -> Floats:
    """(n + 1, n + 1) of a and b: (a − 1)! b! / (a + b)!, nought where a is."""
    table = np.zeros((n_features + 1, n_features + 1))
    for a in range(1, n_features + 1):
        table[a, 0] = 1.0 / a
        for b in range(n_features - a):
            table[a, b + 1] = table[a, b] * (b + 1) / (a + b + 1)
    return table


@compiled
def _walk_both(  # noqa: PLR0917  # flat arrays for the compiler
    before: Floats,
    rows: Floats,
    roots: Ints,
    nodes: Nodes,
    leaf_value: Floats,
    weights: Floats,
    out: Floats,
) -> None:
    # Where the rows part, one way waits: its node, how many features were told apart by
    # then, and which side each of them follows.
    most = len(before)
    waiting = np.empty(most, dtype=np.int64)
    depth = np.empty(most, dtype=np.int64)
    feature = np.empty(most, dtype=np.int64)
    of_row = np.empty(most, dtype=np.bool_)
    for row in range(len(rows)):
        for root in roots:
            node, apart, left_over = int(root), 0, 0
            while True:
                while node >= 0:
                    column = nodes.split_feature[node]
                    old = goes_left(cleaned(before[column]), node, nodes)
                    new = goes_left(cleaned(rows[row, column]), node, nodes)
                    if old != new:
                        known = -1
                        for place in range(apart):
                            if feature[place] == column:
                                known = place
                        if known >= 0:
                            new = new if of_row[known] else old
                        else:
                            waiting[left_over] = nodes.left[node] if old else nodes.right[node]
                            depth[left_over] = apart
                            left_over += 1
                            feature[apart] = column
                            of_row[apart] = True
                            apart += 1
                    node = int(nodes.left[node] if new else nodes.right[node])
                _add_leaf(leaf_value[~node], apart, feature, of_row, weights, out[row])
                if left_over == 0:
                    break
                left_over -= 1
                node, apart = int(waiting[left_over]), int(depth[left_over])
                of_row[apart] = False
                apart += 1


@compiled
def _add_leaf(  # noqa: PLR0917  # flat arrays for the compiler
    value: float,
    apart: int,
    feature: NDArray[np.int64],
    of_row: NDArray[np.bool_],
    weights: Floats,
    out: Floats,
) -> None:
    a = 0
    for place in range(apart):
        a += of_row[place]
    b = apart - a
    for place in range(apart):
        if of_row[place]:
            out[feature[place]] += value * weights[a, b]
        else:
            out[feature[place]] -= value * weights[b, a]
