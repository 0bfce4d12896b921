"""AUC: how often a positive is ranked above a negative, ties counting one half.

With strata, only pairs within one stratum count: a ranking cannot gain by
telling strict inspectors from lenient ones, only by telling businesses apart.
Intervals resample businesses, not rows, because a business's rows are alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from features.errors import Fault
from training.arrays import Floats, Ints, Texts
from training.errors import TooLittleData


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % bootstrap interval.

    `drawn` keeps the replicates, so that two rankings judged on the same resampled
    businesses can be compared.
    """

    value: float
    low: float
    high: float
    drawn: Floats = field(repr=False, compare=False)

    @classmethod
    def of(cls, value: float, drawn: Floats) -> Interval:
        """The interval of the replicates `drawn` around `value`."""
        low, high = np.nanpercentile(drawn, [2.5, 97.5])
        return cls(value, float(low), float(high), drawn)

    def minus(self, other: Interval) -> Interval:
        """The difference of two estimates from the same replicates."""
        return Interval.of(self.value - other.value, self.drawn - other.drawn)

    def __str__(self) -> str:
        return f"{self.value:.4f} ({self.low:.4f} to {self.high:.4f})"


class Concordance:
    """One ranking prepared so that its AUC under many row weights is quick.

    Parameters
    ----------
    y
        ``(n,)`` of 0 and 1.
    score
        ``(n,)``, higher is riskier.
    strata
        ``(n,)``; only pairs with equal values are compared. None: all pairs.
    """

    def __init__(self, y: Ints, score: Floats, strata: Texts | None = None) -> None:
        codes = _codes(strata) if strata is not None else np.zeros(len(y), dtype=np.int64)
        self._order = np.lexsort((score, codes))
        stratum, ranked = codes[self._order], score[self._order]
        self._y = (y[self._order] == 1).astype(np.float64)
        new = np.ones(len(y), dtype=np.bool_)
        new[1:] = (ranked[1:] != ranked[:-1]) | (stratum[1:] != stratum[:-1])
        self._cells = np.flatnonzero(new)
        of_cell = stratum[self._cells]
        self._start = np.searchsorted(of_cell, of_cell)
        self._end = np.searchsorted(of_cell, of_cell, side="right")

    def auc(self, weight: Floats | None = None) -> float:
        """Concordant pairs over all pairs; NaN when there is no pair."""
        if not len(self._order):
            return float("nan")
        rows = np.ones(len(self._order)) if weight is None else weight[self._order]
        risen = rows * self._y
        positive = np.add.reduceat(risen, self._cells)
        negative = np.add.reduceat(rows - risen, self._cells)
        before = np.concatenate([[0.0], np.cumsum(negative)])
        below = before[:-1] - before[self._start]
        # Not `@`: BLAS may share so small a product among threads that wait for each other.
        concordant = float((positive * (below + 0.5 * negative)).sum())
        pairs = float((positive * (before[self._end] - before[self._start])).sum())
        return concordant / pairs if pairs > 0 else float("nan")


def auc(y: Ints, score: Floats, strata: Texts | None = None) -> float:
    """Area under the ROC curve, within strata when they are given.

    >>> auc(np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.4, 0.8]))
    0.875
    """
    return Concordance(y, score, strata).auc()


def auc_interval(
    y: Ints,
    score: Floats,
    entity_id: Texts,
    *,
    strata: Texts | None = None,
    replicates: int = 200,
    seed: int = 0,
    weight: Floats | None = None,
) -> Interval:
    """AUC with a 95 % interval from resampling businesses.

    Parameters
    ----------
    weight
        ``(n,)`` how many rows each stands for; None: one each.

    Raises
    ------
    TooLittleData
        There is no pair to compare.
    """
    ranking = Concordance(y, score, strata)
    value = ranking.auc(weight)
    if np.isnan(value):
        raise TooLittleData(str(Fault(
            "no pairs", "the rows to evaluate", "positives and negatives",
            f"{int(y.sum())} positives among {len(y)} rows", "evaluate a longer period",
        )))  # fmt: skip
    times = resampled(entity_id, replicates, seed)
    drawn = np.array([ranking.auc(w if weight is None else w * weight) for w in times])
    return Interval.of(value, drawn)


def resampled(entity_id: Texts, replicates: int, seed: int) -> Iterator[Floats]:
    """How often each row ``(n,)`` is in each resample of the businesses, one after another."""
    codes = _codes(entity_id)
    n = int(codes.max()) + 1
    rng = np.random.default_rng(seed)
    for _ in range(replicates):
        yield np.bincount(rng.integers(0, n, n), minlength=n).astype(np.float64)[codes]


def _codes(values: Texts) -> Ints:
    codes: Ints = np.unique(values, return_inverse=True)[1].astype(np.int64)
    return codes
