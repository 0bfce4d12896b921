"""The few distinct ways a model can see each feature.

A model reads a feature only through its nodes, so all values between two
neighbouring thresholds are the same to it. Those classes are the feature's
*bins*; NaN is always a bin of its own, the last one. A categorical feature has a
bin for each group of categories that every node treats alike, the last of them
holding NaN, negative and unseen categories too. Coding a row once makes every
later question about it a comparison of two small integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from serving.model.model_text import refused
from serving.model.node_rule import ZERO_THRESHOLD, decide
from serving.model.tree_reader import CATEGORICAL, MISSING_SHIFT, MISSING_ZERO
from serving.model.trees import Floats, Ints, Trees

BELOW_ZERO = float(np.nextafter(-ZERO_THRESHOLD, -np.inf))


class Classes(NamedTuple):
    """The bins of every feature that a model uses, slot by slot.

    Attributes
    ----------
    features, sizes
        (n_slots,) the column, rising, and how many bins it has.
    edge_start, edges
        Upper edges, included, of a numerical feature's bins.
    category_start, category_bins
        The bin of each category from 0 of a categorical feature.
    """

    features: Ints
    sizes: Ints
    edge_start: Ints
    edges: Floats
    category_start: Ints
    category_bins: Ints


@dataclass(frozen=True, eq=False)
class Bins:
    """Codes of the features that a model uses.

    Attributes
    ----------
    classes
        The features and their bins; a feature's position there is its *slot*.
    slot
        (n_nodes,) slot of the column each node tests.
    goes_left
        One integer a node: bit b is set when bin b of its feature goes left.
    """

    classes: Classes
    slot: Ints
    goes_left: tuple[int, ...]

    @classmethod
    def of(cls, trees: Trees) -> Bins:
        """The bins of every feature that `trees` tests.

        Raises
        ------
        ModelRefused
            A feature is a number to one node and a category to another.
        """
        features, inverse = np.unique(trees.nodes.split_feature, return_inverse=True)
        slot = inverse.astype(np.int32)
        edges: list[Floats] = []
        categories: list[Ints] = []
        examples: list[Floats] = []
        for position in range(len(features)):
            nodes = np.flatnonzero(slot == position)
            categorical = trees.nodes.decision_type[nodes] & CATEGORICAL
            if categorical.any() and not categorical.all():
                raise refused(
                    "feature of two kinds",
                    f"column {features[position]}",
                    "numerical or categorical nodes",
                    "both",
                    "train all trees on one kind of data set",
                )
            edge, bins, example = (_categories if categorical.any() else _intervals)(trees, nodes)
            edges.append(edge)
            categories.append(bins)
            examples.append(example)
        classes = Classes(
            features=features.astype(np.int32),
            sizes=np.array([len(example) for example in examples], dtype=np.int32),
            edge_start=_starts(edges),
            edges=np.concatenate([*edges, np.empty(0)]),
            category_start=_starts(categories),
            category_bins=np.concatenate([*categories, np.empty(0, np.int32)]),
        )
        return cls(classes, slot, _left_sets(trees, slot, examples))

    @property
    def dtype(self) -> type[np.unsignedinteger]:
        """The smallest type that holds every code."""
        largest = int(self.classes.sizes.max(initial=1))
        return np.uint8 if largest <= 2**8 else np.uint16 if largest <= 2**16 else np.uint32

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return sum(array.nbytes for array in self.classes) + self.slot.nbytes


def _intervals(trees: Trees, nodes: NDArray[np.int64]) -> tuple[Floats, Ints, Floats]:
    """Upper edges of the intervals, no categories, and one value of each bin."""
    thresholds = trees.nodes.threshold[nodes].copy()
    # Within the zero band only "below" and "not below" can be told apart.
    thresholds[(thresholds >= 0) & (thresholds <= ZERO_THRESHOLD)] = ZERO_THRESHOLD
    thresholds[(thresholds < 0) & (thresholds >= -ZERO_THRESHOLD)] = BELOW_ZERO
    if ((trees.nodes.decision_type[nodes] >> MISSING_SHIFT) == MISSING_ZERO).any():
        thresholds = np.append(thresholds, [BELOW_ZERO, ZERO_THRESHOLD])
    edges = np.unique(thresholds)
    return edges, np.empty(0, np.int32), np.concatenate([edges, [np.inf, np.nan]])


def _categories(trees: Trees, nodes: NDArray[np.int64]) -> tuple[Floats, Ints, Floats]:
    """No edges, the bin of each known category, and one value of each bin."""
    starts, stops = trees.nodes.category_start[nodes], trees.nodes.category_stop[nodes]
    known = 32 * max(1, int((stops - starts).max()))
    member = np.zeros((known, len(nodes)), dtype=bool)
    for column, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        words = np.ascontiguousarray(trees.nodes.category_words[start:stop], dtype="<u4")
        bits = np.unpackbits(words.view(np.uint8), bitorder="little")
        member[: len(bits), column] = bits
    inside = np.flatnonzero(member.any(axis=1))
    _, first, kinds = np.unique(member[inside], axis=0, return_index=True, return_inverse=True)
    bins = np.full(known, len(first), dtype=np.int32)
    bins[inside] = kinds.reshape(-1)
    return np.empty(0), bins, np.append(inside[first].astype(np.float64), np.nan)


def _left_sets(trees: Trees, slot: Ints, examples: list[Floats]) -> tuple[int, ...]:
    """For each node the set of bins that go left, asked of the node's own rule."""
    widest = max((len(example) for example in examples), default=1)
    values = np.full((len(examples), widest), np.nan)
    for position, example in enumerate(examples):
        values[position, : len(example)] = example
    left = np.zeros((len(slot), widest), dtype=bool)
    decide(values, slot, trees.nodes, left)
    packed = np.packbits(left, axis=1, bitorder="little")
    return tuple(
        int.from_bytes(row.tobytes(), "little") & ((1 << len(examples[position])) - 1)
        for row, position in zip(packed, slot, strict=True)
    )


def _starts(parts: list[Floats] | list[Ints]) -> Ints:
    return np.cumsum([0, *(len(part) for part in parts)], dtype=np.int32)
