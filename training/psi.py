"""Population stability index: how far a distribution has moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.arrays import Floats

_FLOOR = 1e-4  # share of a bin that holds nobody


@dataclass(frozen=True)
class Shift:
    """How far the businesses scored lie from those learnt from.

    Parameters
    ----------
    features
        Feature → PSI, furthest first.
    score
        PSI of the credit model's margin.
    """

    features: Mapping[str, float]
    score: float


def psi(before: Floats, after: Floats, bins: int = 10) -> float:
    """Population stability index over the deciles of `before`; missing is a bin of its own.

    >>> psi(np.arange(100.0), np.arange(100.0))
    0.0
    >>> round(psi(np.array([1.0, np.nan]), np.array([1.0, 1.0])), 2)
    4.6
    """
    known = before[~np.isnan(before)]
    edges = np.unique(np.quantile(known, np.arange(1, bins) / bins)) if len(known) else known
    shares = []
    for values in (before, after):
        which = np.searchsorted(edges, values, side="left")
        which[np.isnan(values)] = len(edges) + 1
        counts = np.bincount(which, minlength=len(edges) + 2)
        shares.append(np.maximum(counts / len(values), _FLOOR))
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def shift(
    names: Sequence[str], learnt: Floats, scored: Floats, margins: tuple[Floats, Floats]
) -> Shift:
    """PSI of every feature and of the margin.

    Parameters
    ----------
    learnt, scored
        ``(n, n_features)`` and ``(m, n_features)``.
    margins
        Of the same rows.
    """
    moved = {name: psi(learnt[:, i], scored[:, i]) for i, name in enumerate(names)}
    furthest = dict(sorted(moved.items(), key=lambda item: (-item[1], item[0])))
    return Shift(furthest, psi(*margins))
