"""From a model's margin to score, tier, probability and warning level."""

from __future__ import annotations

from bisect import bisect_right

from serving.manifest import Calibration, Level, LevelCuts, ScoreScale, Tier, TierCuts

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
    margins, values = calibration.margin, calibration.probability
    if margin <= margins[0]:
        return round(values[0], 4)
    if margin >= margins[-1]:
        return round(values[-1], 4)
    right = bisect_right(margins, margin)
    left = right - 1
    share = (margin - margins[left]) / (margins[right] - margins[left])
    return round(values[left] + share * (values[right] - values[left]), 4)


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
