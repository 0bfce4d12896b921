"""How far a distribution moved between two populations, told so that rare values count.

Most features of supervision are nought for nearly everybody. When twice as many have a
record, the population stability index hardly notices, because it weighs a change by how
many businesses it concerns. So beside the index stands how many have any value but the
usual one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.arrays import Bools, Floats
from training.psi import psi

_QUANTILES = 500


@dataclass(frozen=True)
class Moved:
    """How one number differs between two populations.

    Parameters
    ----------
    psi
        Population stability index.
    by_chance
        About the index that two samples of these sizes show when nothing moved.
    before, after
        Businesses with a value other than the one most had before.
    of_before, of_after
        All businesses.
    distance
        How far a value had to be moved in the mean to make the one distribution of the
        other, among the known: their quantiles' mean difference.
    """

    psi: float
    by_chance: float
    before: int
    after: int
    of_before: int
    of_after: int
    distance: float = 0.0

    @property
    def beyond_chance(self) -> float:
        """The index less what chance gives, at least 0."""
        return max(self.psi - self.by_chance, 0.0)

    @property
    def ratio(self) -> float | None:
        """Share with another value after, over that before; None when there was none."""
        if self.before == 0:
            return None
        return (self.after / self.of_after) / (self.before / self.of_before)

    @property
    def sureness(self) -> float:
        """Standard errors by which the shares differ; 0 where both are 0 or all."""
        share = (self.before + self.after) / (self.of_before + self.of_after)
        error = np.sqrt(share * (1 - share) * (1 / self.of_before + 1 / self.of_after))
        if error == 0:
            return 0.0
        return float(abs(self.after / self.of_after - self.before / self.of_before) / error)


def moved(before: Floats, after: Floats) -> Moved:
    """How `after` differs from `before`; NaN is missing, a value of its own.

    >>> found = moved(np.array([0.0] * 98 + [1.0] * 2), np.array([0.0] * 94 + [1.0] * 6))
    >>> found.before, found.after, found.ratio
    (2, 6, 3.0)
    """
    most = usual(before)
    known = before[~np.isnan(before)]
    deciles = np.unique(np.quantile(known, np.arange(1, 10) / 10)) if len(known) else known
    return Moved(
        psi=psi(before, after),
        by_chance=(len(deciles) + 1) * (1 / len(before) + 1 / len(after)),
        before=int(_differs(before, most).sum()),
        after=int(_differs(after, most).sum()),
        of_before=len(before),
        of_after=len(after),
        distance=_distance(known, after[~np.isnan(after)]),
    )


def _distance(before: Floats, after: Floats) -> float:
    if not len(before) or not len(after):
        return 0.0
    at = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    return float(np.abs(np.quantile(before, at) - np.quantile(after, at)).mean())


def usual(values: Floats) -> float:
    """The value most have; NaN where most have none."""
    found, counts = np.unique(values, return_counts=True)  # all NaN are one
    return float(found[counts.argmax()])


def _differs(values: Floats, usual: float) -> Bools:
    return ~np.isnan(values) if np.isnan(usual) else values != usual  # NaN differs from all
