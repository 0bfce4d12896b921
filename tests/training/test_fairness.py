from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.concordance import Interval
from training.evaluate import Scored
from training.fairness import Group, Served, fairness


def town(rows: int = 6000, north_said: float = 0.0) -> tuple[Scored, np.ndarray]:
    """North breaks rules twice as often; `north_said` is added to its margins without cause."""
    rng = np.random.default_rng(0)
    north = rng.random(rows) < 0.5
    truth = rng.normal(-2.0, 1.0, rows) + 0.8 * north
    p = 1 / (1 + np.exp(-truth))
    y = (rng.random(rows) < p).astype(np.int64)
    entity = np.array([f"b{n}" for n in range(rows)])
    scored = Scored(y, truth + north_said * north, entity, np.zeros(rows, np.int64), p)
    return scored, np.where(north, "north", "south").astype("U9")


def groups(scored: Scored, of: np.ndarray) -> dict[str, Group]:
    found = fairness(scored, {"district": of}, capacity_share=0.1, replicates=60, seed=1)
    return {group.group: group for group in found}


def test_segment_that_behaves_worse_and_is_called_worse_is_served_alike() -> None:
    found = groups(*town())
    assert found["north"].happened > 1.4 * found["south"].happened
    assert found["north"].selected > 1.5 * found["south"].selected
    assert {group.served(1.5) for group in found.values()} == {Served.ALIKE}


def test_segment_called_worse_than_it_proves_is_served_unfairly() -> None:
    found = groups(*town(north_said=1.5))
    assert found["south"].served(1.5) is Served.UNFAIRLY
    assert found["south"].ratio is not None
    assert found["south"].ratio.value < 0.6


def test_few_businesses_are_too_few_to_say() -> None:
    scored, of = town()
    of[:25] = "island"
    found = groups(scored, of)
    assert found["island"].served(1.5) is Served.UNKNOWN
    assert found["island"].auc is None
    assert found["north"].auc is not None


def test_a_handful_of_positives_proves_nothing_about_a_group() -> None:
    few = Group(
        "sector", "farms", rows=90, positives=2, selected=0.1, false_alarms=0.1, said=0.09,
        happened=0.02, ratio=Interval(4.5, 2.4, 9.0, np.zeros(1)), auc=None, ece=None,
    )  # fmt: skip
    assert few.served(2) is Served.UNKNOWN
    assert replace(few, rows=900, positives=20).served(2) is Served.UNFAIRLY


def test_group_in_which_nothing_happened_is_too_small_to_say_and_raises_no_alarm() -> None:
    scored, of = town()
    quiet = np.flatnonzero(scored.y == 0)[:30]
    of[quiet] = "quiet"
    assert groups(scored, of)["quiet"].served(1.5) is Served.UNKNOWN
    assert groups(scored, of)["quiet"].ratio is None


def test_false_alarms_are_counted_among_the_innocent_only() -> None:
    y = np.array([1, 1, 0, 0] * 25)
    score = np.array([4.0, 1.0, 3.0, 2.0] * 25)
    entity = np.array([f"b{n}" for n in range(100)])
    scored = Scored(y, score, entity, np.zeros(100, np.int64), np.full(100, 0.5))
    [group] = fairness(
        scored, {"all": np.full(100, "all")}, capacity_share=0.5, replicates=5, seed=0
    )
    assert group.selected == pytest.approx(0.5)  # scores 4 and 3
    assert group.false_alarms == pytest.approx(0.5)  # 3, of 3 and 2
