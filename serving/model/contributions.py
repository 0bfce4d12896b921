"""Exact Shapley values of a model's margin, by table look-up.

`Explainer` gives what ``Booster.predict(pred_contrib=True)`` and
``shap.TreeExplainer`` give, about a hundred times faster: everything that
depends on the model alone is tabulated once (`serving.model.pattern_tables`), and a
row costs a few comparisons of small integers and a few additions a group of
leaves. The additions of a row are in the same order whatever other rows come
with it and however many threads work, so its bytes are the same too.

The first use on a machine compiles the loops (about 15 s); later processes read
the machine code back in a fraction of a second (`serving.model.compiled`). Tables take
2^d · d numbers for d different features on a path: some 10 MB for 300 trees of
depth 5, 100 to 500 MB for hundreds of trees of 31 leaves and any depth.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from serving.errors import RowsRefused, refusal
from serving.model.bins import Bins
from serving.model.layout import layout_of
from serving.model.leaf_groups import leaf_groups
from serving.model.look_up import Desk, Plan, code_rows, count_states, look_up
from serving.model.pattern_tables import interventional_tables, path_dependent_tables
from serving.model.scorer import Scorer
from serving.model.trees import Floats, Trees

# Rows worked on together: enough to use each table well, few enough to stay in cache.
BLOCK = 2048
# Fewer rows than this are taken one by one.
FEW = 8


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
        bins = Bins.of(trees)
        groups, reach = leaf_groups(trees, bins)
        layout = layout_of(groups, trees, bins)
        self._plan = Plan(bins.classes, layout)
        self._kinds = (bins.dtype, layout.state_type)
        self._most_groups = layout.most_groups
        self._table = path_dependent_tables(layout)
        #: Mean margin over the training rows, as the cover fractions weigh them.
        self.expectation = float(np.dot(trees.leaf_value, reach))

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the tables take."""
        arrays = (*self._plan.classes, *self._plan.layout, self._table)
        return sum(array.nbytes for array in arrays)

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
        # Parts of almost equal size, none larger than a block.
        step = 1 if len(X) < FEW else -(-len(X) // -(-len(X) // BLOCK))
        look_up(X, self._plan, table, self._desk(step), out)

    def _desk(self, width: int) -> Desk:
        code_type, state_type = self._kinds
        slots = len(self._plan.classes.features)
        return Desk(
            codes=np.zeros((slots, width), dtype=code_type),
            total=np.empty((slots, width)),
            states=np.empty((self._most_groups, width), dtype=state_type),
            narrow=np.empty(width, dtype=np.uint8),
        )


class AgainstReference:
    """Interventional contributions against a pinned set of reference rows."""

    def __init__(self, explainer: Explainer, X_ref: Floats) -> None:
        self._explainer = explainer
        X_ref = explainer.trees.rows(X_ref)
        if not len(X_ref):
            raise refusal(
                RowsRefused, "no reference", "X_ref", "at least one row", "0", "pin some rows"
            )
        plan = explainer._plan
        counts = np.zeros(int(plan.layout.n_states.sum()))
        for start in range(0, len(X_ref), BLOCK):
            rows = X_ref[start : start + BLOCK]
            desk = explainer._desk(len(rows))
            code_rows(rows, plan.classes, desk.codes)
            count_states(desk, plan.layout, counts)
        self._table = interventional_tables(plan.layout, counts / len(X_ref))
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
