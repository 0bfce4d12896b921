"""A rolling-origin study: refit every month on the past, test on the month after.

What a jurisdiction's models would have been worth, month by month, had they been
in force. The results are frozen, and written once as a table to be read and as
predictions to be re-judged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from features.builder import build
from features.catalogue import Catalogue
from features.contracts import Monthly
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving.manifest import CREDIT
from training.calendar import date_of, day_of, month_end, month_ends, months_before
from training.cohort import CohortDay, cohort_rows
from training.concordance import Interval, auc
from training.fit import Fitted
from training.judge import Judgement, Predictions, judge, predict
from training.labels import known_through
from training.learn import sample_of
from training.matrix import read
from training.plan import warm_up_end
from training.sample import Sample
from training.settings import TrainSettings
from training.splits import Fold, business_folds, out_of_business, rolling_origin

_COLUMNS = (
    "rows", "positives", "auc", "stratified_auc", "ks", "lift_top_decile",
    "precision_at_capacity", "early_discovery_days", "brier", "ece",
)  # fmt: skip


@dataclass(frozen=True)
class Month:
    """One tested month: how many rows it had, and how well each ranking did.

    `auc` is within nuisance groups where there are any; NaN in a month without a
    pair.
    """

    name: str
    learnt_from: int
    rows: int
    positives: int
    rounds: int
    auc: Mapping[str, float]


@dataclass(frozen=True)
class Study:
    """A study's frozen results.

    Parameters
    ----------
    outcome, snapshot, matrix
        What was learnt, from which records and features.
    months
        Each tested month.
    judgement
        Of all tested months together.
    predictions, sample
        What was predicted about which rows, to judge them otherwise.
    """

    outcome: str
    snapshot: str
    matrix: str
    months: tuple[Month, ...]
    judgement: Judgement
    predictions: Predictions
    sample: Sample

    def table(self) -> str:
        """All rankings over all months, and month by month, as Markdown."""
        return "\n".join([*_overall(self), "", *_by_month(self), ""])

    def write(self, folder: Path) -> None:
        """Write ``study.md``, ``study.json`` and ``predictions.parquet`` into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "study.md").write_text(self.table(), encoding="utf-8")
        text = json.dumps(_figures(self), sort_keys=True, indent=1)
        (folder / "study.json").write_text(text + "\n", encoding="utf-8")
        pq.write_table(_predictions(self), folder / "predictions.parquet")


def rolling_origin_study(
    catalogue: Catalogue,
    snapshot: Snapshot,
    home: Path,
    *,
    first: date,
    last: date,
    outcome: str = CREDIT,
    settings: TrainSettings | None = None,
    out_of_business_parts: int = 0,
    progress: Progress = silent,
) -> Study:
    """Refit before each month from `first` to `last` and pool what was predicted.

    Parameters
    ----------
    first, last
        Any day of the first and of the last month to test.
    out_of_business_parts
        Also leave each tested business out of what is learnt, in so many parts;
        0 tests known businesses as they come.

    Raises
    ------
    TooLittleData
        A month has nothing to learn from or nothing to test.
    ImmatureLabels
        The records end before the last month's labels are complete.
    """
    settings = settings or TrainSettings()
    declared = catalogue.jurisdiction.outcome(outcome)
    cuts = [day_of(months_before(end, 1)) for end in _ends(first, last)]
    days = _days(catalogue, snapshot, cuts, settings)
    rows = cohort_rows(catalogue, snapshot, days, settings.seed)
    matrix = build(catalogue, snapshot, rows.spine, home, progress)
    through = known_through(catalogue, snapshot)
    sample = sample_of(
        catalogue, snapshot, rows, read(matrix), declared, through=through, only_mature=False
    )
    folds: Sequence[Fold] = rolling_origin(sample.as_of_day, sample.label_day, cuts)
    if out_of_business_parts:
        part = business_folds(sample.entity_id.tolist(), out_of_business_parts, settings.seed)
        folds = [piece for fold in folds for piece in out_of_business(fold, part)]
    models: list[Fitted] = []

    def told(fold: Fold, model: Fitted) -> None:
        models.append(model)
        progress(fold.name, len(models), len(folds))

    features = catalogue.jurisdiction.features
    predictions = predict(sample, folds, features, declared, settings.fit, told=told)
    judgement = judge(
        sample,
        predictions,
        capacity_share=settings.capacity_share,
        replicates=settings.replicates,
        seed=settings.seed,
    )
    months = _months(sample, folds, models, predictions)
    return Study(outcome, snapshot.name, matrix.name, months, judgement, predictions, sample)


def _ends(first: date, last: date) -> tuple[date, ...]:
    """Month ends of the tested months."""
    return month_ends(first, month_end(last))


def _days(
    catalogue: Catalogue, snapshot: Snapshot, cuts: Sequence[int], settings: TrainSettings
) -> tuple[CohortDay, ...]:
    """Every month end from the warm-up of the records to the last cut."""
    if not isinstance(catalogue.jurisdiction.cohort, Monthly):
        return ()
    warm = warm_up_end(catalogue, snapshot, settings)
    return tuple(
        CohortDay(day_of(end), settings.rows_per_day)
        for end in month_ends(warm, date_of(max(cuts)))
    )


def _months(
    sample: Sample, folds: Sequence[Fold], models: Sequence[Fitted], predictions: Predictions
) -> tuple[Month, ...]:
    starts = np.cumsum([0, *(len(fold.test) for fold in folds)])
    months = []
    for number, (fold, model) in enumerate(zip(folds, models, strict=True)):
        inside = slice(starts[number], starts[number + 1])
        tested = sample.take(fold.test)
        months.append(
            Month(
                name=fold.name,
                learnt_from=len(fold.train),
                rows=len(fold.test),
                positives=int(tested.y.sum()),
                rounds=model.rounds,
                auc={
                    name: auc(tested.y, score[inside], tested.nuisance)
                    for name, score in predictions.scores.items()
                },
            )
        )
    return tuple(months)


def _overall(study: Study) -> list[str]:
    lines = [
        f"| ranking | {' | '.join(_COLUMNS)} | model's advantage |",
        "|" + "---|" * (len(_COLUMNS) + 2),
    ]
    for name, evaluation in study.judgement.evaluations.items():
        cells = [_cell(getattr(evaluation, column)) for column in _COLUMNS]
        ahead = study.judgement.advantage.get(name)
        lines.append(f"| {name} | {' | '.join(cells)} | {_cell(ahead)} |")
    return lines


def _by_month(study: Study) -> list[str]:
    names = list(study.judgement.evaluations)
    lines = [
        f"| month | learnt from | rows | positives | rounds | {' | '.join(names)} |",
        "|" + "---|" * (5 + len(names)),
    ]
    for month in study.months:
        aucs = " | ".join(f"{month.auc[name]:.3f}" for name in names)
        lines.append(
            f"| {month.name} | {month.learnt_from:,} | {month.rows:,} | {month.positives:,} "
            f"| {month.rounds} | {aucs} |"
        )
    return lines


def _cell(value: Interval | float | int | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, Interval):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4f}"


def _figures(study: Study) -> dict[str, object]:
    return {
        "outcome": study.outcome,
        "snapshot": study.snapshot,
        "matrix": study.matrix,
        "figures": {name: e.figures() for name, e in study.judgement.evaluations.items()},
        "advantage": {
            name: [a.value, a.low, a.high] for name, a in study.judgement.advantage.items()
        },
        "months": [asdict(month) for month in study.months],
    }


def _predictions(study: Study) -> pa.Table:
    tested = study.sample.take(study.predictions.rows)
    return pa.table(
        {
            "entity_id": tested.entity_id.tolist(),
            "as_of_day": tested.as_of_day,
            "event_day": tested.event_day,
            "y": tested.y,
            **study.predictions.scores,
        }
    )
