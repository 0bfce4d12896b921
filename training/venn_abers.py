"""Calibrate with an interval: Venn–Abers prediction, and the choice of the method.

For a margin, isotonic regression is fitted twice on the out-of-time rows, once with that
margin added as a negative and once as a positive (Vovk, Petej & Fedorova 2015). The two
probabilities bound what may be said; where rows are few they lie apart, and merged as
``p1 / (1 − p0 + p1)`` they are more careful than the isotonic curve alone. Rows are pooled
in bins of some fifty first, as for the isotonic curve, so the validity that is proved for
single rows holds here only about as finely.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from serving.manifest import Calibration
from training.arrays import Bools, Floats, Ints
from training.calibrate import calibrate, isotonic, pooled, probabilities, with_ends
from training.evaluate import log_loss


def bounds(y: Ints, margin: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Lower and upper probability ``(m,)`` of each margin in `at`.

    Examples
    --------
    >>> y, margin = np.array([0, 0, 1, 1] * 100), np.array([0.0, 1.0, 2.0, 3.0] * 100)
    >>> low, high = bounds(y, margin, np.array([0.0, 3.0]))
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.0, 0.99], [0.01, 1.0])
    """
    centre, rate, weight = pooled(y.astype(np.float64), margin)
    said = np.empty((2, len(at)))
    for place, one in enumerate(at.tolist()):
        for label in (0.0, 1.0):
            where = int(np.searchsorted(centre, one))
            same = where < len(centre) and centre[where] == one
            if same:
                w = weight.copy()
                r = rate.copy()
                r[where] = (r[where] * w[where] + label) / (w[where] + 1)
                w[where] += 1
                c = centre
            else:
                c = np.insert(centre, where, one)
                r = np.insert(rate, where, label)
                w = np.insert(weight, where, 1.0)
            knots, values = isotonic(c, r, w, centred=False)
            block = int(np.searchsorted(np.array(knots), one))
            said[int(label), place] = values[block]
    return said[0], said[1]


def venn_abers(y: Ints, margin: Floats) -> Calibration:
    """The merged probabilities at the knots of the isotonic curve.

    Raises
    ------
    TooLittleData
        There is no positive or no negative.
    """
    plain = calibrate(y, margin)  # refuses what cannot be calibrated
    low, high = bounds(y, margin, np.array(plain.margin[1:-1] or plain.margin))
    knots: list[float] = []
    values: list[float] = []
    merged = high / (1.0 - low + high)
    for knot, value in zip(plain.margin[1:-1] or plain.margin, merged.tolist(), strict=True):
        if not values or value > values[-1]:
            knots.append(knot)
            values.append(value)
    return with_ends(y, margin, knots, values)


METHODS: Mapping[str, Callable[[Ints, Floats], Calibration]] = {
    "isotonic": calibrate,
    "Venn–Abers": venn_abers,
}


@dataclass(frozen=True)
class Choice:
    """Which calibration was chosen, and why.

    Parameters
    ----------
    calibration
        Fitted on all tested rows by the chosen method.
    method
        A key of `METHODS`.
    losses
        Method → log loss on the rows it was judged on.
    out_of_time
        Whether those were later than the ones it was fitted on; otherwise they were
        other businesses.
    """

    calibration: Calibration
    method: str
    losses: Mapping[str, float]
    out_of_time: bool


def choose(y: Ints, margin: Floats, period: Ints, part: Ints) -> Choice:
    """Fit each method on the earlier tested rows, judge it on the latest, keep the better.

    With one period only, one part of the businesses is judged on instead.

    Parameters
    ----------
    period, part
        ``(n,)`` number of the fold a row was tested in, and of its part of businesses.
    """
    latest = period == period.max()
    out_of_time = _both_kinds(y[latest]) and _both_kinds(y[~latest])
    judged = latest if out_of_time else part == part.max()
    if not (_both_kinds(y[judged]) and _both_kinds(y[~judged])):
        judged = np.ones(len(y), dtype=np.bool_)
    fitted = ~judged if not judged.all() else judged
    losses = {
        name: log_loss(y[judged], probabilities(margin[judged], method(y[fitted], margin[fitted])))
        for name, method in METHODS.items()
    }
    best = min(losses, key=lambda name: losses[name])
    return Choice(METHODS[best](y, margin), best, losses, bool(out_of_time))


def _both_kinds(y: Ints) -> bool:
    kinds: Bools = y == 1
    return bool(kinds.any() and not kinds.all())
