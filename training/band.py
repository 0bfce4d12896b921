"""How surely a calibrated probability is known: a band around the map, by business.

Of many businesses with one score, the map says how many the outcome will happen to. The
band says between which shares that may lie, given that only some tested days were seen.
The businesses are drawn anew with replacement (Efron & Tibshirani 1993, chapter 8, with the
business as the unit), the curve and its level are fitted anew, and the band is the middle
part of what comes out at each knot. Resamples of the safest rows, among which there are
hardly any positives, know nothing of those that were not drawn: there the band reaches at
least to the exact upper bound of Clopper & Pearson (1934).

The band is about the map and not about the model: that another model would give the
business another score, and that next year may be unlike the years seen, is not in it.
Venn–Abers' two probabilities would not do: they say how far one more row could move the
fit, and lie too close together to hold the true share nine times in ten.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from serving.manifest import Band, Calibration
from training.arrays import Floats, Ints, Texts
from training.calibrate import Level, isotonic, level_shift, pooled_bins, tails
from training.concordance import resampled

_LEAST = 10  # positives among the safest rows without which resampling them tells too little
_LEVEL_BINS = 500


@dataclass(frozen=True)
class Seen:
    """What the map was fitted on, and what its level was moved to.

    Parameters
    ----------
    y, margin, entity_id
        ``(n,)`` of every labelled row, by the model that ships.
    tested
        ``(m,)`` positions of the rows that were tested out of time.
    tested_margin
        ``(m,)`` what the model of the time said of them.
    """

    y: Ints
    margin: Floats
    entity_id: Texts
    tested: Ints
    tested_margin: Floats


def band(
    seen: Seen, shape: Calibration, level: Level, certainty: float, *, replicates: int, seed: int
) -> Band:
    """The band around `shape`, knot by knot; it rises with the margin and holds the map.

    Parameters
    ----------
    shape
        The map as drawn on the tested rows, before its level was moved.
    certainty
        How often such bands hold the truth, 0–1.

    Examples
    --------
    >>> from training.calibrate import calibrate, level
    >>> y, margin = np.array([0, 0, 0, 1] * 200), np.array([-3.0, -2.0, -2.0, -1.0] * 200)
    >>> who = np.arange(800).astype(np.str_)
    >>> seen = Seen(y, margin, who, np.arange(800), margin)
    >>> shape = calibrate(y, margin)
    >>> found = band(seen, shape, level(shape, y, margin), 0.9, replicates=50, seed=1)
    >>> all(a <= p <= b for a, p, b in zip(found.lower, shape.probability, found.upper))
    True
    """
    redrawn = _Redrawn(seen, np.array(shape.margin) - level.shift)
    drawn = np.array([redrawn.curve(w) for w in resampled(seen.entity_id, replicates, seed)])
    low, high = np.quantile(drawn, [(1 - certainty) / 2, (1 + certainty) / 2], axis=0)
    edge, bound = _safest(seen.y[seen.tested], seen.tested_margin, certainty)
    high = np.where(np.array(shape.margin) <= edge, np.maximum(high, bound), high)
    point = np.array(shape.probability)
    # Each replicate rises, so its quantiles do; the bound of the safest is level.
    lower = np.clip(np.minimum(low, point), 0.0, 1.0)
    upper = np.clip(np.maximum(np.maximum.accumulate(high), point), 0.0, 1.0)
    return Band(certainty, tuple(lower.tolist()), tuple(upper.tolist()))


@dataclass
class _Redrawn:
    """Fits the map anew for given weights of the rows; rows are pooled once."""

    seen: Seen
    at: Floats
    _bin: Ints = field(init=False)
    _cell: Ints = field(init=False)

    def __post_init__(self) -> None:
        self._bin = pooled_bins(self.seen.tested_margin)
        edges = np.quantile(self.seen.margin, np.arange(1, _LEVEL_BINS) / _LEVEL_BINS)
        self._cell = np.searchsorted(np.unique(edges), self.seen.margin, side="right")

    def curve(self, weight: Floats) -> Floats:
        """The levelled map at the knots ``(k,)`` when rows count so many times."""
        seen = self.seen
        tested = weight[seen.tested]
        y = seen.y[seen.tested].astype(np.float64)
        if not 0.0 < (tested * y).sum() < tested.sum():
            return np.full(len(self.at), float((tested * y).sum() > 0))
        centre, mean, size = _means(self._bin, tested, seen.tested_margin, y)
        overall = float((tested * y).sum() / tested.sum())
        rate = (mean * size + overall) / (size + 1.0)  # as when the map was fitted
        knots, values = isotonic(centre, rate, size + 1.0)
        curve = tails(centre, rate, size, knots, values)
        margin, share, count = _means(self._cell, weight, seen.margin, seen.y.astype(np.float64))
        shift = level_shift(curve, margin, count, float((share * count).sum()))
        told: Floats = np.interp(self.at + shift, curve.margin, curve.probability)
        return told


def _means(cell: Ints, weight: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean of x, mean of y and weight of each cell that has any."""
    size = np.bincount(cell, weight)
    filled = size > 0
    mass = size[filled].astype(np.float64)
    return (
        np.bincount(cell, weight * x)[filled] / mass,
        np.bincount(cell, weight * y)[filled] / mass,
        mass,
    )


def _safest(y: Ints, margin: Floats, certainty: float) -> tuple[float, float]:
    """Margin up to which there are `_LEAST` positives, and the exact bound of their rate."""
    from scipy.special import betaincinv

    order = np.argsort(margin, kind="stable")
    found = np.cumsum(y[order])
    last = min(int(np.searchsorted(found, _LEAST)), len(y) - 1)
    positives, rows = int(found[last]), last + 1
    if positives == rows:
        return float(margin[order[last]]), 1.0
    bound = betaincinv(positives + 1, rows - positives, (1 + certainty) / 2)
    return float(margin[order[last]]), float(bound)
