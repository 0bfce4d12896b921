"""How good a ranking is, measured the way an inspectorate feels it.

With weights, every figure is that of the businesses the rows stand for: inverse
inclusion probabilities make those who were drawn speak for those who were not.
Intervals resample businesses, not rows; that of the calibration error is biased
upwards, because resampling adds noise to every bin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from training.arrays import Floats, Ints, Texts
from training.concordance import Interval, auc_interval, resampled
from training.ranked import Ranked

_Figure = Callable[[Floats], float]


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
    weight
        ``(n,)`` how many rows each stands for; None: one each.
    """

    y: Ints
    score: Floats
    entity_id: Texts
    day: Ints
    probability: Floats | None = None
    strata: Texts | None = None
    window: Ints | None = None
    weight: Floats | None = None


@dataclass(frozen=True)
class Evaluation:
    """Figures of one ranking on one set of rows; None where one does not apply.

    `intervals` holds those of the figures besides the AUC, for a ranking that
    claims probabilities.
    """

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
    intervals: Mapping[str, Interval] = field(default_factory=dict)

    def figures(self) -> dict[str, float]:
        """The figures that apply, by name, flat enough for a tracking store."""
        found = {name: value for name, value in vars(self).items() if name != "intervals"}
        flat: dict[str, float] = {}
        for name, value in (found | dict(self.intervals)).items():
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
    y = scored.y
    weight = np.ones(len(y)) if scored.weight is None else scored.weight
    interval = partial(
        auc_interval, y, scored.score, scored.entity_id,
        replicates=replicates, seed=seed, weight=scored.weight,
    )  # fmt: skip
    auc = interval()
    figures = _figures(scored, capacity_share)
    values = {name: figure(weight) for name, figure in figures.items()}
    # Challengers are compared by AUC; what their other figures might have been is not asked.
    asked = figures if scored.probability is not None else {}
    return Evaluation(
        rows=len(y),
        positives=int(y.sum()),
        auc=auc,
        stratified_auc=None if scored.strata is None else interval(strata=scored.strata),
        ks=values["ks"],
        lift_top_decile=values["lift_top_decile"],
        capacity=max(1, round(capacity_share * len(y))),
        precision_at_capacity=values["precision_at_capacity"],
        early_discovery_days=values.get("early_discovery_days"),
        brier=values.get("brier"),
        log_loss=values.get("log_loss"),
        ece=values.get("ece"),
        intervals=_intervals(asked, values, weight, resampled(scored.entity_id, replicates, seed)),
    )


def _figures(scored: Scored, capacity_share: float) -> dict[str, _Figure]:
    """Every figure that applies but the AUC, as a function of row weights."""
    y, p = scored.y, scored.probability
    ranked = Ranked(y, scored.score)
    figures: dict[str, _Figure] = {
        "ks": ranked.ks,
        "lift_top_decile": partial(ranked.lift, 0.1),
        "precision_at_capacity": lambda w: ranked.precision_at(
            max(1.0, capacity_share * float(w.sum())), w
        ),
    }
    if scored.window is not None:
        gained = days_gained(y, scored.score, scored.day, scored.window)
        positive = y == 1
        figures["early_discovery_days"] = lambda w: _mean(gained[positive], w[positive])
    if p is not None:
        figures |= {
            "brier": partial(brier, y, p),
            "log_loss": partial(log_loss, y, p),
            "ece": lambda w: ece(y, p, weight=w),
        }
    return figures


def _intervals(
    figures: Mapping[str, _Figure],
    values: Mapping[str, float],
    weight: Floats,
    resamples: Iterator[Floats],
) -> dict[str, Interval]:
    if not figures:
        return {}
    drawn = [[figure(weight * times) for figure in figures.values()] for times in resamples]
    columns = np.array(drawn).reshape(len(drawn), len(figures)).T
    return {
        name: Interval.of(values[name], column)
        for name, column in zip(figures, columns, strict=True)
    }


def _mean(values: Floats, weight: Floats | None) -> float:
    if weight is None:
        return float(np.mean(values))
    total = float(weight.sum())
    return float((weight * values).sum() / total) if total > 0 else float("nan")


def ks(y: Ints, score: Floats) -> float:
    """Largest gap between the score distributions of positives and negatives.

    >>> ks(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 2.0, 3.0]))
    0.5
    """
    return Ranked(y, score).ks()


def brier(y: Ints, p: Floats, weight: Floats | None = None) -> float:
    """Mean squared distance of probability and outcome.

    >>> brier(np.array([0, 1]), np.array([0.5, 1.0]))
    0.125
    """
    return _mean((p - y) ** 2, weight)


def log_loss(y: Ints, p: Floats, weight: Floats | None = None) -> float:
    """Mean negative log-likelihood, probabilities kept within 1e-9 of 0 and 1."""
    kept = np.clip(p, 1e-9, 1 - 1e-9)
    return _mean(-np.where(y == 1, np.log(kept), np.log1p(-kept)), weight)


def ece(y: Ints, p: Floats, bins: int = 10, weight: Floats | None = None) -> float:
    """Expected calibration error over equally full bins; equal values stay together.

    >>> round(ece(np.array([0, 0, 1, 1]), np.array([0.1, 0.1, 0.7, 0.7]), bins=2), 3)
    0.2
    """
    return float(
        sum(
            share * abs(mean_p - mean_y)
            for share, mean_p, mean_y in reliability(y, p, bins, weight)
        )
    )


def ece_by_chance(rows: float, rate: float, bins: int = 10) -> float:
    """About the calibration error that perfect probabilities show among so few rows.

    The mean absolute deviation of a share from its probability, bin by bin.

    >>> round(ece_by_chance(1000, 0.1), 4)
    0.0239
    """
    return float(np.sqrt(2.0 / np.pi * rate * (1.0 - rate) * bins / rows))


def reliability(
    y: Ints, p: Floats, bins: int = 10, weight: Floats | None = None
) -> list[tuple[float, float, float]]:
    """Per bin: share of the mass, mean probability, share of positives."""
    w = np.ones(len(y)) if weight is None else weight
    edges = np.unique(np.quantile(p, np.arange(1, bins) / bins, method="lower"))
    which = np.searchsorted(edges, p, side="left")
    mass, said, seen = (np.bincount(which, values) for values in (w, w * p, w * y))
    return [
        (float(m / mass.sum()), float(a / m), float(b / m))
        for m, a, b in zip(mass, said, seen, strict=True)
        if m > 0
    ]


def precision_at(y: Ints, score: Floats, capacity: int) -> float:
    """Expected share of positives among the `capacity` riskiest rows.

    >>> precision_at(np.array([1, 0, 1, 0]), np.array([9.0, 5.0, 5.0, 1.0]), 2)
    0.75
    """
    return Ranked(y, score).precision_at(capacity)


def early_discovery_days(y: Ints, score: Floats, day: Ints, window: Ints | None = None) -> float:
    """Mean days by which positives are found earlier when the riskiest go first.

    The same rows are carried out, as many on each day as actually were, in the
    order of the ranking within each window (None: all in one); the City of
    Chicago's own measure of its food-inspection model, whose window was two
    months. Rows with equal scores share the mean of the days they occupy.

    >>> early_discovery_days(np.array([0, 1]), np.array([0.1, 0.9]), np.array([10, 17]))
    7.0
    """
    return float(np.mean(days_gained(y, score, day, window)[y == 1]))


def days_gained(y: Ints, score: Floats, day: Ints, window: Ints | None = None) -> Floats:
    """Days by which each row ``(n,)`` would be carried out earlier."""
    period = np.zeros(len(y), dtype=np.int64) if window is None else window
    gained = np.empty(len(y))
    for number in np.unique(period):
        inside = period == number
        gained[inside] = day[inside] - _planned_days(score[inside], day[inside])
    return gained


def _planned_days(score: Floats, day: Ints) -> Floats:
    """Expected day of each row when the slots of `day` go to the highest scores."""
    _, tie = np.unique(-score, return_inverse=True)
    sizes = np.bincount(tie)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    slots = np.sort(day).astype(np.float64)
    planned: Floats = (np.add.reduceat(slots, starts) / sizes)[tie]
    return planned
