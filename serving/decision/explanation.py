"""Contributions in points that add up to the score exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from features.contracts import Phrase
from serving import canonical
from serving.decision.grading import clipped
from serving.decision.points import apportion, signed, unsigned
from serving.formats import feature_text
from serving.manifest import Manifest, ScoreScale, Tier

# Contributions of a bundle that are kept: nine in ten of an answer's were made before.
MOST_KEPT = 16_384


@canonical.spelled_once
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

    The `n` pinned businesses just inside the better `tier`, of the same `sector`
    where enough are, whose mean score is `base`; or, with no tier, what the model
    expects of any business.
    ``base`` + every ``points_against`` + ``limit`` = ``total``, exactly.
    """

    tier: Tier | None
    sector: Phrase | None
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

    They are of one `sector`, or of all. `typical` holds their median of each feature.
    """

    shared: Shared
    tier: Tier | None = None
    sector: str | None = None
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


class Explanations:
    """Puts the explanations of a bundle's scores together; keeps the contributions made last."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._contribution = lru_cache(maxsize=MOST_KEPT)(self._make)

    def of(
        self, values: Sequence[float | None], score: int, shared: Shared, reference: FromReference
    ) -> Explanation:
        """The explanation of an unclipped score (tenths) from its two sharings."""
        against, manifest = reference.shared, self._manifest
        features = manifest.features
        both = enumerate(zip(shared.parts, against.parts, strict=True))
        counting = [i for i, points in both if any(points)]
        return Explanation(
            base=_plain(shared.base),
            contributions=tuple(
                self._contribution(i, values[i], shared.parts[i], against.parts[i])
                for i in counting
            ),
            by_group=_subtotals(
                manifest.groups_used, [(features[i].group, shared.parts[i]) for i in counting]
            ),
            by_department=_subtotals(
                manifest.departments_used,
                [(features[i].department, shared.parts[i]) for i in counting],
            ),
            limit=signed(clipped(score) - score),
            total=unsigned(clipped(score)),
            against=Against(
                reference.tier,
                manifest.sectors.get(reference.sector or ""),
                reference.n,
                _plain(against.base),
            ),
        )

    def _make(self, place: int, value: float | None, points: int, against: int) -> Contribution:
        spec = self._manifest.features[place]
        return Contribution(
            feature=spec.name,
            meaning=spec.meaning,
            value=value,
            value_text=feature_text(spec, value, self._manifest.jurisdiction.currency),
            points=signed(points),
            points_against=signed(against),
            group=spec.group,
            department=spec.department,
            direction=spec.direction,
        )


def _subtotals(
    titles: Mapping[str, Phrase], points: Sequence[tuple[str, int]]
) -> tuple[Subtotal, ...]:
    totals = dict.fromkeys(titles, 0)
    for key, tenths in points:
        totals[key] += tenths
    return tuple(Subtotal(key, title, signed(totals[key])) for key, title in titles.items())


def _plain(tenths: int) -> str:
    """A base score, which may lie outside 0–1000: signed only when negative."""
    return signed(tenths) if tenths < 0 else unsigned(tenths)
