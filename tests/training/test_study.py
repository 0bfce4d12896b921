from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from features.contracts import AtRecords
from tests.training.learnable import SETTINGS, learnable, written
from training.calendar import day_of
from training.errors import ImmatureLabels
from training.study import rolling_origin_study


def test_study_refits_each_month_on_a_longer_past(tmp_path: Path) -> None:
    town = learnable(AtRecords("checks"), tmp_path / "town")
    snapshot = written(town, tmp_path / "records")
    study = rolling_origin_study(
        town, snapshot, tmp_path, first=date(2023, 8, 1), last=date(2023, 10, 5), settings=SETTINGS
    )
    assert [month.name for month in study.months] == ["2023-08", "2023-09", "2023-10"]
    learnt = [month.learnt_from for month in study.months]
    assert learnt == sorted(set(learnt))
    tested = study.sample.take(study.predictions.rows)
    assert len(tested) == sum(month.rows for month in study.months)
    assert tested.event_day.min() >= day_of(date(2023, 8, 1))
    assert tested.event_day.max() <= day_of(date(2023, 10, 31))


def test_study_writes_a_table_and_predictions_to_judge_again(tmp_path: Path) -> None:
    town = learnable(AtRecords("checks"), tmp_path / "town")
    snapshot = written(town, tmp_path / "records")
    study = rolling_origin_study(
        town, snapshot, tmp_path, first=date(2023, 9, 1), last=date(2023, 10, 1),
        settings=SETTINGS, out_of_business_parts=2,
    )  # fmt: skip
    assert [month.name for month in study.months] == [
        "2023-09/0", "2023-09/1", "2023-10/0", "2023-10/1",
    ]  # fmt: skip
    study.write(tmp_path / "out")
    table = (tmp_path / "out" / "study.md").read_text(encoding="utf-8")
    assert "| past_violations |" in table
    assert "| 2023-10/1 |" in table
    figures = json.loads((tmp_path / "out" / "study.json").read_bytes())
    assert figures["figures"]["model"]["rows"] == len(study.predictions.rows)
    predictions = pq.read_table(tmp_path / "out" / "predictions.parquet")
    assert predictions.column_names[-4:] == ["model", "logistic", "scorecard", "past_violations"]


def test_monthly_study_keeps_the_gap_of_the_horizon(tmp_path: Path) -> None:
    town = learnable(None, tmp_path / "town")
    snapshot = written(town, tmp_path / "records")
    study = rolling_origin_study(
        town, snapshot, tmp_path, first=date(2023, 6, 1), last=date(2023, 7, 1), settings=SETTINGS
    )
    assert [month.name for month in study.months] == ["2023-06", "2023-07"]
    assert study.judgement.model.early_discovery_days is None
    assert study.judgement.model.auc.value > 0.6


def test_month_whose_labels_are_not_complete_is_refused(tmp_path: Path) -> None:
    town = learnable(None, tmp_path / "town")
    snapshot = written(town, tmp_path / "records")
    with pytest.raises(ImmatureLabels):
        rolling_origin_study(
            town, snapshot, tmp_path, first=date(2023, 6, 1), last=date(2024, 1, 1),
            settings=SETTINGS,
        )  # fmt: skip
