"""Figures of several rankings on the same rows, with intervals of paired differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from training.arrays import Floats, Ints, Texts
from training.concordance import Interval, auc
from training.evaluate import early_discovery_days, precision_at

FIGURES = ("auc", "stratified_auc", "lift_top_decile", "days_earlier")


@dataclass(frozen=True)
class Rows:
    """Tested rows, and what each ranking said about them.

    Parameters
    ----------
    y, entity_id, day, strata
        ``(n,)`` what was found, where, on which day, by which inspector group.
    window
        ``(n,)`` number of the two months within which visits could be re-ordered.
    scores
        Ranking → ``(n,)``, higher is riskier.
    """

    y: Ints
    entity_id: Texts
    day: Ints
    strata: Texts
    window: Ints
    scores: Mapping[str, Floats]

    def take(self, rows: Ints) -> Rows:
        """The given rows, a row as often as it is named."""
        return Rows(
            self.y[rows],
            self.entity_id[rows],
            self.day[rows],
            self.strata[rows],
            self.window[rows],
            {name: score[rows] for name, score in self.scores.items()},
        )


def figures(rows: Rows, replicates: int, seed: int) -> dict[str, dict[str, Interval]]:
    """Ranking → figure → estimate with its 95 % interval from resampling businesses.

    All rankings are resampled alike, so that `Interval.minus` gives the interval
    of a paired difference.
    """
    drawn: dict[tuple[str, str], list[float]] = {}
    for sample in _resampled(rows.entity_id, replicates, seed):
        for key, value in _values(rows.take(sample)).items():
            drawn.setdefault(key, []).append(value)
    found: dict[str, dict[str, Interval]] = {}
    for (name, figure), value in _values(rows).items():
        interval = Interval.of(value, np.array(drawn[name, figure]))
        found.setdefault(name, {})[figure] = interval
    return found


def _values(rows: Rows) -> dict[tuple[str, str], float]:
    measure: dict[str, Callable[[Floats], float]] = {
        "auc": lambda score: auc(rows.y, score),
        "stratified_auc": lambda score: auc(rows.y, score, rows.strata),
        "lift_top_decile": lambda score: (
            precision_at(rows.y, score, max(1, round(len(score) / 10))) / float(rows.y.mean())
        ),
        "days_earlier": lambda score: early_discovery_days(rows.y, score, rows.day, rows.window),
    }
    return {
        (name, figure): measure[figure](score)
        for name, score in rows.scores.items()
        for figure in FIGURES
    }


def _resampled(entity_id: Texts, replicates: int, seed: int) -> list[Ints]:
    """Row positions of as many businesses, drawn with replacement, each time."""
    _, codes = np.unique(entity_id, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes))
    members = np.split(order, ends[:-1])
    rng = np.random.default_rng(seed)
    n = len(members)
    return [np.concatenate([members[i] for i in rng.integers(0, n, n)]) for _ in range(replicates)]
