"""Contributions in points that add up to the score exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.contracts import Phrase
from serving.formats import feature_text
from serving.grading import clipped
from serving.manifest import FeatureSpec, Manifest, ScoreScale, Tier
from serving.points import apportion, signed, unsigned


@dataclass(frozen=True)
class Contribution:
    """One feature's signed points, from the expectation and from the reference set."""

    feature: str
    meaning: Phrase
    value: float | None
    value_text: Phrase
    points: str
    points_against: str
    group: str
    department: str
    direction: str


@dataclass(frozen=True)
class Subtotal:
    """The signed points of one indicator group or department."""

    key: str
    title: Phrase
    points: str


@dataclass(frozen=True)
class Against:
    """What the principal reasons are measured from.

    The `n` pinned businesses just inside the better `tier`, whose mean score is
    `base`; or, with no tier, what the model expects of any business.
    ``base`` + every ``points_against`` + ``limit`` = ``total``, exactly.
    """

    tier: Tier | None
    n: int
    base: str


@dataclass(frozen=True)
class Explanation:
    """``base`` + every ``points`` + ``limit`` = ``total``, exactly.

    Features without a tenth of a point in either column are left out.
    """

    base: str
    contributions: tuple[Contribution, ...]
    by_group: tuple[Subtotal, ...]
    by_department: tuple[Subtotal, ...]
    limit: str
    total: str
    against: Against


@dataclass(frozen=True)
class Shared:
    """A score shared out in tenths: a base and one part a feature."""

    base: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class FromReference:
    """A score shared out from `n` businesses just inside `tier`, or from none.

    `typical` holds their median of each feature.
    """

    shared: Shared
    tier: Tier | None = None
    n: int = 0
    typical: tuple[float | None, ...] | None = None


def share_out(row: NDArray[np.float64], score: int, scale: ScoreScale) -> Shared:
    """Share an unclipped score (tenths) out over a row of margin contributions.

    Parameters
    ----------
    row
        ``(n_features + 1,)`` contributions to the margin, the expectation last.
        The base is the expectation's own score, equal for all businesses.

    Raises
    ------
    OurBug
        The row is not the explanation of that score.
    """
    base = round((scale.offset - scale.factor * float(row[-1])) * 10.0)
    parts = (-scale.factor * row[:-1]).tolist()
    return Shared(base, apportion(parts, score - base))


def explain(
    manifest: Manifest,
    values: Sequence[float | None],
    score: int,
    shared: Shared,
    reference: FromReference,
) -> Explanation:
    """The explanation of an unclipped score (tenths) from its two sharings."""
    against = reference.shared
    return Explanation(
        base=_plain(shared.base),
        contributions=tuple(
            _contribution(spec, value, points, from_reference, manifest.jurisdiction.currency)
            for spec, value, points, from_reference in zip(
                manifest.features, values, shared.parts, against.parts, strict=True
            )
            if points or from_reference
        ),
        by_group=_subtotals([spec.group for spec in manifest.features], shared, manifest.groups),
        by_department=_subtotals(
            [spec.department for spec in manifest.features], shared, manifest.departments
        ),
        limit=signed(clipped(score) - score),
        total=unsigned(clipped(score)),
        against=Against(reference.tier, reference.n, _plain(against.base)),
    )


def _contribution(
    spec: FeatureSpec, value: float | None, points: int, against: int, currency: Phrase
) -> Contribution:
    return Contribution(
        feature=spec.name,
        meaning=spec.meaning,
        value=value,
        value_text=feature_text(spec, value, currency),
        points=signed(points),
        points_against=signed(against),
        group=spec.group,
        department=spec.department,
        direction=spec.direction,
    )


def _subtotals(
    keys: Sequence[str], shared: Shared, titles: Mapping[str, Phrase]
) -> tuple[Subtotal, ...]:
    """One line a key that any feature has, in the order of the keys."""
    totals: dict[str, int] = {}
    for key, points in zip(keys, shared.parts, strict=True):
        totals[key] = totals.get(key, 0) + points
    return tuple(
        Subtotal(key, titles[key], signed(points)) for key, points in sorted(totals.items())
    )


def _plain(tenths: int) -> str:
    """A base score, which may lie outside 0–1000: signed only when negative."""
    return signed(tenths) if tenths < 0 else unsigned(tenths)
