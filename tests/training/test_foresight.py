from __future__ import annotations

import pytest

from tests.training.learnable import SETTINGS, learnable, written
from training.cohort import cohort_rows
from training.foresight import foresight
from training.matrix import read
from training.plan import plan


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    from features.builder import build

    home = tmp_path_factory.mktemp("home")
    town = learnable(None, home / "town")
    snapshot = written(town, home / "records")
    rows = cohort_rows(town, snapshot, plan(town, snapshot, SETTINGS).days)
    return town, snapshot, rows, read(build(town, snapshot, rows.spine, home))


def test_features_as_built_know_nothing_of_the_future(found: tuple[object, ...]) -> None:
    told = foresight(*found)  # type: ignore[arg-type]  # as the fixture made them
    assert told.changed == {}
    assert told.rows == 300


def test_one_value_that_could_not_be_known_is_noticed(found: tuple[object, ...]) -> None:
    town, snapshot, rows, X = found
    told = foresight(*found)  # type: ignore[arg-type]
    last = [i for i, day in enumerate(rows.as_of_day) if day == told.day]  # type: ignore[attr-defined]
    poisoned = X.copy()  # type: ignore[attr-defined]
    poisoned[last[7], 2] += 1.0
    changed = foresight(town, snapshot, rows, poisoned).changed  # type: ignore[arg-type]
    assert changed == {"failed_checks_count_36m": 1}
