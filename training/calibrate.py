"""Turn margins into probabilities that mean what they say.

Isotonic regression on out-of-time margins (Zadrozny & Elkan 2002) in its centred
form (Oron & Flournoy 2017): each block of the isotonic fit becomes one knot at
the block's mean margin, and the curve is linear between knots. Past the outer
blocks it goes on towards a logistic fit, so that no two businesses tie only
because both are at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from features.errors import Fault
from serving.manifest import Calibration
from training.arrays import Floats, Ints
from training.errors import TooLittleData

_BIN = 50  # rows pooled before the isotonic fit, so that one row is never a knot
_MOST_BINS = 400
_FURTHEST = 3.0  # a level further off, twenty times the odds, is no matter of level


def probabilities(margin: Floats, calibration: Calibration) -> Floats:
    """Calibrated probabilities ``(n,)``, level beyond the outer knots, not rounded."""
    p: Floats = np.interp(margin, calibration.margin, calibration.probability)
    return p


def calibrate(y: Ints, margin: Floats) -> Calibration:
    """Fit the map on rows the model has not learnt from.

    Raises
    ------
    TooLittleData
        There is no positive or no negative.
    """
    _refuse_one_kind(y)
    knots, values = isotonic(*pooled(y.astype(np.float64), margin))
    return with_ends(y, margin, knots, values)


def _refuse_one_kind(y: Ints) -> None:
    if not 0 < y.sum() < len(y):
        raise TooLittleData(str(Fault(
            "cannot calibrate", "the out-of-time rows", "positives and negatives",
            f"{int(y.sum())} positives among {len(y)} rows", "use a longer out-of-time period",
        )))  # fmt: skip


def with_ends(y: Ints, margin: Floats, knots: list[float], values: list[float]) -> Calibration:
    """The knots as a map that goes on, past the outer ones, towards a logistic fit."""
    return tails(margin, y.astype(np.float64), np.ones(len(y)), knots, values)


def tails(
    margin: Floats, rate: Floats, weight: Floats, knots: list[float], values: list[float]
) -> Calibration:
    """The same from pooled rows: mean margin, share of positives and weight of each bin."""
    slope, intercept = _logistic(rate, margin, weight)
    low, high = float(margin.min()), float(margin.max())
    spread = max(high - low, 1.0)
    if low < knots[0]:
        at = float(_expit(slope * low + intercept))
        knots, values = [low, *knots], [min(at, values[0] * 0.99), *values]
    if high > knots[-1]:
        top = high + 0.1 * spread  # a little room above the worst seen
        at = float(_expit(slope * top + intercept))
        ceiling = values[-1] + (1.0 - values[-1]) * 0.5
        knots, values = [*knots, top], [*values, min(max(at, values[-1] * 1.01), ceiling)]
    return Calibration(tuple(knots), tuple(values))


def pooled(y: Floats, margin: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean margin, smoothed rate and weight of equally full bins; ties stay together."""
    which = pooled_bins(margin)
    count = np.bincount(which)
    filled = count > 0
    size = count[filled].astype(np.float64)
    centre: Floats = np.bincount(which, margin)[filled] / size
    rate: Floats = (np.bincount(which, y)[filled] + float(y.mean())) / (size + 1.0)
    weight: Floats = size + 1.0
    return centre, rate, weight


def pooled_bins(margin: Floats) -> Ints:
    """The bin ``(n,)`` of each row: equally full ones, from low to high; ties stay together."""
    n = len(margin)
    bins = int(np.clip(n // _BIN, 1, _MOST_BINS))
    edges = np.unique(np.sort(margin)[[(n * b) // bins for b in range(1, bins)]])
    which: Ints = np.searchsorted(edges, margin, side="right")
    return which


def isotonic(
    centre: Floats, rate: Floats, weight: Floats, *, centred: bool = True
) -> tuple[list[float], list[float]]:
    """Pool adjacent violators; one knot per block, at its weighted mean margin or at its end."""
    blocks: list[tuple[float, float, float]] = []  # weight, centre, rate
    for c, r, w in zip(centre.tolist(), rate.tolist(), weight.tolist(), strict=True):
        block = (w, c, r)
        while blocks and blocks[-1][2] >= block[2]:
            last = blocks.pop()
            total = last[0] + block[0]
            block = (
                total,
                (last[0] * last[1] + block[0] * block[1]) / total if centred else block[1],
                (last[0] * last[2] + block[0] * block[2]) / total,
            )
        blocks.append(block)
    return [b[1] for b in blocks], [b[2] for b in blocks]


@dataclass(frozen=True)
class Level:
    """By how much a map was moved so that it expects as many as happened.

    Parameters
    ----------
    shift
        Added to every margin before the map is asked.
    before
        How many it expected, over how many happened, as it was.
    """

    shift: float
    before: float

    def of(self, calibration: Calibration) -> Calibration:
        """The moved map."""
        return replace(calibration, margin=tuple(k - self.shift for k in calibration.margin))


def level(calibration: Calibration, y: Ints, margin: Floats) -> Level:
    """How to move a map so that it expects as many as happened among these rows.

    A map is drawn on the margins that earlier models gave to one or two days. The model
    that ships learnt from more, says a little more or less of the same businesses, and
    is asked in every season; the shape holds, the level does not.

    Parameters
    ----------
    y, margin
        ``(n,)`` of every labelled row, by the model that ships.

    Examples
    --------
    >>> curve = Calibration((-4.0, 0.0), (0.0, 0.4))
    >>> y, margin = np.array([0, 0, 0, 1]), np.array([-3.0, -2.0, -2.0, -1.0])
    >>> found = level(curve, y, margin)
    >>> round(found.before, 2), float(probabilities(margin, found.of(curve)).sum().round(3))
    (0.8, 1.0)
    """
    happened = float(y.sum())
    shift = level_shift(calibration, margin, np.ones(len(margin)), happened)
    return Level(shift, float(probabilities(margin, calibration).sum()) / max(happened, 1.0))


def level_shift(calibration: Calibration, margin: Floats, weight: Floats, happened: float) -> float:
    """What to add to every margin so that the map expects as many as `happened`.

    Parameters
    ----------
    margin, weight
        ``(n,)`` of rows, and how many each stands for.
    """
    low, high = -_FURTHEST, _FURTHEST
    for _ in range(60):
        middle = (low + high) / 2
        if (weight * probabilities(margin + middle, calibration)).sum() < happened:
            low = middle
        else:
            high = middle
    return high


def _logistic(y: Floats, margin: Floats, rows: Floats) -> tuple[float, float]:
    """Slope (at least 0) and intercept of y on the margin, by Newton's method.

    `y` may be the share of positives among so many `rows`.
    """
    slope, intercept = 1.0, 0.0
    for _ in range(50):
        p = _expit(slope * margin + intercept)
        weight = rows * p * (1 - p) + 1e-9
        gradient = np.array([(rows * (y - p) * margin).sum(), (rows * (y - p)).sum()])
        cross = (weight * margin).sum()
        hessian = np.array([[(weight * margin**2).sum(), cross], [cross, weight.sum()]])
        step = np.linalg.solve(hessian + 1e-6 * np.eye(2), gradient)
        slope, intercept = slope + float(step[0]), intercept + float(step[1])
        if np.abs(step).max() < 1e-10:
            break
    return max(slope, 0.0), intercept


def _expit(x: Floats | float) -> Floats:
    p: Floats = 1.0 / (1.0 + np.exp(-np.clip(x, -700, 700)))
    return p
