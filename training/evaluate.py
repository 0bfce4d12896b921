"""How good a ranking is, measured the way an inspectorate feels it.

Ties are handled openly: where equal scores straddle a capacity, every business
in the tie is taken to be drawn with the same chance, and the expectation is
reported instead of the luck of one order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from training.arrays import Floats, Ints, Texts
from training.concordance import Interval, auc_interval


@dataclass(frozen=True)
class Scored:
    """Rows with what happened and what a ranking said.

    Parameters
    ----------
    y
        ``(n,)`` of 0 and 1.
    score
        ``(n,)``, higher is riskier.
    probability
        ``(n,)`` calibrated, or None for a ranking that claims none.
    entity_id, day
        ``(n,)``: the business, and the day the row was actually carried out (its
        event day in a cohort of records, its as-of day in a monthly one).
    strata
        ``(n,)`` values of the nuisance column, or None.
    window
        ``(n,)`` number of the period within which rows that were carried out one
        by one could have been carried out in another order; None where they were
        not.
    """

    y: Ints
    score: Floats
    entity_id: Texts
    day: Ints
    probability: Floats | None = None
    strata: Texts | None = None
    window: Ints | None = None


@dataclass(frozen=True)
class Evaluation:
    """Figures of one ranking on one set of rows; None where one does not apply."""

    rows: int
    positives: int
    auc: Interval
    stratified_auc: Interval | None
    ks: float
    lift_top_decile: float
    capacity: int
    precision_at_capacity: float
    early_discovery_days: float | None
    brier: float | None
    log_loss: float | None
    ece: float | None

    def figures(self) -> dict[str, float]:
        """The figures that apply, by name, flat enough for a tracking store."""
        flat: dict[str, float] = {}
        for name, value in vars(self).items():
            if isinstance(value, Interval):
                flat |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
            elif value is not None:
                flat[name] = float(value)
        return flat


def evaluate(
    scored: Scored,
    capacity_share: float = 0.1,
    replicates: int = 200,
    seed: int = 0,
) -> Evaluation:
    """Every figure of a ranking.

    Parameters
    ----------
    capacity_share
        Share of the rows that can be inspected.

    Raises
    ------
    TooLittleData
        The rows hold no positive or no negative.
    """
    y, p = scored.y, scored.probability
    capacity = max(1, round(capacity_share * len(y)))
    interval = partial(
        auc_interval, y, scored.score, scored.entity_id, replicates=replicates, seed=seed
    )
    return Evaluation(
        rows=len(y),
        positives=int(y.sum()),
        auc=interval(),
        stratified_auc=None if scored.strata is None else interval(strata=scored.strata),
        ks=ks(y, scored.score),
        lift_top_decile=precision_at(y, scored.score, max(1, round(len(y) / 10))) / float(y.mean()),
        capacity=capacity,
        precision_at_capacity=precision_at(y, scored.score, capacity),
        early_discovery_days=None
        if scored.window is None
        else early_discovery_days(y, scored.score, scored.day, scored.window),
        brier=None if p is None else brier(y, p),
        log_loss=None if p is None else log_loss(y, p),
        ece=None if p is None else ece(y, p),
    )


def ks(y: Ints, score: Floats) -> float:
    """Largest gap between the score distributions of positives and negatives.

    >>> ks(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 2.0, 3.0]))
    0.5
    """
    _, rank = np.unique(score, return_inverse=True)
    positive = np.cumsum(np.bincount(rank, y)) / y.sum()
    negative = np.cumsum(np.bincount(rank, 1 - y)) / (1 - y).sum()
    return float(np.abs(positive - negative).max())


def brier(y: Ints, p: Floats) -> float:
    """Mean squared distance of probability and outcome.

    >>> brier(np.array([0, 1]), np.array([0.5, 1.0]))
    0.125
    """
    return float(np.mean((p - y) ** 2))


def log_loss(y: Ints, p: Floats) -> float:
    """Mean negative log-likelihood, probabilities kept within 1e-9 of 0 and 1."""
    kept = np.clip(p, 1e-9, 1 - 1e-9)
    return float(-np.mean(np.where(y == 1, np.log(kept), np.log1p(-kept))))


def ece(y: Ints, p: Floats, bins: int = 10) -> float:
    """Expected calibration error over equally full bins; equal values stay together.

    >>> round(ece(np.array([0, 0, 1, 1]), np.array([0.1, 0.1, 0.7, 0.7]), bins=2), 3)
    0.2
    """
    return float(
        sum(share * abs(mean_p - mean_y) for share, mean_p, mean_y in reliability(y, p, bins))
    )


def ece_by_chance(rows: int, rate: float, bins: int = 10) -> float:
    """About the calibration error that perfect probabilities show among so few rows.

    The mean absolute deviation of a share from its probability, bin by bin.

    >>> round(ece_by_chance(1000, 0.1), 4)
    0.0239
    """
    return float(np.sqrt(2.0 / np.pi * rate * (1.0 - rate) * bins / rows))


def reliability(y: Ints, p: Floats, bins: int = 10) -> list[tuple[float, float, float]]:
    """Per bin: share of rows, mean probability, share of positives."""
    edges = np.unique(np.quantile(p, np.arange(1, bins) / bins, method="lower"))
    which = np.searchsorted(edges, p, side="left")
    return [
        (float(inside.mean()), float(p[inside].mean()), float(y[inside].mean()))
        for inside in (which == number for number in np.unique(which))
    ]


def precision_at(y: Ints, score: Floats, capacity: int) -> float:
    """Expected share of positives among the `capacity` riskiest rows.

    >>> precision_at(np.array([1, 0, 1, 0]), np.array([9.0, 5.0, 5.0, 1.0]), 2)
    0.75
    """
    if capacity >= len(y):
        return float(y.mean())
    boundary = np.partition(score, len(score) - capacity)[len(score) - capacity]
    above, tied = score > boundary, score == boundary
    expected = y[above].sum() + (capacity - above.sum()) * y[tied].mean()
    return float(expected / capacity)


def early_discovery_days(y: Ints, score: Floats, day: Ints, window: Ints | None = None) -> float:
    """Mean days by which positives are found earlier when the riskiest go first.

    The same rows are carried out, as many on each day as actually were, in the
    order of the ranking within each window (None: all in one); the City of
    Chicago's own measure of its food-inspection model, whose window was two
    months. Rows with equal scores share the mean of the days they occupy.

    >>> early_discovery_days(np.array([0, 1]), np.array([0.1, 0.9]), np.array([10, 17]))
    7.0
    """
    period = np.zeros(len(y), dtype=np.int64) if window is None else window
    gained = np.empty(len(y))
    for number in np.unique(period):
        inside = period == number
        gained[inside] = day[inside] - _planned_days(score[inside], day[inside])
    return float(np.mean(gained[y == 1]))


def _planned_days(score: Floats, day: Ints) -> Floats:
    """Expected day of each row when the slots of `day` go to the highest scores."""
    _, tie = np.unique(-score, return_inverse=True)
    sizes = np.bincount(tie)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    slots = np.sort(day).astype(np.float64)
    planned: Floats = (np.add.reduceat(slots, starts) / sizes)[tie]
    return planned
