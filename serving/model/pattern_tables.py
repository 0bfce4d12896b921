"""Shapley values of every state a group of leaves can be seen in.

Let a leaf of value v have features 1…d on its path, let o in {0,1}^d say which
of them a row follows, and let c be a distribution over {0,1}^d: which of them a
*reference* follows. The game in which a coalition's features are the row's and
the others the reference's has the multilinear extension (Owen 1972)

    G(t) = v · Σ_b c(b) Π_j (o_j t + b_j (1 − t))

and feature i's Shapley value is the integral over t of the partial derivative,

    φ_i = v · ∫₀¹ Σ_b c(b) (o_i − b_i) Π_{j≠i} (o_j t + b_j (1 − t)) dt,

a polynomial of degree d − 1 that Gauss–Legendre integrates exactly with
n = ⌈d/2⌉ nodes (exact to degree 2n − 1). Two choices of c give the two methods
of Lundberg et al. 2020, "From local explanations to global understanding with
explainable AI for trees":

- the product of the path's cover fractions z, each factor z_j for 1 and 1 − z_j
  for 0: then Σ_b c(b) Π (…) = Π (o_j t + z_j (1 − t)), the path-dependent values
  of their Algorithm 2, which LightGBM's ``pred_contrib`` computes;
- the shares of a set of reference rows that follow b: their interventional values.

All 2^d patterns o are evaluated together: G is c under the Kronecker product of
the matrices M = [[0, 1 − t], [t, 1]] (rows o, columns b), d·2^d additions. The
derivative in dimension i replaces M by D = dM/dt = [[0, −1], [1, 0]], and
D M⁻¹ = [[−1/(1 − t), 0], [−1/(t (1 − t)), 1/t]], so each φ_i follows from G at o
and at o without i.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from serving.model.compiled import compiled
from serving.model.layout import Layout
from serving.model.leaf_groups import MOST_FEATURES_ON_A_PATH
from serving.model.trees import Floats


def path_dependent_tables(layout: Layout) -> Floats:
    """Cells of all groups for references drawn by the paths' cover fractions."""
    return _filled(layout, np.empty(0))


def interventional_tables(layout: Layout, shares: Floats) -> Floats:
    """Cells of all groups for reference rows, `shares` of them in each state.

    `shares` has one number a state, groups one after another.
    """
    return _filled(layout, shares)


def _filled(layout: Layout, shares: Floats) -> Floats:
    table = np.zeros(int(layout.table_start[-1]))
    nodes, weights = gauss_legendre(MOST_FEATURES_ON_A_PATH)
    _fill(layout, shares, nodes, weights, table)
    return table


def gauss_legendre(most_features: int) -> tuple[Floats, Floats]:
    """Nodes and weights on [0, 1]; row d integrates degree d − 1 exactly."""
    nodes = np.zeros((most_features + 1, (most_features + 1) // 2))
    weights = np.zeros_like(nodes)
    for d in range(1, most_features + 1):
        n = (d + 1) // 2
        x, w = np.polynomial.legendre.leggauss(n)
        nodes[d, :n], weights[d, :n] = (x + 1) / 2, w / 2
    return nodes, weights


@compiled
def _fill(layout: Layout, shares: Floats, nodes: Floats, weights: Floats, table: Floats) -> None:
    first_state = 0
    for group in range(len(layout.base)):
        width = layout.feature_start[group + 1] - layout.feature_start[group]
        first_cell = layout.table_start[group]
        states = (layout.table_start[group + 1] - first_cell) // width
        for leaf in range(layout.leaf_start[group], layout.leaf_start[group + 1]):
            first, d = layout.path_start[leaf], layout.path_start[leaf + 1]
            d -= first
            pattern = _patterns(layout, group, leaf, states)
            if len(shares):
                reference = np.zeros(1 << d)
                for state in range(states):
                    reference[pattern[state]] += shares[first_state + state]
            else:
                reference = _independent(layout.path_cover[first : first + d])
            value = _shapley(reference, d, nodes[d], layout.leaf_value[leaf] * weights[d])
            for state in range(states):
                cell = first_cell + state * width
                for i in range(d):
                    table[cell + layout.path_place[first + i]] += value[pattern[state], i]
        first_state += states


@compiled
def _patterns(layout: Layout, group: int, leaf: int, states: int) -> NDArray[np.int64]:
    """(n_states,) which of the leaf's features each state of the group follows, as bits."""
    pattern = np.zeros(states, dtype=np.int64)
    first = layout.path_start[leaf]
    for j in range(layout.path_start[leaf + 1] - first):
        place = layout.feature_start[group] + layout.path_place[first + j]
        stride, classes = layout.feature_stride[place], layout.feature_classes[place]
        follows = layout.path_follows[first + j]
        number = run = 0
        for state in range(states):
            pattern[state] |= np.int64(follows >> np.uint64(number) & np.uint64(1)) << j
            run += 1
            if run == stride:
                run = 0
                number = number + 1 if number + 1 < classes else 0
    return pattern


@compiled
def _independent(cover: Floats) -> Floats:
    """(2^d,) probability of each pattern when feature j follows with probability `cover`."""
    reference = np.zeros(1 << len(cover))
    reference[0] = 1.0
    for j in range(len(cover)):
        for b in range(1 << j):
            reference[b | 1 << j] = reference[b] * cover[j]
            reference[b] *= 1.0 - cover[j]
    return reference


@compiled
def _shapley(reference: Floats, d: int, nodes: Floats, weights: Floats) -> Floats:
    """(2^d, d) Shapley values of each pattern; `weights` include the leaf's value."""
    values = np.zeros((1 << d, d))
    for q in range((d + 1) // 2):
        t, weight = nodes[q], weights[q]
        g = reference.copy()
        for j in range(d):
            for b in range(1 << d):
                if not b >> j & 1:
                    zero, one = g[b], g[b | 1 << j]
                    g[b] = (1.0 - t) * one
                    g[b | 1 << j] = t * zero + one
        for o in range(1 << d):
            for i in range(d):
                if o >> i & 1:
                    values[o, i] += weight * (g[o] - g[o ^ 1 << i] / (1.0 - t)) / t
                else:
                    values[o, i] -= weight * g[o] / (1.0 - t)
    return values
