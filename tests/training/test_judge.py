from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from features.contracts import AtRecord, Evidence
from tests.training.learnable import SETTINGS
from tests.training.made_up import FEATURES, sample
from tests.training.small_town import outcome
from training.calendar import date_of, day_of, month_ends
from training.evaluate import ece
from training.judge import MODEL, Predictions, cross_calibrated, judge, predict
from training.splits import business_folds, rolling_origin

OUTCOME = type(outcome(horizon=AtRecord()))(
    "credit", outcome(horizon=AtRecord()).title, (Evidence("checks"),), AtRecord(),
    past="penalty_count_36m",
)  # fmt: skip


def test_every_ranking_is_judged_on_the_same_later_rows() -> None:
    rows = sample(3000, groups=(-0.5, 0.5))
    ends = [day_of(end) for end in month_ends(date_of(600), date(1971, 10, 31))]
    folds = rolling_origin(rows.as_of_day, rows.label_day, ends)
    heard: list[str] = []
    predictions = predict(
        rows, folds, FEATURES, OUTCOME, SETTINGS.fit, told=lambda fold, _: heard.append(fold.name)
    )
    assert heard == [fold.name for fold in folds]
    judgement = judge(rows, predictions, replicates=20)
    assert set(judgement.evaluations) == {MODEL, "logistic", "scorecard", "past_violations"}
    assert {e.rows for e in judgement.evaluations.values()} == {sum(len(f.test) for f in folds)}
    assert judgement.model.auc.value > 0.65
    assert judgement.model.stratified_auc is not None
    assert judgement.model.early_discovery_days is not None
    ahead = judgement.advantage["past_violations"]
    other = judgement.evaluations["past_violations"].stratified_auc
    assert other is not None
    assert ahead.value == pytest.approx(judgement.model.stratified_auc.value - other.value)


def test_probabilities_are_calibrated_on_other_businesses() -> None:
    rows = sample(2000)
    margin = np.where(rows.y == 1, 1.0, -1.0) + np.random.default_rng(0).normal(0, 2.0, 2000)
    p = cross_calibrated(rows, margin, seed=1)
    part = business_folds(rows.entity_id.tolist(), 5, 1)
    # Swapping all labels of one part leaves the probabilities of that part alone.
    swapped = rows.take(np.arange(len(rows)))
    swapped.y[part == 0] = 1 - swapped.y[part == 0]
    again = cross_calibrated(swapped, margin, seed=1)
    assert (again[part == 0] == p[part == 0]).all()
    assert (again[part != 0] != p[part != 0]).any()
    assert ece(rows.y, p) < 0.05


def test_inspections_are_reordered_within_two_months_only() -> None:
    rows = sample(400)
    tested = np.arange(400)
    month = np.repeat([0, 1, 2, 3], 100)
    score = np.arange(400.0)
    judgement = judge(rows, Predictions(tested, month, {MODEL: score}), replicates=5)
    assert judgement.model.early_discovery_days is not None
    longest = max(
        rows.event_day[month // 2 == window].max() - rows.event_day[month // 2 == window].min()
        for window in (0, 1)
    )
    assert abs(judgement.model.early_discovery_days) <= longest
