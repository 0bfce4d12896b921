"""Run the Beijing study; write ``records.md``, ``results.md`` and ``results.json`` here.

    XINHENG_REAL_DATA=<folder that holds beijing/> python experiments/2026-11-beijing/run.py

A few minutes on two cores. Nothing of the records themselves is written to ``--out``.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from report import Origin, Part, write_records, write_results

from features.catalogue import Catalogue, load_catalogue
from features.ingest import ingest
from features.snapshot import Snapshot
from training.arrays import Ints
from training.calendar import day_of
from training.fit import Fitted, fit
from training.judge import MODEL, Judgement, Predictions, judge, predict
from training.sample import Sample
from training.settings import TrainSettings
from training.splits import Fold
from training.study import Study, rolling_origin_study

HERE = Path(__file__).resolve().parent
CITY = HERE.parent / "cities" / "beijing"
RECEIVED = date(2025, 4, 1)
LEARNT, TESTED = date(2022, 12, 31), date(2023, 12, 31)
SETTINGS = TrainSettings(replicates=300)
QUARTERS = (("2023 Q1", 1, 3), ("2023 Q2", 4, 6), ("2023 Q3", 7, 9), ("2023 Q4", 10, 12))


@dataclass(frozen=True)
class Headline:
    """One model learnt through 2022, what it said of 2023, and how likely it thought it."""

    sample: Sample
    fold: Fold
    model: Fitted
    predictions: Predictions

    @classmethod
    def of(cls, study: Study, catalogue: Catalogue) -> Headline:
        sample, city = study.sample, catalogue.jurisdiction
        cut = day_of(LEARNT)
        fold = Fold(
            "2023", cut, np.flatnonzero(sample.label_day <= cut),
            np.flatnonzero((sample.event_day > cut) & (sample.event_day <= day_of(TESTED))),
        )  # fmt: skip
        outcome = city.outcome("credit")
        said = predict(sample, [fold], city.features, outcome, SETTINGS.fit)
        model = fit(sample.take(fold.train), city.features, SETTINGS.fit)
        return cls(sample, fold, model, said)

    def judged(self, inside: Ints) -> Judgement:
        """The rankings on some of the tested rows."""
        return judge(self.sample, _some(self.predictions, inside), replicates=SETTINGS.replicates)

    def quarter(self, first: int, last: int) -> Ints:
        day = self.sample.event_day[self.predictions.rows]
        until = day_of(date(2023 + last // 12, last % 12 + 1, 1))
        return np.flatnonzero((day >= day_of(date(2023, first, 1))) & (day < until))

    def level(self, inside: Ints) -> tuple[float, float]:
        """Mean probability before any calibration on the tested year, and observed rate."""
        margin = self.predictions.scores[MODEL][inside]
        y = self.sample.y[self.predictions.rows[inside]]
        return float(np.mean(1 / (1 + np.exp(-margin)))), float(np.mean(y))


def _some(said: Predictions, inside: Ints) -> Predictions:
    return Predictions(
        said.rows[inside], said.month[inside],
        {name: score[inside] for name, score in said.scores.items()},
    )  # fmt: skip


def without_others(catalogue: Catalogue) -> Catalogue:
    """The city with no feature but those of inspections."""
    city = catalogue.jurisdiction
    own = tuple(f for f in city.features if f.source == "inspections")
    return replace(catalogue, jurisdiction=replace(city, features=own))


def parts_of(headline: Headline, study: Study) -> Sequence[Part]:
    """What is judged: the year at once, its quarters, and the monthly refits."""
    everything = np.arange(len(headline.fold.test))
    parts = [("2023, learnt through 2022", everything)]
    parts += [(name, headline.quarter(first, last)) for name, first, last in QUARTERS]
    found = [Part(name, headline.judged(rows), *headline.level(rows)) for name, rows in parts]
    margin = study.predictions.scores[MODEL]
    y = study.sample.y[study.predictions.rows]
    level = (float(np.mean(1 / (1 + np.exp(-margin)))), float(np.mean(y)))
    return [*found, Part("2023, learnt anew each month", study.judgement, *level)]


def main() -> None:
    """Ingest, account, study, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("XINHENG_REAL_DATA"))
    parser.add_argument("--home", type=Path, default=Path("var/2026-11-beijing"))
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the folder that holds beijing/ by --data or XINHENG_REAL_DATA")
    delivered = Path(options.data) / "beijing"
    catalogue = load_catalogue(str(CITY))
    account = ingest(catalogue, options.home, delivered, RECEIVED)
    snapshot = Snapshot.current(options.home)
    write_records(options.out, account, options.home, delivered)
    study = _studied(catalogue, snapshot, options.home)
    headline = Headline.of(study, catalogue)
    narrow = without_others(catalogue)
    own = Headline.of(_studied(narrow, snapshot, options.home), narrow)
    gained = {"inspections_only": own.predictions.scores[MODEL]}
    said = headline.predictions
    headline = replace(headline, predictions=replace(said, scores={**said.scores, **gained}))
    write_results(
        options.out,
        parts_of(headline, study),
        study,
        Origin(snapshot, delivered, headline.model),
    )


def _studied(catalogue: Catalogue, snapshot: Snapshot, home: Path) -> Study:
    return rolling_origin_study(
        catalogue, snapshot, home, first=date(2023, 1, 1), last=TESTED, settings=SETTINGS
    )


if __name__ == "__main__":
    main()
