"""Leaves put together so that one look-up serves many of them.

What a tree's leaf adds to a row's contributions depends only on which of the
leaf's features the row *follows*: whether the feature's bin passes every test
that the path makes on it. A group of leaves of one tree sees each of its
features in a few *classes* of bins, all bins of a class being followed by the
same leaves; the group's *state* is one class a feature, and everything it adds
can be tabulated by state. Joining two groups saves look-ups for the features
they share, and costs a longer table.

Bins are held as integers: bit b of a set says that bin b belongs to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from serving.model.bins import Bins
from serving.model.model_text import refused
from serving.model.trees import Trees

# A table this small stays in the fastest cache, so joining up to here always pays.
COMFORTABLE_CELLS = 1024
# Classes are numbered in one machine word.
MOST_CLASSES = 64
# A leaf's table has 2^features states; past this it is refused at once.
MOST_FEATURES_ON_A_PATH = 20
# States that fit in 16 bits: joining never goes beyond.
MOST_JOINED_STATES = 2**16


@dataclass(frozen=True)
class Leaf:
    """One leaf: the bins each feature of its path may have, and the path's covers.

    `allowed` and `cover` are by slot, in the order of first use from the root;
    `cover` is the product of the shares of training rows that went the path's way.
    """

    number: int
    allowed: dict[int, int]
    cover: dict[int, float]


@dataclass(frozen=True)
class LeafGroup:
    """Leaves that share one table, and each feature's classes of bins, by slot."""

    leaves: tuple[Leaf, ...]
    classes: dict[int, tuple[int, ...]]

    @property
    def states(self) -> int:
        """How many combinations of classes there are."""
        product = 1
        for classes in self.classes.values():
            product *= len(classes)
        return product

    @property
    def cells(self) -> int:
        """How many numbers the group's table holds."""
        return self.states * len(self.classes)


def leaf_groups(trees: Trees, bins: Bins) -> tuple[list[list[LeafGroup]], list[float]]:
    """The groups of each tree in order, and each leaf's probability of being reached.

    Trees that are a single leaf have no group and are left out.

    Raises
    ------
    ModelRefused
        A node no training row came by, or a path with too many features.
    """
    groups: list[list[LeafGroup]] = []
    ends = [root for root in trees.roots if root >= 0] + [len(trees.nodes.left)]
    reach = [1.0] * trees.n_leaves
    for first, last in pairwise(ends):
        leaves = _paths(trees, bins, int(first), int(last))
        for leaf in leaves.values():
            for cover in leaf.cover.values():
                reach[leaf.number] *= cover
        groups.append(_joined(trees, bins, leaves, int(first), int(last)))
    return groups, reach


def _paths(trees: Trees, bins: Bins, first: int, last: int) -> dict[int, Leaf]:
    """The leaves of the tree whose nodes are `first` to `last`, by number."""
    left, right = trees.nodes.left.tolist(), trees.nodes.right.tolist()
    on_path: dict[int, tuple[dict[int, int], dict[int, float]]] = {first: ({}, {})}
    leaves = {}
    for node in range(first, last):
        allowed, cover = on_path.pop(node)
        slot = int(bins.slot[node])
        everything = (1 << int(bins.classes.sizes[slot])) - 1
        rows = float(trees.nodes.training_rows[node])
        if rows == 0:
            raise refused(
                "node without training rows",
                f"node {node}",
                "a count to share between its children",
                "0",
                "train with min_data_in_leaf of at least 1",
            )
        goes_left = bins.goes_left[node]
        for child, way in ((left[node], goes_left), (right[node], everything & ~goes_left)):
            count = trees.nodes.training_rows[child] if child >= 0 else trees.leaf_count[~child]
            path = (
                {**allowed, slot: allowed.get(slot, everything) & way},
                {**cover, slot: float(count) / rows * cover.get(slot, 1.0)},
            )
            if child >= 0:
                on_path[child] = path
                continue
            if len(path[0]) > MOST_FEATURES_ON_A_PATH:
                raise refused(
                    "path too long to tabulate",
                    f"leaf {~child}",
                    f"at most {MOST_FEATURES_ON_A_PATH} different features on a path",
                    str(len(path[0])),
                    "train with max_depth of at most 6, or fewer leaves",
                )
            leaves[~child] = Leaf(~child, *path)
    return leaves


def _joined(
    trees: Trees, bins: Bins, leaves: dict[int, Leaf], first: int, last: int
) -> list[LeafGroup]:
    """Join leaves from the bottom of the tree upwards, neighbours before strangers."""
    below: dict[int, list[LeafGroup]] = {}
    for node in reversed(range(first, last)):
        sides = []
        for child in (int(trees.nodes.left[node]), int(trees.nodes.right[node])):
            sides.append(below.pop(child) if child >= 0 else [_alone(leaves[~child], bins)])
        below[node] = _join(*sides)
    return below[first]


def _alone(leaf: Leaf, bins: Bins) -> LeafGroup:
    classes = {}
    for slot, allowed in sorted(leaf.allowed.items()):
        other = ((1 << int(bins.classes.sizes[slot])) - 1) & ~allowed
        classes[slot] = tuple(bins_ for bins_ in (allowed, other) if bins_)
    return LeafGroup((leaf,), classes)


def _join(left: list[LeafGroup], right: list[LeafGroup]) -> list[LeafGroup]:
    """Both lists' groups, each of `right` joined to the one of `left` that it fits best."""
    groups = list(left)
    for group in right:
        joined = [_both(other, group) for other in groups]
        saved = [
            len(other.classes) + len(group.classes) - len(both.classes) if both else 0
            for other, both in zip(groups, joined, strict=True)
        ]
        best = max(range(len(groups)), key=saved.__getitem__)
        both = joined[best]
        if both is not None and saved[best] > 0:
            groups[best] = both
        else:
            groups.append(group)
    return groups


def _both(one: LeafGroup, two: LeafGroup) -> LeafGroup | None:
    """The two groups as one, or None when its table would not be worth it."""
    limit = max(COMFORTABLE_CELLS, one.cells + two.cells)
    slots = sorted(one.classes.keys() | two.classes.keys())
    classes: dict[int, tuple[int, ...]] = {}
    cells = len(slots)
    for slot in slots:
        mine, yours = one.classes.get(slot), two.classes.get(slot)
        if mine is None or yours is None or mine == yours:
            classes[slot] = mine or yours or ()
        else:
            classes[slot] = tuple(a & b for a in mine for b in yours if a & b)
        cells *= len(classes[slot])
        if cells > limit or len(classes[slot]) > MOST_CLASSES:
            return None
    if cells > MOST_JOINED_STATES * len(slots):
        return None
    return LeafGroup((*one.leaves, *two.leaves), classes)
