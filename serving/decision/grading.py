"""From a model's margin to score, tier, probability and warning level."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from serving.manifest import Band, Calibration, Level, LevelCuts, ScoreScale, Tier, TierCuts

LOWEST, HIGHEST = 0, 10_000  # tenths


def score_tenths(margin: float, scale: ScoreScale) -> int:
    """Score in tenths before clipping, half to even.

    >>> score_tenths(-3.0, ScoreScale(40, 600, 0.05, 57.7, 427.1))
    6002
    """
    return round((scale.offset - scale.factor * margin) * 10.0)


def clipped(tenths: int) -> int:
    """The score within 0 and 1000 points."""
    return min(max(tenths, LOWEST), HIGHEST)


def tier_of(tenths: int, cuts: TierCuts) -> Tier:
    """The tier of a score: the best whose lowest score it reaches.

    >>> [tier_of(s, TierCuts(A=7000, B=5000, C=3000)) for s in (7000, 6999, 2999)]
    ['A', 'B', 'D']
    """
    if tenths >= cuts.A:
        return "A"
    if tenths >= cuts.B:
        return "B"
    return "C" if tenths >= cuts.C else "D"


def probability(margin: float, calibration: Calibration) -> float:
    """Calibrated probability, linear between knots, level beyond, to 4 decimals.

    >>> knots = Calibration((-4.0, 0.0), (0.01, 0.41))
    >>> probability(-9.0, knots), probability(-3.0, knots), probability(2.0, knots)
    (0.01, 0.11, 0.41)
    """
    return round(_between(calibration.probability, *_place(margin, calibration.margin)), 4)


def interval(margin: float, calibration: Calibration) -> tuple[int, int] | None:
    """Between what the probability lies, × 10,000; None of a map without a band.

    Rounded outwards, so that the probability lies within whatever its own rounding.

    >>> knots = Calibration((-4.0, 0.0), (0.01, 0.41), Band(0.9, (0.0, 0.3), (0.02, 0.5)))
    >>> interval(-9.0, knots), interval(-3.0, knots), interval(2.0, knots)
    ((0, 200), (750, 1400), (3000, 5000))
    """
    band = calibration.band
    if band is None:
        return None
    at = _place(margin, calibration.margin)
    low, high = _between(band.lower, *at), _between(band.upper, *at)
    return math.floor(low * 10_000), math.ceil(high * 10_000)


def intervals(
    margin: NDArray[np.float64], knots: tuple[float, ...], band: Band
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """The same of many margins ``(n,)``: lower and upper ends × 10,000."""
    at = np.array(knots)
    left = np.clip(np.searchsorted(at, margin, side="right") - 1, 0, len(at) - 1)
    right = np.minimum(left + 1, len(at) - 1)
    inside = (margin > at[0]) & (margin < at[-1])
    share = np.zeros(len(margin))
    np.divide(margin - at[left], at[right] - at[left], out=share, where=inside)

    def end(values: tuple[float, ...]) -> NDArray[np.float64]:
        of = np.array(values)
        told: NDArray[np.float64] = (of[left] + share * (of[right] - of[left])) * 10_000
        return told

    return np.floor(end(band.lower)).astype(np.int16), np.ceil(end(band.upper)).astype(np.int16)


def _place(margin: float, knots: Sequence[float]) -> tuple[int, float]:
    """The knot below a margin, and how far it is to the next (0–1); level beyond the outer."""
    if margin <= knots[0]:
        return 0, 0.0
    if margin >= knots[-1]:
        return len(knots) - 1, 0.0
    left = bisect_right(knots, margin) - 1
    return left, (margin - knots[left]) / (knots[left + 1] - knots[left])


def _between(values: Sequence[float], left: int, share: float) -> float:
    if share == 0.0:
        return values[left]
    return values[left] + share * (values[left + 1] - values[left])


def level_of(chance: float, cuts: LevelCuts) -> Level | None:
    """The gravest level whose lowest probability is reached; none below blue.

    >>> level_of(0.05, LevelCuts(red=0.3, orange=0.1, yellow=0.05, blue=0.02))
    'yellow'
    """
    if chance >= cuts.red:
        return "red"
    if chance >= cuts.orange:
        return "orange"
    if chance >= cuts.yellow:
        return "yellow"
    return "blue" if chance >= cuts.blue else None
