"""Where the tables of a model stand, and how a row finds its place in each.

Groups of leaves (`serving.model.leaf_groups`) are laid out tree by tree. A group's
table holds, state by state, one number a feature of the group. A row's state is
found by *tests*: a fixed number, plus the weight of every test whose code is
above its cut. That is one comparison a change of class along a feature's bins,
the same for all rows, which the machine makes for many rows at once.

Categories are not in an order that suits every tree and can change class many
times; such a feature's part of the state is *read* from a list of its bins.

For a single row the same numbers stand by feature: what a code of a slot *shifts*
the state of each group that has the slot by, in one run of memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from serving.model.bins import Bins
from serving.model.leaf_groups import MOST_JOINED_STATES, LeafGroup
from serving.model.model_text import refused
from serving.model.trees import Floats, Ints, Trees

# The tables of one model may take this much memory, in bytes.
MEMORY_BOUND = 2**30
# Reading a feature's part of the state costs a row about as much as this many tests.
TESTS_WORTH_READING = 8


class Layout(NamedTuple):
    """The tables' places, as flat arrays that compiled loops read.

    Fields named ``x_start`` bound the entries of x: those of item i are
    ``x_start[i]`` to ``x_start[i + 1]``.

    Attributes
    ----------
    group_start
        (n_trees + 1,) groups of each tree.
    table_start, base
        First cell of a group's table; its state when no test is true.
    test_start, test_slot, test_cut, test_weight
        A group's tests: what is added to the state when the slot's code is above the cut.
    read_start, read_slot, read_from, read_weight
        A group's readings: what the slot's code c adds is ``read_weight[read_from + c]``.
    shift_start, shift_group, shift_from, shift_weight
        A slot's groups, rising: the slot's code c adds to the state of the k-th of
        its n groups ``shift_weight[shift_from + c n + k]``; all slots together make
        the whole state.
    feature_start, feature_slot, feature_stride, feature_classes
        A group's features: a class counts `feature_stride` states.
    sum_start, sum_slot, term_start, term_group, term_place
        A tree's features again, each with the groups that add to it, in order.
    leaf_start, leaf_value
        A group's leaves.
    path_start, path_place, path_cover, path_follows
        A leaf's features: the place among its group's, the share of training rows
        that goes the path's way, and the classes that do, as bits.
    """

    group_start: Ints
    table_start: Ints
    base: Ints
    test_start: Ints
    test_slot: Ints
    test_cut: Ints
    test_weight: Ints
    read_start: Ints
    read_slot: Ints
    read_from: Ints
    read_weight: Ints
    shift_start: Ints
    shift_group: Ints
    shift_from: Ints
    shift_weight: Ints
    feature_start: Ints
    feature_slot: Ints
    feature_stride: Ints
    feature_classes: Ints
    sum_start: Ints
    sum_slot: Ints
    term_start: Ints
    term_group: Ints
    term_place: Ints
    leaf_start: Ints
    leaf_value: Floats
    path_start: Ints
    path_place: Ints
    path_cover: Floats
    path_follows: NDArray[np.uint64]

    @property
    def n_states(self) -> Ints:
        """(n_groups,) how many states each group has."""
        return np.diff(self.table_start) // np.diff(self.feature_start)

    @property
    def state_type(self) -> type[np.unsignedinteger]:
        """The smallest type that numbers every state."""
        most = int(self.n_states.max(initial=1))
        return np.uint16 if most <= MOST_JOINED_STATES else np.uint32

    @property
    def most_groups(self) -> int:
        """Groups of the tree that has most."""
        return int(np.diff(self.group_start).max(initial=0))


# The groups that have a slot, each with what every code of it adds to the state.
Shifts = list[tuple[int, Ints]]


class Parts(dict[str, list[Any]]):
    """The fields of a layout while they grow."""

    def __init__(self) -> None:
        super().__init__((field, []) for field in Layout._fields)
        for field in self:
            if field.endswith("_start"):
                self[field].append(0)

    def bound(self, start: str, entries: str) -> None:
        """Note that the item being laid ends at the last of `entries`."""
        self[start].append(len(self[entries]))

    def finished(self) -> Layout:
        """The arrays."""
        kinds: dict[str, type] = {
            "leaf_value": np.float64,
            "path_cover": np.float64,
            "path_follows": np.uint64,
        }
        return Layout(
            **{field: np.array(self[field], kinds.get(field, np.int32)) for field in self}
        )


def layout_of(groups: Sequence[Sequence[LeafGroup]], trees: Trees, bins: Bins) -> Layout:
    """Lay out the tables of `groups`, tree by tree.

    Raises
    ------
    ModelRefused
        The tables would take more than `MEMORY_BOUND`.
    """
    size = 8 * sum(group.cells for tree in groups for group in tree)
    if size > MEMORY_BOUND:
        widest = max(len(leaf.allowed) for tree in groups for g in tree for leaf in g.leaves)
        raise refused(
            "model too large to tabulate",
            f"{trees.n_trees} trees with {trees.n_leaves} leaves",
            f"tables of at most {MEMORY_BOUND >> 20} MiB",
            f"{size >> 20} MiB, paths of up to {widest} different features",
            "train with max_depth of at most 6, or fewer trees or leaves",
        )
    parts = Parts()
    shifts: list[Shifts] = [[] for _ in bins.classes.features]
    for tree in groups:
        _lay_tree(tree, parts, trees, bins, shifts)
    _lay_shifts(shifts, parts)
    return parts.finished()


def _lay_tree(
    tree: Sequence[LeafGroup], parts: Parts, trees: Trees, bins: Bins, shifts: list[Shifts]
) -> None:
    first = len(parts["base"])
    terms: dict[int, list[tuple[int, int]]] = {}
    for number, group in enumerate(tree):
        _lay_group(group, parts, bins, shifts)
        _lay_leaves(group, parts, trees)
        for place, slot in enumerate(group.classes):
            terms.setdefault(slot, []).append((first + number, place))
    for slot, uses in terms.items():
        parts["sum_slot"].append(slot)
        parts["term_group"].extend(group for group, _ in uses)
        parts["term_place"].extend(place for _, place in uses)
        parts.bound("term_start", "term_group")
    parts.bound("sum_start", "sum_slot")
    parts.bound("group_start", "base")


def _lay_group(group: LeafGroup, parts: Parts, bins: Bins, shifts: list[Shifts]) -> None:
    number = len(parts["base"])
    stride = 1
    base = 0
    for slot, classes in group.classes.items():
        parts["feature_slot"].append(slot)
        parts["feature_stride"].append(stride)
        parts["feature_classes"].append(len(classes))
        weight = stride * _class_of_each_bin(classes, int(bins.classes.sizes[slot]))
        shifts[slot].append((number, weight))
        change = np.diff(weight)
        cuts = np.flatnonzero(change)
        if len(cuts) > TESTS_WORTH_READING:
            parts["read_slot"].append(slot)
            parts["read_from"].append(len(parts["read_weight"]))
            parts["read_weight"].extend(weight.tolist())
        else:
            base += int(weight[0])
            parts["test_slot"].extend([slot] * len(cuts))
            parts["test_cut"].extend(cuts.tolist())
            parts["test_weight"].extend(change[cuts].tolist())
        stride *= len(classes)
    parts["base"].append(base)
    parts["table_start"].append(parts["table_start"][-1] + group.cells)
    parts.bound("test_start", "test_slot")
    parts.bound("read_start", "read_slot")
    parts.bound("feature_start", "feature_slot")


def _lay_shifts(shifts: Sequence[Shifts], parts: Parts) -> None:
    for of_slot in shifts:
        parts["shift_from"].append(len(parts["shift_weight"]))
        parts["shift_group"].extend(group for group, _ in of_slot)
        by_code = np.column_stack([weight for _, weight in of_slot])
        parts["shift_weight"].extend(by_code.reshape(-1).tolist())
        parts.bound("shift_start", "shift_group")


def _lay_leaves(group: LeafGroup, parts: Parts, trees: Trees) -> None:
    places = {slot: place for place, slot in enumerate(group.classes)}
    for leaf in group.leaves:
        parts["leaf_value"].append(trees.leaf_value[leaf.number])
        for slot, allowed in leaf.allowed.items():
            classes = enumerate(group.classes[slot])
            parts["path_place"].append(places[slot])
            parts["path_cover"].append(leaf.cover[slot])
            parts["path_follows"].append(sum(1 << k for k, bins in classes if bins & allowed))
        parts.bound("path_start", "path_place")
    parts.bound("leaf_start", "leaf_value")


def _class_of_each_bin(classes: tuple[int, ...], size: int) -> Ints:
    order = np.zeros(size, dtype=np.int32)
    for number, members in enumerate(classes):
        packed = np.frombuffer(members.to_bytes(size // 8 + 1, "little"), np.uint8)
        order[np.unpackbits(packed, bitorder="little")[:size].astype(bool)] = number
    return order
