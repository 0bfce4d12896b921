"""The loops that a row's contributions cost: find its states, add its cells.

Two loops do the same additions in the same order for each feature, so a row's
sums have the same bytes from either: one for many rows, which takes each step
for all of them while its table is near; one for a single row, which takes all
cells of a state while they are near.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from serving.model.bins import Classes
from serving.model.compiled import compiled, inlined
from serving.model.layout import Layout
from serving.model.trees import Floats

Codes = NDArray[np.unsignedinteger]
# Few enough rows for their values to stay in the fastest cache.
CODED_TOGETHER = 64
# As many groups as the machine can usefully fetch the cells of at once.
TOUCHED_TOGETHER = 64


class Desk(NamedTuple):
    """Room to work in; its width says how many rows are taken together.

    Attributes
    ----------
    codes, total
        (n_slots, width) bins and sums; codes are valid at all times.
    states
        (most groups of a tree, width)
    narrow
        (width,) bytes.
    """

    codes: Codes
    total: Floats
    states: Codes
    narrow: NDArray[np.uint8]


class Plan(NamedTuple):
    """What a row's look-ups follow: the features' bins and the tables' places."""

    classes: Classes
    layout: Layout


@compiled
def look_up(X: Floats, plan: Plan, table: Floats, desk: Desk, out: Floats) -> None:
    """Fill the feature columns of `out` (n, n_features + 1) for the rows of `X`."""
    classes, layout = plan.classes, plan.layout
    total = desk.total
    width = total.shape[1]
    for start in range(0, len(X), width):
        rows = X[start : start + width]
        code_rows(rows, classes, desk.codes)
        total[:] = 0.0
        if width == 1:
            add_cells_of_one(desk.codes[:, 0], layout, table, total[:, 0], desk.narrow)
        else:
            # A last part with fewer rows is worked on at full width.
            add_cells(desk, layout, table)
        for row in range(len(rows)):
            for slot in range(len(total)):
                out[start + row, classes.features[slot]] = total[slot, row]


@compiled
def code_rows(X: Floats, classes: Classes, codes: Codes) -> None:
    """Fill the first rows of `codes` with the bin of each used feature in each row of `X`.

    A column of a few rows at a time, so that what is read together stays near and
    the machine can search for several rows at once.
    """
    values = np.empty(CODED_TOGETHER)
    found = np.empty(CODED_TOGETHER, dtype=np.uint32)
    for start in range(0, len(X), CODED_TOGETHER):
        rows = min(CODED_TOGETHER, len(X) - start)
        for slot in range(len(classes.features)):
            for row in range(rows):
                values[row] = X[start + row, classes.features[slot]]
            missing = classes.sizes[slot] - 1
            first = classes.category_start[slot]
            known = classes.category_start[slot + 1] - first
            if known:
                for row in range(rows):
                    inside = -1.0 < values[row] < known
                    category = np.uintp(first + (int(values[row]) if inside else 0))
                    code = classes.category_bins[category] if inside else missing
                    codes[slot, start + row] = code
                continue
            # The number of edges below the value, by halves and without a branch.
            first = classes.edge_start[slot]
            left = classes.edge_start[slot + 1] - first
            found[:] = 0
            while left > 0:
                half = (left + 1) >> 1
                step, edge = np.uint32(half), np.uintp(first + half - 1)
                for row in range(rows):
                    below = classes.edges[edge + np.uintp(found[row])] < values[row]
                    found[row] += step if below else np.uint32(0)
                left -= half
            for row in range(rows):
                codes[slot, start + row] = missing if np.isnan(values[row]) else found[row]


@compiled
def add_cells(desk: Desk, layout: Layout, table: Floats) -> None:
    """Add to the desk's sums the cells of all its rows."""
    for tree in range(len(layout.group_start) - 1):
        first_group = layout.group_start[tree]
        for group in range(first_group, layout.group_start[tree + 1]):
            find_states(group, group - first_group, layout, desk)
        for item in range(layout.sum_start[tree], layout.sum_start[tree + 1]):
            add_terms(item, first_group, layout, table, desk)


@compiled
def find_states(group: int, place: int, layout: Layout, desk: Desk) -> None:
    """Fill row `place` of the desk's states for one group.

    Few states are counted in bytes, which is twice as fast.
    """
    states = desk.states[place]
    width = layout.feature_start[group + 1] - layout.feature_start[group]
    if layout.table_start[group + 1] - layout.table_start[group] <= 256 * width:
        add_weights(group, layout, desk.codes, desk.narrow)
        for row in range(len(states)):
            states[row] = desk.narrow[row]
    else:
        add_weights(group, layout, desk.codes, states)


@compiled
def add_weights(group: int, layout: Layout, codes: Codes, states: Codes) -> None:
    """Set `states` (n,) to a group's base, its true tests and its readings together."""
    states[:] = states.dtype.type(layout.base[group])
    none = states.dtype.type(0)
    for test in range(layout.test_start[group], layout.test_start[group + 1]):
        slot = layout.test_slot[test]
        cut = codes.dtype.type(layout.test_cut[test])
        weight = states.dtype.type(layout.test_weight[test])
        for row in range(len(states)):
            states[row] += weight if codes[slot, row] > cut else none
    for read in range(layout.read_start[group], layout.read_start[group + 1]):
        slot, first = layout.read_slot[read], np.uintp(layout.read_from[read])
        for row in range(len(states)):
            read_weight = layout.read_weight[first + np.uintp(codes[slot, row])]
            states[row] += states.dtype.type(read_weight)


@compiled
def add_terms(item: int, first_group: int, layout: Layout, table: Floats, desk: Desk) -> None:
    """Add one feature's cells of one tree, in the groups' order.

    Four, two or one at a time: fewer trips of the sum to memory and back.
    """
    column = desk.total[layout.sum_slot[item]]
    term, end = layout.term_start[item], layout.term_start[item + 1]
    while term < end:
        s0, c0, w0 = term_at(term, first_group, layout, desk.states)
        if end - term == 1:
            for row in range(len(column)):
                column[row] += table[c0 + w0 * np.uintp(s0[row])]
            return
        s1, c1, w1 = term_at(term + 1, first_group, layout, desk.states)
        if end - term < 4:
            for row in range(len(column)):
                column[row] = (column[row] + table[c0 + w0 * np.uintp(s0[row])]) + table[
                    c1 + w1 * np.uintp(s1[row])
                ]
            term += 2
            continue
        s2, c2, w2 = term_at(term + 2, first_group, layout, desk.states)
        s3, c3, w3 = term_at(term + 3, first_group, layout, desk.states)
        for row in range(len(column)):
            column[row] = (
                (
                    (column[row] + table[c0 + w0 * np.uintp(s0[row])])
                    + table[c1 + w1 * np.uintp(s1[row])]
                )
                + table[c2 + w2 * np.uintp(s2[row])]
            ) + table[c3 + w3 * np.uintp(s3[row])]
        term += 4


@inlined
def term_at(term: int, first_group: int, layout: Layout, states: Codes) -> tuple[Codes, Any, Any]:
    """A term's states, its cell in state 0, and how far apart its cells are."""
    group = layout.term_group[term]
    width = layout.feature_start[group + 1] - layout.feature_start[group]
    cell = layout.table_start[group] + layout.term_place[term]
    return states[group - first_group], np.uintp(cell), np.uintp(width)


@compiled
def add_cells_of_one(
    codes: Codes, layout: Layout, table: Floats, sums: Floats, touched: Codes
) -> None:
    """Add to `sums` (n_slots,) the cells of one row, its codes being `codes` (n_slots,).

    First all states, slot by slot. Then the cells of some groups at a time: one
    number of each is read first, so that the machine fetches these far places
    together and not one after another. `touched` (1,) keeps it from seeing that
    they are not needed.
    """
    states = np.zeros(len(layout.base), dtype=np.int32)
    for slot in range(np.uintp(len(codes))):
        first = np.uintp(layout.shift_start[slot])
        groups = np.uintp(layout.shift_start[slot + np.uintp(1)]) - first
        shift = np.uintp(layout.shift_from[slot]) + np.uintp(codes[slot]) * groups
        for group in range(groups):
            states[np.uintp(layout.shift_group[first + group])] += layout.shift_weight[
                shift + group
            ]
    cells = np.empty(TOUCHED_TOGETHER, dtype=np.uintp)
    one, count = np.uintp(1), np.uintp(len(layout.base))
    near = 0.0
    for start in range(np.uintp(0), count, np.uintp(TOUCHED_TOGETHER)):
        stop = min(start + np.uintp(TOUCHED_TOGETHER), count)
        for group in range(start, stop):
            features = layout.feature_start[group + one] - layout.feature_start[group]
            cell = np.uintp(layout.table_start[group]) + np.uintp(features) * np.uintp(
                states[group]
            )
            cells[group - start] = cell
            near += table[cell] + table[cell + np.uintp(features) - one]
        for group in range(start, stop):
            cell = cells[group - start]
            for feature in range(
                np.uintp(layout.feature_start[group]), np.uintp(layout.feature_start[group + one])
            ):
                sums[np.uintp(layout.feature_slot[feature])] += table[cell]
                cell += one
    touched[0] = near == 0.0


@compiled
def count_states(desk: Desk, layout: Layout, counts: Floats) -> None:
    """Add to `counts` (n_states of all groups,) the desk's rows that are in each state."""
    first_state = 0
    for tree in range(len(layout.group_start) - 1):
        for group in range(layout.group_start[tree], layout.group_start[tree + 1]):
            find_states(group, 0, layout, desk)
            for row in range(len(desk.narrow)):
                counts[first_state + np.int64(desk.states[0, row])] += 1
            width = layout.feature_start[group + 1] - layout.feature_start[group]
            first_state += (layout.table_start[group + 1] - layout.table_start[group]) // width
