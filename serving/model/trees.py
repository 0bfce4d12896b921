"""A LightGBM model as plain arrays, read from its text and checked throughout.

LightGBM's own loader trusts its input: an edited digit crashes the process or
changes scores without complaint. This one never indexes with a number that it has
not bounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from serving.errors import ModelRefused, RowsRefused, refusal
from serving.model.model_text import split_text
from serving.model.tree_reader import OneTree, names_and_objective

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

MOST_FAULTS_TOLD = 10


class Nodes(NamedTuple):
    """The nodes of all trees, one after another; (n_nodes,) each but the words.

    Attributes
    ----------
    split_feature, threshold, decision_type
        Column tested, its threshold (unused by categorical nodes), LightGBM's bits.
    left, right
        The two children: another node, or ``~leaf`` when negative.
    training_rows
        How many training rows came by.
    category_start, category_stop
        The node's words in `category_words`; equal for numerical nodes.
    category_words
        Bit k of a node's words is set when category k goes left.
    """

    split_feature: Ints
    threshold: Floats
    decision_type: NDArray[np.uint8]
    left: Ints
    right: Ints
    training_rows: Floats
    category_start: Ints
    category_stop: Ints
    category_words: NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Trees:
    """A sum of decision trees over `n_features` numbers, ready to walk.

    Attributes
    ----------
    feature_names
        One a column of the matrix to score, in order.
    objective
        What LightGBM trained for, its first word; ``custom`` when it does not say.
    roots
        (n_trees,) each tree's first node, or ``~leaf`` of a tree that is one leaf.
    nodes
        All nodes.
    leaf_value, leaf_count
        (n_leaves,) what a leaf adds to the margin, and its training rows.
    """

    feature_names: tuple[str, ...]
    objective: str
    roots: Ints
    nodes: Nodes
    leaf_value: Floats
    leaf_count: Floats

    @classmethod
    def parse(cls, text: str) -> Trees:
        """Read the text of ``Booster.model_to_string()``, refusing what it cannot score exactly.

        Sums of trees with one output are read (gbdt, goss, dart). Random forests,
        linear trees and several outputs are refused.

        Raises
        ------
        ModelRefused
            The text is malformed or of an unsupported form; up to ten faults are told.
        """
        parts = split_text(text)
        names, objective = names_and_objective(parts.header)
        trees, faults = [], []
        for number, keys in enumerate(parts.trees):
            try:
                trees.append(OneTree.read(keys, f"tree {number}", len(names)))
            except ModelRefused as error:
                faults.append(str(error))
        if faults:
            told = faults[:MOST_FAULTS_TOLD]
            rest = len(faults) - len(told)
            raise ModelRefused("\n".join([*told, *([f"and {rest} more"] if rest else [])]))
        return _join(names, objective, trees)

    @property
    def n_features(self) -> int:
        """How many columns a row has."""
        return len(self.feature_names)

    @property
    def n_trees(self) -> int:
        """How many trees are summed."""
        return len(self.roots)

    @property
    def n_leaves(self) -> int:
        """How many leaves all trees have together."""
        return len(self.leaf_value)

    def rows(self, X: Floats) -> Floats:
        """`X` itself when it can be scored: float64, C-contiguous, (n, n_features), NaN missing.

        Raises
        ------
        RowsRefused
            `X` is of another kind; nothing is converted silently.
        """
        known = isinstance(X, np.ndarray) and X.dtype == np.float64 and X.ndim == 2
        if not known or X.shape[1] != self.n_features or not X.flags.c_contiguous:
            raise refusal(
                RowsRefused, "rows that cannot be scored", "the matrix",
                f"C-contiguous float64 of shape (n, {self.n_features})", _described(X),
                "pass np.ascontiguousarray(rows, dtype=np.float64)",
            )  # fmt: skip
        # One kind of array only reaches the compiled code: writable ones.
        return X if X.flags.writeable else X.copy()


def _described(X: object) -> str:
    if not isinstance(X, np.ndarray):
        return f"a {type(X).__name__}"
    order = "C-contiguous" if X.flags.c_contiguous else "not C-contiguous"
    return f"{X.dtype} of shape {X.shape}, {order}"


def _join(names: tuple[str, ...], objective: str, trees: list[OneTree]) -> Trees:
    """Put the trees one after another, references shifted to the joint arrays."""
    roots: list[int] = []
    left: list[int] = []
    right: list[int] = []
    start: list[int] = []
    stop: list[int] = []
    nodes = leaves = words = 0
    for tree in trees:
        roots.append(nodes if tree.left else ~leaves)
        for joint, own in ((left, tree.left), (right, tree.right)):
            joint.extend(ref + nodes if ref >= 0 else ref - leaves for ref in own)
        start.extend(word + words for word in tree.category_start)
        stop.extend(word + words for word in tree.category_stop)
        nodes += len(tree.left)
        leaves += len(tree.leaf_value)
        words += len(tree.category_words)

    def joined(field: str, dtype: type) -> NDArray[Any]:
        return _frozen([number for tree in trees for number in getattr(tree, field)], dtype)

    all_nodes = Nodes(
        split_feature=joined("split_feature", np.int32),
        threshold=joined("threshold", np.float64),
        decision_type=joined("decision_type", np.uint8),
        left=_frozen(left, np.int32),
        right=_frozen(right, np.int32),
        training_rows=joined("node_count", np.float64),
        category_start=_frozen(start, np.int32),
        category_stop=_frozen(stop, np.int32),
        category_words=joined("category_words", np.uint32),
    )
    return Trees(
        feature_names=names,
        objective=objective,
        roots=_frozen(roots, np.int32),
        nodes=all_nodes,
        leaf_value=joined("leaf_value", np.float64),
        leaf_count=joined("leaf_count", np.float64),
    )


def _frozen(numbers: list[Any], dtype: type) -> NDArray[Any]:
    array: NDArray[Any] = np.array(numbers, dtype=dtype)
    array.setflags(write=False)
    return array
