"""The quadrature is exact, and the smallest tables are those made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from serving.model.bins import Bins
from serving.model.layout import layout_of
from serving.model.leaf_groups import leaf_groups
from serving.model.pattern_tables import (
    gauss_legendre,
    interventional_tables,
    path_dependent_tables,
)
from serving.model.trees import Trees
from tests.serving.random_models import staircase


@pytest.mark.parametrize("features", [1, 2, 3, 8, 20])
def test_half_as_many_nodes_as_features_integrate_exactly(features: int) -> None:
    nodes, weights = gauss_legendre(20)
    for degree in range(features):
        integral = np.sum(weights[features] * nodes[features] ** degree)
        assert integral == pytest.approx(1 / (degree + 1), abs=1e-14)


def test_a_stump_is_tabulated_as_by_hand() -> None:
    # Leaves 0 (left) and 1, one training row each: left is worth 0 − 1/2, right 1 − 1/2.
    trees = Trees.parse(staircase(1))
    bins = Bins.of(trees)
    groups, reach = leaf_groups(trees, bins)
    layout = layout_of(groups, trees, bins)
    assert reach == [0.5, 0.5]
    assert sorted(path_dependent_tables(layout)) == pytest.approx([-0.5, 0.5])
    # Three of four references are on the side of the first state.
    table = interventional_tables(layout, np.array([0.75, 0.25]))
    values = [-0.25, 0.75] if table[0] < table[1] else [0.25, -0.75]
    assert table == pytest.approx(values)
