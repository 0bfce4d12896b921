"""The points of everything that happened between two vectors, by feature and by mover.

Two questions, one after the other, each answered by Shapley values. *Which
features moved the score?* The baseline Shapley values of the second vector
against the first: what each feature adds, averaged over every order in which the
features could take their new values. *What moved the feature?* The same among
the feature's own movers, each order of them run through the feature's definition
and through the model. Together they are the Owen value of all movers, with the
features as unions (Owen 1977, "Values of games with a priori unions"): exact,
symmetric, nothing for what does nothing, and adding up at both levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from features.errors import OurBug
from features.moves import Moved, Mover
from serving.decision.points import apportion
from serving.manifest import ScoreScale
from serving.model.between import between
from serving.model.trees import Trees

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """The tenths of a point that one mover gave to one feature."""

    mover: Mover
    tenths: int


@dataclass(frozen=True)
class FeaturePoints:
    """The tenths a feature moved the score by, and the parts they are made of."""

    feature: str
    tenths: int
    parts: tuple[Part, ...]


def points_of_moves(  # noqa: PLR0917  # the model, its scale, from where to where, by what
    trees: Trees,
    scale: ScoreScale,
    before: Floats,
    after: Floats,
    moved: Sequence[Moved],
    total: int,
) -> tuple[FeaturePoints, ...]:
    """Share `total`, the tenths between two vectors' scores, out over features and movers.

    Parameters
    ----------
    before, after
        ``(1, n_features)`` in the model's order.
    moved
        What happened to every feature that anything happened to.

    Returns
    -------
    tuple of FeaturePoints
        Of each feature of `moved` to which something happened that the model
        makes anything of; tenths sum to `total`, parts to their feature's tenths.

    Raises
    ------
    OurBug
        The movers do not lead from the one vector to the other.
    """
    names = trees.feature_names
    column = {name: i for i, name in enumerate(names)}
    rows, values = [after], []
    for one in moved:
        i = column[one.feature]
        given = [one.value(happened) for happened in range(one.all_moved + 1)]
        _leads(one, (given[0], before[0, i]), (given[-1], after[0, i]))
        for value in dict.fromkeys(given):
            row = after.copy()
            row[0, i] = np.nan if value is None else value
            rows.append(row)
        values.append(given)
    contributions = between(trees, before, np.vstack(rows))
    exact = (-scale.factor * contributions[0]).tolist()
    tenths = apportion(exact, total)
    found, at = [], 1
    for one, given in zip(moved, values, strict=True):
        i = column[one.feature]
        distinct = list(dict.fromkeys(given))
        worth = dict(zip(distinct, -scale.factor * contributions[at:, i], strict=False))
        at += len(distinct)
        shares = shapley(np.array([worth[value] for value in given]))
        parts = apportion(shares, tenths[i])
        told = [
            Part(mover, part)
            for mover, part, share in zip(one.movers, parts, shares, strict=True)
            if share
        ]
        if told:
            found.append(FeaturePoints(one.feature, tenths[i], tuple(told)))
    if sum(one.tenths for one in found) != total:
        raise OurBug("a feature moved the score and nothing is said to have moved it")
    return tuple(found)


def shapley(worth: Floats) -> list[float]:
    """The Shapley value of each of n players.

    Parameters
    ----------
    worth
        ``(2^n,)`` of every coalition; bit i of its place says that i is in it.

    >>> shapley(np.array([0.0, 1.0, 1.0, 4.0]))
    [2.0, 2.0]
    """
    n = len(worth).bit_length() - 1
    places = np.arange(len(worth))
    sizes = sum((places >> i & 1 for i in range(n)), np.zeros_like(places))
    weights = np.array([factorial(s) * factorial(n - 1 - s) / factorial(n) for s in range(n)])
    shares = []
    for i in range(n):
        without = places[places >> i & 1 == 0]
        gains = worth[without | 1 << i] - worth[without]
        shares.append(float(np.dot(weights[sizes[without]], gains)))
    return shares


def _leads(one: Moved, first: tuple[float | None, float], last: tuple[float | None, float]) -> None:
    for got, wanted in (first, last):
        same = np.isnan(wanted) if got is None else got == wanted
        if not same:
            raise OurBug(f"what happened to {one.feature} does not explain its value")
