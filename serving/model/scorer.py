"""Margins of a model, equal to the bit to LightGBM's own.

>>> from serving.model.trees import Trees
>>> Scorer(Trees.parse(text)).margins(rows)  # doctest: +SKIP
array([-2.31, 0.07])
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from serving.model.many_rows import ManyRows
from serving.model.node_rule import walk
from serving.model.trees import Floats, Trees

# Rows from which laying the model out for many (a tenth of a second, once) is worth it.
MANY = 4_096


class Scorer:
    """Finds every row's leaf in every tree and sums the leaves in the trees' order.

    Few rows walk the trees; many are asked together, several times as fast and with the
    same bytes.
    """

    def __init__(self, trees: Trees) -> None:
        self.trees = trees

    @cached_property
    def _together(self) -> ManyRows | None:
        return ManyRows.of(self.trees)

    def margins(self, X: Floats) -> Floats:
        """(n,) raw scores of the rows `X`, as ``Booster.predict(X, raw_score=True)``.

        Raises
        ------
        RowsRefused
            `X` is not C-contiguous float64 of shape (n, n_features); NaN is missing.
        """
        trees = self.trees
        X = trees.rows(X)
        if len(X) >= MANY and self._together is not None:
            return self._together.margins(X)
        out = np.zeros(len(X))
        walk(X, trees.roots, trees.nodes, trees.leaf_value, out)
        return out
