"""Five poisoned models, each with the poison really in, and the rule that stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.builder import Matrix, build
from features.catalogue import Catalogue
from features.contracts import AtRecord, Evidence
from features.snapshot import Snapshot
from tests.training.learnable import LIMITS, SETTINGS, learnable, written
from tests.training.made_up import FEATURES, sample
from tests.training.small_town import outcome
from training.arrays import Texts
from training.calibrate import calibrate
from training.cohort import cohort_rows
from training.gate import fit_to_warn
from training.learn import Learned, learn
from training.plan import plan
from training.sample import Sample
from training.train import train

OUTCOME = replace(
    outcome(Evidence("checks"), horizon=AtRecord()), past="penalty_count_36m", adjust_for=None
)


def by_district(tested: Sample) -> Mapping[str, Texts]:
    north = np.array([hash_of(name) % 2 == 0 for name in tested.entity_id.tolist()])
    return {"district": np.where(north, "north", "south")}


def hash_of(name: str) -> int:
    return int(name.removeprefix("business "))


def failures(one: Learned) -> list[tuple[str, str]]:
    return [(rule.name, rule.found) for rule in fit_to_warn(one, LIMITS).failures]


@pytest.fixture(scope="module")
def honest() -> Learned:
    return learn(FEATURES, OUTCOME, sample(6000), SETTINGS, by_district)


def test_the_same_model_without_poison_passes(honest: Learned) -> None:
    assert failures(honest) == []


def test_label_among_the_features_is_caught_and_named() -> None:
    rows = sample(3000)
    rows.X[:, 4] = rows.y
    assert failures(learn(FEATURES, OUTCOME, rows, SETTINGS)) == [
        ("credit: no feature holds the outcome", "1.0000 by noise")
    ]


def test_label_that_points_the_other_way_is_caught_too() -> None:
    rows = sample(3000)
    rows.X[:, 1] = 5.0 - rows.y  # a column that may only lower risk
    one = learn(FEATURES, OUTCOME, rows, SETTINGS)
    assert ("credit: no feature holds the outcome", "1.0000 by clean_check_count_36m") in failures(
        one
    )


def test_shuffled_target_is_caught() -> None:
    rows = sample(3000)
    shuffled = replace(rows, y=np.random.default_rng(5).permutation(rows.y))
    names = [name for name, _ in failures(learn(FEATURES, OUTCOME, shuffled, SETTINGS))]
    assert names == ["credit: better than chance"]


def test_segment_that_was_punished_without_cause_is_caught_and_named() -> None:
    """In the past the north was found guilty at will; whoever learns from it goes on."""
    rows = sample(6000)
    north = by_district(rows)["district"] == "north"
    rows.X[:, 4] = north  # the model may tell the north from the south
    past = rows.as_of_day < np.quantile(rows.as_of_day, 0.85)
    at_will = north & past & (np.random.default_rng(1).random(len(rows)) < 0.7)
    rows.y[at_will] = 1
    found = dict(failures(learn(FEATURES, OUTCOME, rows, SETTINGS, by_district)))
    told = found.pop("credit: every segment is called as risky as it proves")
    assert told.startswith("district south: 0.")  # called far safer than it proves


def test_calibration_that_forgot_the_thinning_is_caught(honest: Learned) -> None:
    """Negatives were thinned out to learn quickly, and the level was never corrected."""
    tested = honest.tested
    negatives = np.flatnonzero(tested.y == 0)[::8]
    some = np.concatenate([np.flatnonzero(tested.y == 1), negatives])
    forgetful = calibrate(tested.y[some], tested.margin[some])
    broken = replace(honest, choice=replace(honest.choice, calibration=forgetful))
    [(name, found)] = failures(broken)
    assert name == "credit: the shipped calibration fits what was tested"
    assert float(found) > 0.2


def _with_the_future(town: Catalogue, snapshot: Snapshot, home: Path) -> Matrix:
    """The matrix that training will find, one feature as of half a year later."""
    days = plan(town, snapshot, SETTINGS)
    spine = cohort_rows(town, snapshot, days.days, SETTINGS.seed).spine
    matrix = build(town, snapshot, spine, home)
    later = pa.array(spine["as_of_day"].to_numpy() + 180, pa.int32())
    ahead = build(town, snapshot, spine.set_column(2, "as_of_day", later), home)
    table, column = matrix.read(), "penalties_count_36m"
    poisoned = table.set_column(
        table.column_names.index(column), table.schema.field(column), ahead.read([column])[column]
    )
    pq.write_table(poisoned, matrix.path)
    return matrix


def test_feature_from_the_future_is_refused_by_the_whole_run(tmp_path: Path) -> None:
    town = learnable(None, tmp_path / "town")
    snapshot = written(town, tmp_path / "records")
    _with_the_future(town, snapshot, tmp_path)
    result = train(town, snapshot, tmp_path, settings=SETTINGS)
    assert not result.promoted
    assert not (tmp_path / "bundles" / "CURRENT").exists()
    [failed] = [rule for rule in result.rules if rule.holds is False]
    assert failed.name == "no feature knows the future"
    assert failed.found.startswith("1 features differ, penalties_count_36m in ")
