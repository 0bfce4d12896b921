from __future__ import annotations

from dataclasses import replace

from tests.training.made_up import FEATURES, sample
from training.fit import FitSettings, inner_validation
from training.search import search

SETTINGS = FitSettings(max_rounds=25, patience=25, min_rows_in_leaf=20)


def test_same_data_and_seed_find_the_same_settings() -> None:
    rows = sample(1500)
    assert search(rows, FEATURES, SETTINGS, 3) == search(rows, FEATURES, SETTINGS, 3)


def test_what_is_found_is_no_worse_inside_than_what_was_given() -> None:
    rows = sample(1500)
    poor = replace(SETTINGS, learning_rate=0.01, leaves=3, feature_share=0.05)
    found = search(rows, FEATURES, poor, 6)
    assert inner_validation(rows, FEATURES, found)[1] > inner_validation(rows, FEATURES, poor)[1]
    assert (found.depth, found.seed) == (poor.depth, poor.seed)


def test_budget_of_one_trial_gives_the_settings_back() -> None:
    found = search(sample(800), FEATURES, SETTINGS, 1)
    assert found == SETTINGS
