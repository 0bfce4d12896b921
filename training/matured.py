"""What became of those scored earlier, once their outcomes are mature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from features.builder import build
from features.catalogue import Catalogue
from features.contracts import Ahead, Monthly
from features.snapshot import Snapshot
from serving.decision.content import Bundle
from training.arrays import Floats, Ints
from training.calendar import day_of, last_month_end
from training.calibrate import probabilities
from training.cohort import CohortRows, population
from training.concordance import Interval, auc_interval
from training.labels import known_through, label
from training.matrix import read

_REPLICATES = 200


@dataclass(frozen=True)
class Matured:
    """One outcome of everyone open on the latest day whose labels are complete.

    Parameters
    ----------
    day
        The as-of day.
    expected
        Sum of the probabilities the bundle gives as of that day.
    ratio
        Happened over expected, by resampling businesses; None where nothing happened.
    auc
        None without a positive or a negative.
    is_later
        Whether the labels were complete only after the bundle was trained: the
        model cannot have learned from them.
    """

    outcome: str
    day: int
    rows: int
    happened: int
    expected: float
    ratio: Interval | None
    auc: Interval | None
    is_later: bool


def matured(
    catalogue: Catalogue, snapshot: Snapshot, bundle: Bundle, home: Path, day: int
) -> tuple[Matured, ...]:
    """Each outcome of the bundle on its latest mature month end, as known by `day`.

    Empty in a cohort of records, whose outcomes belong to records and not to days.
    """
    if not isinstance(catalogue.jurisdiction.cohort, Monthly):
        return ()
    through = min(known_through(catalogue, snapshot), day)
    found = []
    for outcome in catalogue.jurisdiction.outcomes:
        if outcome.name in bundle.models and isinstance(outcome.horizon, Ahead):
            wait = outcome.horizon.days + outcome.horizon.maturity_days
            as_of = day_of(last_month_end(through - wait))
            rows = population(snapshot, as_of)
            y = label(catalogue, snapshot, rows, outcome, through).y
            X = read(build(catalogue, snapshot, rows.spine, home))
            found.append(_judged(bundle, outcome.name, rows, X, y=y, complete=as_of + wait))
    return tuple(found)


def _judged(
    bundle: Bundle, outcome: str, rows: CohortRows, X: Floats, *, y: Ints, complete: int
) -> Matured:
    """The outcome `y` of the rows, whose labels were complete on a day, against the bundle."""
    model = bundle.models[outcome]
    margins = model.scorer.margins(X)
    p = probabilities(margins, model.spec.calibration)
    rng = np.random.default_rng(0)
    drawn = [rng.integers(0, len(y), len(y)) for _ in range(_REPLICATES)]
    ratios = np.array([y[some].sum() / max(p[some].sum(), 1e-9) for some in drawn])
    both = 0 < y.sum() < len(y)
    trained = day_of(date.fromisoformat(bundle.manifest.trained_as_of))
    return Matured(
        outcome=outcome,
        day=int(rows.as_of_day[0]),
        rows=len(y),
        happened=int(y.sum()),
        expected=float(p.sum()),
        ratio=Interval.of(float(y.sum() / p.sum()), ratios) if both else None,
        auc=auc_interval(y, margins, rows.entity_id) if both else None,
        is_later=complete > trained,
    )
