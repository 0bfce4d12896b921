"""Exact Shapley values of a model's margin, by table look-up.

`Explainer` gives what ``Booster.predict(pred_contrib=True)`` and
``shap.TreeExplainer`` give, about a hundred times faster: everything that
depends on the model alone is tabulated once (`serving.pattern_tables`), and a
row costs a few comparisons of small integers and a few additions a group of
leaves. The additions of a row are in the same order whatever other rows come
with it and however many threads work, so its bytes are the same too.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from serving.bins import Bins
from serving.compiled import compiled
from serving.leaf_groups import leaf_groups
from serving.pattern_tables import (
    Layout,
    interventional_tables,
    layout_of,
    path_dependent_tables,
)
from serving.scorer import Scorer
from serving.trees import Floats, Ints, Trees

# Rows worked on together: enough to use each table well, few enough to stay in cache.
BLOCK = 256


class Explainer:
    """Path-dependent contributions of one model's features to its margin.

    Raises
    ------
    ModelRefused
        The model's tables would be too large (told before any is built), or a node
        has no training rows to take cover fractions from.
    """

    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self._bins = Bins.of(trees)
        groups, reach = leaf_groups(trees, self._bins)
        self._layout = layout_of(groups, trees, self._bins)
        self._table = path_dependent_tables(self._layout)
        #: Mean margin over the training rows, as the cover fractions weigh them.
        self.expectation = float(np.dot(trees.leaf_value, reach))

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the tables take."""
        return self._table.nbytes + sum(array.nbytes for array in self._layout) + self._bins.nbytes

    def contributions(self, X: Floats, threads: int = 1) -> Floats:
        """(n, n_features + 1) what each feature adds to each row's margin.

        The last column is `expectation`; a row's sum is its margin.

        Raises
        ------
        RowsRefused
            `X` is not C-contiguous float64 of shape (n, n_features); NaN is missing.
        """
        return self._looked_up(X, self._table, self.expectation, threads)

    def against(self, X_ref: Floats) -> AgainstReference:
        """The same model explained against the rows `X_ref` instead of its covers.

        The cost of a row does not depend on how many references there are.
        """
        return AgainstReference(self, X_ref)

    def _looked_up(self, X: Floats, table: Floats, expectation: float, threads: int) -> Floats:
        X = self.trees.rows(X)
        out = np.zeros((len(X), self.trees.n_features + 1))
        out[:, -1] = expectation
        if threads <= 1:
            self._look_up(X, table, out)
            return out
        share = -(-len(X) // threads)
        parts = [slice(start, start + share) for start in range(0, len(X), max(share, 1))]
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda part: self._look_up(X[part], table, out[part]), parts))
        return out

    def _look_up(self, X: Floats, table: Floats, out: Floats) -> None:
        for start in range(0, len(X), BLOCK):
            rows = slice(start, start + BLOCK)
            codes = self._bins.codes(X[rows])
            _add_cells(codes, self._bins.classes.features, self._layout, table, out[rows])


class AgainstReference:
    """Interventional contributions against a pinned set of reference rows."""

    def __init__(self, explainer: Explainer, X_ref: Floats) -> None:
        self._explainer = explainer
        X_ref = explainer.trees.rows(X_ref)
        layout = explainer._layout
        widths = np.diff(layout.feature_start)
        counts = np.zeros(int((np.diff(layout.table_start) // widths).sum()))
        _count_states(explainer._bins.codes(X_ref), layout, counts)
        self._table = interventional_tables(layout, counts / len(X_ref))
        #: Mean margin of the reference rows.
        self.expectation = float(np.mean(Scorer(explainer.trees).margins(X_ref)))

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the tables take, besides the explainer's."""
        return self._table.nbytes

    def contributions(self, X: Floats, threads: int = 1) -> Floats:
        """(n, n_features + 1) what each feature adds between the references and each row.

        The last column is `expectation`, the mean margin of the references; a row's
        sum is its margin.
        """
        return self._explainer._looked_up(X, self._table, self.expectation, threads)


@compiled
def _add_cells(
    codes: NDArray[np.unsignedinteger], features: Ints, layout: Layout, table: Floats, out: Floats
) -> None:
    rows = codes.shape[1]
    cell = np.empty(rows, dtype=np.uint32)
    total = np.zeros((codes.shape[0], rows))
    for group in range(len(layout.base)):
        cell[:] = layout.base[group]
        for test in range(layout.test_start[group], layout.test_start[group + 1]):
            code = codes[layout.test_slot[test]]
            cut = codes.dtype.type(layout.test_cut[test])
            weight = np.uint32(layout.test_weight[test])
            for row in range(rows):
                cell[row] += weight if code[row] > cut else np.uint32(0)
        first = layout.feature_start[group]
        for feature in range(first, layout.feature_start[group + 1]):
            start = layout.table_start[group] + feature - first
            column = total[layout.feature_slot[feature]]
            for row in range(rows):
                column[row] += table[start + cell[row]]
    for slot in range(codes.shape[0]):
        for row in range(rows):
            out[row, features[slot]] = total[slot, row]


@compiled
def _count_states(codes: NDArray[np.unsignedinteger], layout: Layout, counts: Floats) -> None:
    first_state = 0
    for group in range(len(layout.base)):
        width = layout.feature_start[group + 1] - layout.feature_start[group]
        for row in range(codes.shape[1]):
            cell = layout.base[group]
            for test in range(layout.test_start[group], layout.test_start[group + 1]):
                if codes[layout.test_slot[test], row] > layout.test_cut[test]:
                    cell += layout.test_weight[test]
            counts[first_state + cell // width] += 1
        first_state += (layout.table_start[group + 1] - layout.table_start[group]) // width
