"""What the model must beat: a logistic model, past violations, a points scorecard.

Each learner takes a training sample and returns a function from features to a
ranking (higher is riskier), so that every run can judge all on the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.contracts import Feature
from training.arrays import Bools, Floats, Ints
from training.sample import Sample

Ranking = Callable[[Floats], Floats]

_POINTS = 20.0 / np.log(2.0)  # scorecard points per unit of log-odds: 20 double the odds
_CARD = 12  # features on a card that a person can still add up
_BINS = 5


def past_violations(features: Sequence[Feature], past: str) -> Ranking:
    """Rank by one feature, a missing value lowest: what an office does by hand."""
    column = [feature.name for feature in features].index(past)

    def rank(X: Floats) -> Floats:
        return np.nan_to_num(X[:, column], nan=-np.inf, neginf=-np.inf)

    return rank


def logistic(sample: Sample, features: Sequence[Feature], strength: float = 0.1) -> Ranking:
    """L2-regularised logistic model on the same features.

    Quantities enter as signed log(1 + |x|), standardised, missing as the mean
    with an indicator beside it; codes as one column per frequent value.

    Parameters
    ----------
    strength
        scikit-learn's `C`: smaller is more regular.
    """
    from sklearn.linear_model import LogisticRegression

    encode = _encoder(sample.X, features)
    model = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=50)
    model.fit(encode(sample.X), sample.y)
    weights, intercept = model.coef_[0], float(model.intercept_[0])

    def rank(X: Floats) -> Floats:
        margin: Floats = encode(X) @ weights + intercept
        return margin

    return rank


def _encoder(X: Floats, features: Sequence[Feature]) -> Callable[[Floats], Floats]:
    codes = np.array([feature.categorical for feature in features], dtype=bool)
    quantity = _signed_log(X[:, ~codes])
    known = ~np.isnan(quantity)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, quantity, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, quantity - mean, 0.0) ** 2).sum(axis=0) / count)
    used = spread > 1e-12
    gaps = (~known).mean(axis=0)
    flagged = (gaps > 0.005) & (gaps < 0.995)
    values = {
        int(column): _frequent(X[:, column], len(X) // 100) for column in np.flatnonzero(codes)
    }

    def encode(rows: Floats) -> Floats:
        q = _signed_log(rows[:, ~codes])
        standard = np.nan_to_num((q[:, used] - mean[used]) / spread[used], nan=0.0)
        parts = [standard, np.isnan(q[:, flagged]).astype(np.float64)]
        parts += [
            (rows[:, [column]] == levels).astype(np.float64) for column, levels in values.items()
        ]
        return np.hstack(parts)

    return encode


def _signed_log(x: Floats) -> Floats:
    logged: Floats = np.sign(x) * np.log1p(np.abs(x))
    return logged


def _frequent(column: Floats, at_least: int) -> Floats:
    values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    frequent: Floats = values[counts >= max(at_least, 1)]
    return frequent


@dataclass(frozen=True)
class CardLine:
    """One feature of the scorecard: points by bin, the last for missing."""

    feature: str
    column: int
    edges: tuple[float, ...]
    points: tuple[int, ...]


@dataclass(frozen=True)
class Scorecard:
    """A card of whole points that a person can add up; more points, more risk."""

    lines: tuple[CardLine, ...]

    def rank(self, X: Floats) -> Floats:
        """Total points ``(n,)``."""
        total = np.zeros(len(X))
        for line in self.lines:
            total += np.array(line.points)[_bin(X[:, line.column], line.edges)]
        return total


def scorecard(sample: Sample, features: Sequence[Feature]) -> Scorecard:
    """Weight-of-evidence points card on the most informative features.

    Each quantity is cut into at most five bins by quantiles; features are taken
    in the order of their information value, one per reason code, because two
    features that read out the same reason count one fact twice; a logistic model
    on the weights of evidence sets the points.
    """
    from sklearn.linear_model import LogisticRegression

    candidates = [
        _evidence(sample.X[:, column], sample.y, column)
        for column, feature in enumerate(features)
        if not feature.categorical
    ]
    chosen: dict[str, _Evidence] = {}
    for one in sorted(candidates, key=lambda c: (-c.information, c.column)):
        if one.information > 1e-4 and len(chosen) < _CARD:
            chosen.setdefault(features[one.column].reason, one)
    if not chosen:
        return Scorecard(())
    encoded = np.column_stack(
        [np.array(c.weights)[_bin(sample.X[:, c.column], c.edges)] for c in chosen.values()]
    )
    weights = LogisticRegression(C=1.0, max_iter=300).fit(encoded, sample.y).coef_[0]
    return Scorecard(
        tuple(
            CardLine(
                features[c.column].name,
                c.column,
                c.edges,
                tuple(round(_POINTS * weight * w) for w in c.weights),
            )
            for c, weight in zip(chosen.values(), np.maximum(weights, 0.0), strict=True)
        )
    )


@dataclass(frozen=True)
class _Evidence:
    column: int
    edges: tuple[float, ...]
    weights: tuple[float, ...]
    information: float


def _evidence(x: Floats, y: Ints, column: int) -> _Evidence:
    known = x[~np.isnan(x)]
    quantiles = np.quantile(known, np.arange(1, _BINS) / _BINS) if len(known) else known
    # Counts are mostly zero: cutting above the smallest value keeps "any at all" apart.
    lowest = known.min(keepdims=True) if len(known) else known
    edges = tuple(np.unique(np.concatenate([lowest, quantiles])).tolist())
    which = _bin(x, edges)
    bins = len(edges) + 2
    positive = np.bincount(which, y, bins) + 0.5
    negative = np.bincount(which, 1 - y, bins) + 0.5
    share, other = positive / positive.sum(), negative / negative.sum()
    weights = np.log(share / other)
    information = float(((share - other) * weights).sum())
    return _Evidence(column, edges, tuple(weights.tolist()), information)


def _bin(x: Floats, edges: tuple[float, ...]) -> Ints:
    """Number of edges below each value; the bin after the last is for missing."""
    missing: Bools = np.isnan(x)
    which = np.searchsorted(np.array(edges), x, side="left")
    return np.where(missing, len(edges) + 1, which)


def challengers(sample: Sample, features: Sequence[Feature], past: str) -> Mapping[str, Ranking]:
    """All challengers learnt on `sample`, by name."""
    return {
        "logistic": logistic(sample, features),
        "scorecard": scorecard(sample, features).rank,
        "past_violations": past_violations(features, past),
    }
