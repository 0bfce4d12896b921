"""Margins of many rows at once: the leaf each row ends in, by striking leaves out.

Walking a tree is a chain of guesses about where a row goes. Here every node is asked of
all rows of a block together: a row that goes right at a node cannot end in a leaf to its
left, so those are struck out of the row's set; the first leaf that is left is the row's
(Lucchese et al. 2015, QuickScorer). A node's question is one comparison of two small
integers, the row's bin and the node's, which the machine makes for many rows at once.
The leaves are summed in the trees' order, so the margins are those of the walk to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from serving.errors import ModelRefused
from serving.model.bins import Bins, Classes
from serving.model.compiled import compiled
from serving.model.look_up import code_rows
from serving.model.trees import Floats, Ints, Trees

MOST_LEAVES = 16  # of a tree: one bit each in a 16-bit set
TOGETHER = 1024  # rows whose bins stay near
_FULL = (1 << MOST_LEAVES) - 1
# The place of the lowest bit of each set; an empty set does not occur.
_LOWEST = np.array([0, *((s & -s).bit_length() - 1 for s in range(1, _FULL + 1))], dtype=np.uint8)


class Questions(NamedTuple):
    """What is asked of the rows, tree by tree.

    Attributes
    ----------
    start
        (n_trees + 1,) questions of each tree.
    slot, low, width
        (n_questions,) true of a row whose bin of the slot is in ``low … low + width``.
    keep
        (n_questions,) the leaves that stay possible when it is.
    leaf_start, leaf_value
        (n_trees,) first leaf of each tree; values from left to right.
    """

    start: Ints
    slot: Ints
    low: NDArray[np.uint8]
    width: NDArray[np.uint8]
    keep: NDArray[np.uint16]
    leaf_start: Ints
    leaf_value: Floats


@dataclass(frozen=True, eq=False)
class ManyRows:
    """A model laid out for many rows."""

    classes: Classes
    questions: Questions

    @classmethod
    def of(cls, trees: Trees) -> ManyRows | None:
        """The layout; None where a tree has too many leaves or a feature too many bins.

        Such a model can be walked all the same, as can one in which a feature is of two kinds.
        """
        leaves = np.diff([*_first_leaves(trees), trees.n_leaves])
        if not len(leaves) or leaves.max() > MOST_LEAVES:
            return None
        try:
            bins = Bins.of(trees)
        except ModelRefused:
            return None
        if bins.dtype is not np.uint8:
            return None
        return cls(bins.classes, _questions(trees, bins))

    def margins(self, X: Floats) -> Floats:
        """(n,) raw scores; `X` as `Trees.rows` gives it."""
        out = np.zeros(len(X))
        codes = np.zeros((len(self.classes.features), TOGETHER), dtype=np.uint8)
        strike(X, self.classes, self.questions, (codes, _LOWEST), out)
        return out


def _first_leaves(trees: Trees) -> list[int]:
    """The first leaf of each tree: they stand one tree after another."""
    firsts, first = [], 0
    for root, nodes in zip(trees.roots.tolist(), _nodes_of(trees), strict=True):
        firsts.append(first)
        first += 1 if root < 0 else nodes + 1
    return firsts


def _nodes_of(trees: Trees) -> list[int]:
    """How many nodes each tree has."""
    grown = [root for root in trees.roots.tolist() if root >= 0]
    sizes = iter(np.diff([*grown, len(trees.nodes.left)]).tolist())
    return [0 if root < 0 else next(sizes) for root in trees.roots.tolist()]


def _questions(trees: Trees, bins: Bins) -> Questions:
    start, slot, low, width, keep = [0], [], [], [], []
    leaf_start: list[int] = []
    values: list[float] = []
    left, right = trees.nodes.left.tolist(), trees.nodes.right.tolist()
    for root in trees.roots.tolist():
        leaf_start.append(len(values))
        order: list[int] = []
        spans = _spans(root, left, right, order)
        for node, (first, last) in spans:
            place = int(bins.slot[node])
            struck = ((1 << last) - 1) ^ ((1 << first) - 1)
            for begin, end in _right(bins.goes_left[node], int(bins.classes.sizes[place])):
                slot.append(place)
                low.append(begin)
                width.append(end - begin)
                keep.append(_FULL ^ struck)
        values += [float(trees.leaf_value[leaf]) for leaf in order]
        start.append(len(slot))
    return Questions(
        np.array(start, np.int32), np.array(slot, np.int32), np.array(low, np.uint8),
        np.array(width, np.uint8), np.array(keep, np.uint16), np.array(leaf_start, np.int32),
        np.array(values),
    )  # fmt: skip


def _spans(
    root: int, left: list[int], right: list[int], order: list[int]
) -> list[tuple[int, tuple[int, int]]]:
    """Each node with the places of the leaves to its left; `order` gets all leaves in a row."""
    spans: list[tuple[int, tuple[int, int]]] = []
    # A node is left a second time when all leaves to its left stand in `order`.
    waiting: list[tuple[int, int]] = [(root, -1)]
    while waiting:
        node, begun = waiting.pop()
        if node < 0:
            order.append(~node)
        elif begun < 0:
            waiting += [(node, len(order)), (left[node], -1)]
        else:
            spans.append((node, (begun, len(order))))
            waiting.append((right[node], -1))
    return spans


def _right(goes_left: int, size: int) -> list[tuple[int, int]]:
    """The runs of bins, both ends included, that go right."""
    runs: list[tuple[int, int]] = []
    for code in range(size):
        if goes_left >> code & 1:
            continue
        if runs and runs[-1][1] == code - 1:
            runs[-1] = (runs[-1][0], code)
        else:
            runs.append((code, code))
    return runs


@compiled
def strike(
    X: Floats,
    classes: Classes,
    questions: Questions,
    desk: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    out: Floats,
) -> None:
    """Fill `out` (n,) with the sum, in the trees' order, of the leaf each row of `X` ends in."""
    codes, lowest = desk
    together = codes.shape[1]
    left = np.empty(together, dtype=np.uint16)
    total = np.empty(together)
    for first in range(0, len(X), together):
        rows = X[first : first + together]
        code_rows(rows, classes, codes)
        total[:] = 0.0
        for tree in range(len(questions.leaf_start)):
            left[:] = np.uint16(0xFFFF)
            for number in range(questions.start[tree], questions.start[tree + 1]):
                code = codes[questions.slot[number]]
                low, width, keep = (
                    questions.low[number],
                    questions.width[number],
                    questions.keep[number],
                )
                for row in range(together):
                    struck = np.uint8(code[row] - low) <= width
                    left[row] &= keep if struck else np.uint16(0xFFFF)
            start = questions.leaf_start[tree]
            for row in range(together):
                total[row] += questions.leaf_value[start + lowest[left[row]]]
        for row in range(len(rows)):
            out[first + row] = total[row]
