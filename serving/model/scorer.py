"""Margins of a model, equal to the bit to LightGBM's own.

>>> from serving.model.trees import Trees
>>> Scorer(Trees.parse(text)).margins(rows)  # doctest: +SKIP
array([-2.31, 0.07])
"""

from __future__ import annotations

import numpy as np

from serving.model.node_rule import walk
from serving.model.trees import Floats, Trees


class Scorer:
    """Walks every tree for every row and sums the leaves in the trees' order."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees

    def margins(self, X: Floats) -> Floats:
        """(n,) raw scores of the rows `X`, as ``Booster.predict(X, raw_score=True)``.

        Raises
        ------
        RowsRefused
            `X` is not C-contiguous float64 of shape (n, n_features); NaN is missing.
        """
        trees = self.trees
        X = trees.rows(X)
        out = np.zeros(len(X))
        walk(X, trees.roots, trees.nodes, trees.leaf_value, out)
        return out
