"""Which days a run learns from, is judged at and sets its tiers on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from features.catalogue import Catalogue
from features.contracts import Ahead, Monthly, Outcome
from features.errors import Fault
from features.snapshot import Snapshot
from training.arrays import Ints
from training.calendar import (
    date_of,
    day_of,
    last_month_end,
    month_end,
    month_ends,
    months_before,
)
from training.cohort import CohortDay
from training.errors import TooLittleData
from training.labels import evidence_days, known_through
from training.settings import TrainSettings

_FULL_MONTH = 21  # days of records that make a month worth testing


@dataclass(frozen=True)
class Plan:
    """The days of a run.

    Parameters
    ----------
    through
        Last day the records cover.
    scored_day
        Month end on which all open businesses are scored to set the tiers.
    days
        As-of days of a monthly cohort; none for a cohort of records.
    """

    through: int
    scored_day: int
    days: tuple[CohortDay, ...]


def plan(catalogue: Catalogue, snapshot: Snapshot, settings: TrainSettings) -> Plan:
    """The days that the records allow.

    In a monthly cohort they stand `months_apart` months apart, counted from the
    last month end whose longest horizon is complete, back to the warm-up of the
    records and forward for outcomes with shorter horizons.

    Raises
    ------
    TooLittleData
        No month end is late enough for features and early enough for labels.
    """
    through = known_through(catalogue, snapshot)
    scored = day_of(last_month_end(through))
    if not isinstance(catalogue.jurisdiction.cohort, Monthly):
        return Plan(through, scored, ())
    warm = warm_up_end(catalogue, snapshot, settings)
    outcomes = wanted_outcomes(catalogue, settings)
    days = sorted({d for o in outcomes for d in _mature_days(o, outcomes, through, warm, settings)})
    if not days:
        raise TooLittleData(str(Fault(
            "no as-of day", "the records", f"a mature month end from {warm} on",
            f"records that cover only up to {date_of(through)}", "deliver older or later records",
        )))  # fmt: skip
    return Plan(through, scored, tuple(CohortDay(day, settings.rows_per_day) for day in days))


def warm_up_end(catalogue: Catalogue, snapshot: Snapshot, settings: TrainSettings) -> date:
    """First month end by which records had been kept for the warm-up."""
    first, _ = evidence_days(catalogue, snapshot)
    return months_before(month_end(date_of(first)), -settings.warm_up_months)


def wanted_outcomes(catalogue: Catalogue, settings: TrainSettings) -> tuple[Outcome, ...]:
    """The outcomes the settings ask for, in the catalogue's order."""
    outcomes = catalogue.jurisdiction.outcomes
    wanted = settings.outcomes
    return tuple(o for o in outcomes if wanted is None or o.name in wanted or o.name == "credit")


def _mature_days(
    outcome: Outcome, outcomes: Sequence[Outcome], through: int, warm: date, settings: TrainSettings
) -> list[int]:
    """The last `most_days` days of the common grid on which the outcome is mature."""
    anchor = last_month_end(through - max(_horizon(o) for o in outcomes))
    last = last_month_end(through - _horizon(outcome))
    month = anchor.year * 12 + anchor.month
    grid = [
        day_of(end)
        for end in month_ends(warm, last)
        if (end.year * 12 + end.month - month) % settings.months_apart == 0
    ]
    return grid[-settings.most_days :]


def _horizon(outcome: Outcome) -> int:
    horizon = outcome.horizon
    return horizon.days + horizon.maturity_days if isinstance(horizon, Ahead) else 0


def cuts(as_of_day: Ints, label_day: Ints, y: Ints, settings: TrainSettings) -> tuple[int, ...]:
    """The latest cuts with enough history before and enough to judge after, ascending.

    In a monthly cohort a cut is one of its as-of days; in a cohort of records
    each month end followed by at least three weeks of records.
    """
    found: list[int] = []
    for end in reversed(_candidates(as_of_day)):
        cut, until = day_of(end), day_of(months_before(end, -1))
        train = label_day <= cut
        test = (as_of_day >= cut) & (as_of_day < until)
        if y[train].sum() >= settings.least_positives and test.any():
            if y[test].sum() >= max(1, settings.least_positives // 5) and (y[test] == 0).any():
                found.append(cut)
        elif not train.any():
            break
        if len(found) == settings.folds:
            break
    return tuple(sorted(found))


def _candidates(as_of_day: Ints) -> list[date]:
    days = [date_of(int(day)) for day in np.unique(as_of_day)]
    if all(when == months_before(when, 0) for when in days):
        return days
    latest = int(as_of_day.max())
    last = last_month_end(latest)
    if latest - day_of(last) < _FULL_MONTH:
        last = months_before(last, 1)
    return list(month_ends(days[0], last))
