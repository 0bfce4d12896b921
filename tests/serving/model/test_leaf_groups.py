"""Leaves join while their common table stays worth it, each in one group."""

from __future__ import annotations

from serving.model.bins import Bins
from serving.model.leaf_groups import leaf_groups
from serving.model.trees import Trees
from tests.serving.random_models import staircase, trained


def test_a_short_staircase_is_one_group_of_all_follow_patterns() -> None:
    trees = Trees.parse(staircase(3))
    [[group]], reach = leaf_groups(trees, Bins.of(trees))
    assert [leaf.number for leaf in group.leaves] == [0, 1, 2, 3]
    assert (group.states, group.cells) == (8, 24)
    assert reach == [0.25, 0.25, 0.25, 0.25]


def test_every_leaf_is_in_one_group_and_is_reached_for_certain() -> None:
    trees = Trees.parse(trained(1, num_leaves=40).model_to_string())
    groups, reach = leaf_groups(trees, Bins.of(trees))
    numbers = [leaf.number for tree in groups for group in tree for leaf in group.leaves]
    assert sorted(numbers) == list(range(trees.n_leaves))
    assert abs(sum(reach) - trees.n_trees) < 1e-9


def test_the_classes_of_a_feature_part_all_its_bins() -> None:
    trees = Trees.parse(trained(3, num_leaves=40).model_to_string())
    bins = Bins.of(trees)
    for tree in leaf_groups(trees, bins)[0]:
        for group in tree:
            for slot, classes in group.classes.items():
                everything = (1 << int(bins.classes.sizes[slot])) - 1
                assert sum(classes) == everything
