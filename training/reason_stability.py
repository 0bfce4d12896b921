"""Whether a business would be told the same first reason by a slightly different model.

Two questions of those below tier A: the first reason when the model is refitted on
resampled businesses, and the first reason a month earlier. Reasons are those of a
decision: contributions against the businesses just inside the better tier, of known
values with records behind them, none that is never cited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from features.builder import Matrix, build
from features.catalogue import Catalogue
from features.snapshot import Snapshot
from serving.decision.content import Bundle, ReferenceKey
from serving.decision.reasons import NEVER_CITED
from serving.manifest import TIERS, FeatureSpec, Tier, TierCuts, feature_specs
from serving.model.contributions import AgainstReference, Explainer
from serving.model.trees import Trees
from training.arrays import Bools, Floats, Ints, Texts
from training.assemble import Frozen
from training.calendar import date_of, day_of, months_before
from training.matrix import read, rows, spread

_NONE = ""
_REFITTED = 600  # businesses below A whose reasons are compared under the refitted model
_MONTH = 4_000  # businesses, of all tiers, built on both days: each other's peers


@dataclass(frozen=True)
class Steadiness:
    """Shares of businesses whose first reason stays; None where nobody was asked.

    Parameters
    ----------
    refitted, refitted_of
        Under the model refitted on resampled businesses, and of how many.
    month, month_of
        A month apart under the same model, and of how many.
    """

    refitted: float | None
    refitted_of: int
    month: float | None
    month_of: int


class FirstReasons:
    """Names the first reason of each business by one model.

    Parameters
    ----------
    against
        Better tier → what explains a row against the businesses just inside it.
    """

    def __init__(
        self, against: Mapping[Tier, AgainstReference], features: Sequence[FeatureSpec]
    ) -> None:
        self._against = against
        self._codes = np.array([feature.reason for feature in features], dtype=np.str_)
        self._never: Bools = np.isin(self._codes, list(NEVER_CITED))
        # Nothing found is a reason only where fewer records are the worse.
        self._silent_at_zero: Bools = np.array(
            [spec.counts_records and spec.direction != "risk_down" for spec in features]
        )

    @classmethod
    def of_model(
        cls, model: str, features: Sequence[FeatureSpec], references: Mapping[ReferenceKey, Floats]
    ) -> FirstReasons:
        """By a LightGBM text, against ``(m, n_features)`` rows for each better tier."""
        explainer = Explainer(Trees.parse(model))
        against = {
            tier: explainer.against(rows) for (tier, sector), rows in references.items()
            if sector is None
        }  # fmt: skip
        return cls(against, features)

    @classmethod
    def of_bundle(cls, bundle: Bundle) -> FirstReasons:
        """By the credit model of a bundle, against the businesses pinned in it."""
        pinned = {tier: bundle.references.of(tier, None) for tier in TIERS[:-1]}
        against = {tier: one.explainer for tier, one in pinned.items() if one is not None}
        return cls(against, bundle.manifest.features)

    def of(self, X: Floats, tier: Texts) -> Texts:
        """Reason code of each row ``(n,)``; empty where nothing speaks against it.

        Parameters
        ----------
        X
            ``(n, n_features)``.
        tier
            ``(n,)`` the tier each stands in; in A nobody is asked.
        """
        codes = np.full(len(X), _NONE, dtype=self._codes.dtype)
        for better, worse in pairwise(TIERS):
            inside = np.flatnonzero(tier == worse)
            if len(inside) == 0 or better not in self._against:
                continue
            rows = np.ascontiguousarray(X[inside])
            added = self._against[better].contributions(rows)[:, :-1]
            unsaid = self._never | np.isnan(rows) | (self._silent_at_zero & (rows == 0))
            spoken = np.where(unsaid, -np.inf, added)
            worst = spoken.argmax(axis=1)
            against = spoken[np.arange(len(rows)), worst] > 0
            codes[inside] = np.where(against, self._codes[worst], _NONE)
        return codes


def same(first: Texts, second: Texts) -> tuple[float | None, int]:
    """Share of those with a first reason who keep it, and how many had one."""
    had = first != _NONE
    return (float((first == second)[had].mean()) if had.any() else None), int(had.sum())


def tiers_of(tenths: Ints, cuts: TierCuts) -> Texts:
    """The tier of each score ``(n,)``.

    >>> tiers_of(np.array([90, 80, 5, 1]), TierCuts(A=80, B=20, C=5)).tolist()
    ['A', 'A', 'C', 'D']
    """
    place = 3 - np.searchsorted(np.array([cuts.C, cuts.B, cuts.A]), tenths, side="right")
    return np.array(TIERS, dtype=np.str_)[place]


@dataclass(frozen=True)
class Standing:
    """Everyone as scored, and whom decisions compare them with.

    Parameters
    ----------
    everyone
        Matrix of those open on `day`.
    references
        Tier and sector → positions of those just inside.
    """

    everyone: Matrix
    day: int
    frozen: Frozen
    references: Mapping[ReferenceKey, Ints]


def steadiness(
    catalogue: Catalogue, snapshot: Snapshot, standing: Standing, model: str, refitted: str
) -> Steadiness:
    """Compare the first reasons of those below A under both models, and a month apart.

    Parameters
    ----------
    model, refitted
        LightGBM texts of the credit model and of the same on resampled businesses.
    """
    features = feature_specs(catalogue)
    pinned = {key: rows(standing.everyone, places) for key, places in standing.references.items()}
    tier = tiers_of(standing.frozen.tenths, standing.frozen.tiers.cuts)
    worse = np.flatnonzero(tier != TIERS[0])
    below = worse[spread(len(worse), _REFITTED)]
    told = FirstReasons.of_model(model, features, pinned)
    X = rows(standing.everyone, below)
    other = FirstReasons.of_model(refitted, features, pinned).of(X, tier[below])
    kept, of_refitted = same(told.of(X, tier[below]), other)
    some = spread(len(tier), _MONTH)
    now, before = _both_days(catalogue, snapshot, standing, some)
    month, of_month = same(told.of(before, tier[some]), told.of(now, tier[some]))
    return Steadiness(kept, of_refitted, month, of_month)


def _both_days(
    catalogue: Catalogue, snapshot: Snapshot, standing: Standing, some: Ints
) -> tuple[Floats, Floats]:
    """Features of the same businesses on the day and on the month end before it."""
    names = standing.everyone.read(["entity_id"])["entity_id"].take(pa.array(some))
    earlier = day_of(months_before(date_of(standing.day), 1))
    n = len(some)
    spine = pa.table(
        {
            "row_id": pa.array(np.arange(2 * n), pa.int64()),
            "entity_id": pa.concat_arrays([names.combine_chunks()] * 2),
            "as_of_day": pa.array(np.repeat([standing.day, earlier], n), pa.int32()),
        }
    )
    with TemporaryDirectory() as named:
        built = read(build(catalogue, snapshot, spine, Path(named)))
    return built[:n], built[n:]
