"""Cut-offs of tiers and warning levels by target shares, frozen per model.

Equal scores are never parted, so the shares reached may differ from the target;
both belong in the model card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from features.errors import Fault
from serving.decision.grading import HIGHEST, LOWEST
from serving.manifest import (
    LEVELS,
    TIERS,
    Calibration,
    Level,
    LevelCuts,
    ScoreScale,
    Tier,
    TierCuts,
)
from training.arrays import Floats, Ints
from training.errors import TooLittleData


def score_tenths(margin: Floats, scale: ScoreScale) -> Ints:
    """Scores in tenths ``(n,)``, clipped; equal to `serving.decision.grading` one by one."""
    exact = np.rint((scale.offset - scale.factor * margin) * 10.0)
    return np.clip(exact, LOWEST, HIGHEST).astype(np.int64)


@dataclass(frozen=True)
class TierChoice:
    """The chosen cut-offs, and the share of businesses in each tier they give."""

    cuts: TierCuts
    shares: Mapping[Tier, float]


def tier_cuts(tenths: Ints, target: Mapping[Tier, float]) -> TierChoice:
    """Cut-offs whose shares of these scores come nearest to the target shares.

    Parameters
    ----------
    tenths
        ``(n,)`` scores of the businesses open on the latest as-of date.
    target
        Tier → share; the four add up to 1.

    Raises
    ------
    TooLittleData
        The scores take too few values for three cut-offs.

    Examples
    --------
    >>> choice = tier_cuts(np.arange(1, 201), {"A": 0.6, "B": 0.3, "C": 0.075, "D": 0.025})
    >>> choice.cuts
    TierCuts(A=81, B=21, C=6)
    >>> choice.shares["C"]
    0.075
    """
    values, counts = np.unique(tenths, return_counts=True)
    at_least = np.cumsum(counts[::-1])[::-1] / len(tenths)
    lowest: list[int] = []
    for letter, wanted in zip(TIERS[:3], accumulate(target[t] for t in TIERS[:3]), strict=True):
        allowed = (values > 0) & (values < (lowest[-1] if lowest else np.inf))
        if not allowed.any():
            raise TooLittleData(str(Fault(
                "no tier cut-off", f"tier {letter}", "distinct scores to cut at",
                f"{len(values)} distinct scores", "train on more businesses or features",
            )))  # fmt: skip
        distance = np.where(allowed, np.abs(at_least - wanted), np.inf)
        lowest.append(int(values[int(np.argmin(distance))]))
    return chosen(tenths, TierCuts(*lowest))


def tier_cuts_at(
    tenths: Ints, limits: Mapping[Tier, float], calibration: Calibration, scale: ScoreScale
) -> TierChoice:
    """Cut-offs at the scores whose calibrated probability is each tier's highest.

    Parameters
    ----------
    limits
        Tier above the last → highest probability in it, rising from A to C.

    Raises
    ------
    TooLittleData
        Two limits fall on one score: the probabilities do not reach that far.

    Examples
    --------
    >>> calibration = Calibration((-4.0, 0.0), (0.0, 0.4))
    >>> scale = ScoreScale(50, 600, 0.05, 100.0, 400.0)
    >>> limits = {"A": 0.1, "B": 0.2, "C": 0.3}
    >>> tier_cuts_at(np.array([7500, 6500, 5500, 4500]), limits, calibration, scale).cuts
    TierCuts(A=7000, B=6000, C=5000)
    """
    at = np.array([limits[tier] for tier in TIERS[:3]])
    margin = np.interp(at, calibration.probability, calibration.margin)
    lowest = score_tenths(margin, scale).tolist()
    if not lowest[0] > lowest[1] > lowest[2] > 0:
        raise TooLittleData(str(Fault(
            "no tier cut-off", "tier_probabilities", "limits that part the scores",
            "limits beyond the probabilities that occur", "state others, or cut by share",
        )))  # fmt: skip
    return chosen(tenths, TierCuts(*lowest))


def chosen(tenths: Ints, cuts: TierCuts) -> TierChoice:
    """The cut-offs with the share of these scores in each tier."""
    lowest = (cuts.A, cuts.B, cuts.C)
    better = [0.0, *(float((tenths >= cut).mean()) for cut in lowest), 1.0]
    shares = {letter: round(better[i + 1] - better[i], 10) for i, letter in enumerate(TIERS)}
    return TierChoice(cuts, shares)


def warning_levels(probability: Floats, share: Mapping[Level, float]) -> LevelCuts:
    """Lowest probability of each colour level, by target shares from the top.

    A level begins at a probability that some business has, rounded to the four
    decimals that decisions carry; equal probabilities share one level.

    Parameters
    ----------
    probability
        ``(n,)`` of the businesses open on the latest as-of date.
    share
        Level → share of businesses at exactly that level.

    Examples
    --------
    >>> p = np.arange(1, 101) / 100
    >>> warning_levels(p, {"red": 0.01, "orange": 0.02, "yellow": 0.03, "blue": 0.04})
    LevelCuts(red=1.0, orange=0.98, yellow=0.95, blue=0.91)
    """
    values, counts = np.unique(np.round(probability, 4), return_counts=True)
    usable = values > 0
    if not usable.any():
        raise TooLittleData(str(Fault(
            "no warning level", "the latest as-of date", "probabilities of at least 0.0001",
            "none", "leave this outcome out until it happens more often",
        )))  # fmt: skip
    at_least = np.cumsum(counts[::-1])[::-1] / len(probability)
    lowest = [
        float(values[int(np.argmin(np.where(usable, np.abs(at_least - wanted), np.inf)))])
        for wanted in accumulate(share[level] for level in LEVELS)
    ]
    return LevelCuts(*lowest)
