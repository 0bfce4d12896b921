"""One ranking prepared so that its figures under many row weights are quick.

Ties are handled openly: where equal scores straddle a capacity, every business
in the tie is taken to be drawn with the same chance, and the expectation is
reported instead of the luck of one order.
"""

from __future__ import annotations

import numpy as np

from training.arrays import Floats, Ints


class Ranked:
    """Rows in the order of a ranking, equal scores together.

    Parameters
    ----------
    y
        ``(n,)`` of 0 and 1.
    score
        ``(n,)``, higher is riskier.

    Weights that leave no positive or no negative give NaN where a figure needs both.
    """

    def __init__(self, y: Ints, score: Floats) -> None:
        self._order = np.argsort(-score, kind="stable")
        ranked = score[self._order]
        self._y = y[self._order].astype(np.float64)
        # Last row of each tie.
        self._ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))

    def _cumulated(self, weight: Floats | None) -> tuple[Floats, Floats]:
        """Mass, and mass of positives, from the riskiest tie on."""
        rows = np.ones(len(self._y)) if weight is None else weight[self._order]
        mass: Floats = np.cumsum(rows)[self._ends]
        positive: Floats = np.cumsum(rows * self._y)[self._ends]
        return mass, positive

    def ks(self, weight: Floats | None = None) -> float:
        """Largest gap between the score distributions of positives and negatives."""
        mass, positive = self._cumulated(weight)
        negative = mass - positive
        if min(positive[-1], negative[-1]) <= 0:
            return float("nan")
        return float(np.abs(positive / positive[-1] - negative / negative[-1]).max())

    def precision_at(self, capacity: float, weight: Floats | None = None) -> float:
        """Expected share of positives among the riskiest `capacity` of the mass."""
        return _precision(*self._cumulated(weight), capacity)

    def lift(self, share: float, weight: Floats | None = None) -> float:
        """Precision in the riskiest `share` of the mass over that of all."""
        mass, positive = self._cumulated(weight)
        if positive[-1] <= 0:
            return float("nan")
        rate = float(positive[-1] / mass[-1])
        return _precision(mass, positive, share * mass[-1]) / rate


def _precision(mass: Floats, positive: Floats, capacity: float) -> float:
    """Expected share of positives in the first `capacity` of the cumulated mass."""
    taken = min(capacity, float(mass[-1]))
    last = min(int(np.searchsorted(mass, taken)), len(mass) - 1)
    before, found = (mass[last - 1], positive[last - 1]) if last else (0.0, 0.0)
    inside = mass[last] - before
    share = (positive[last] - found) / inside if inside > 0 else 0.0
    return float((found + (taken - before) * share) / taken)


def selected_share(score: Floats, share: float) -> Floats:
    """Chance of each row ``(n,)`` to be among the riskiest `share` of all.

    >>> selected_share(np.array([9.0, 5.0, 5.0, 1.0]), 0.5).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    capacity = share * len(score)
    _, tie = np.unique(-score, return_inverse=True)
    size = np.bincount(tie).astype(np.float64)
    taken = np.clip(capacity - (np.cumsum(size) - size), 0.0, size)
    chance: Floats = (taken / size)[tie]
    return chance
