"""A verified bundle in memory: everything `decide` needs, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from features.contracts import Reason
from serving.decision.explanation import Explanations
from serving.errors import BundleRefused, refusal
from serving.manifest import CREDIT, TIERS, FeatureSpec, Manifest, ModelSpec, ReferenceRows, Tier
from serving.model.contributions import AgainstReference, Explainer
from serving.model.scorer import Scorer
from serving.model.trees import Trees
from serving.policy import Policy

# Objectives whose margin is the log-odds of the outcome.
LOG_ODDS = frozenset({"binary", "cross_entropy"})
# Reference sets whose tables are kept at hand: 6 MB each for 300 trees of depth 5.
MOST_PREPARED = 24

ReferenceKey = tuple[Tier, str | None]  # tier, and sector or None for all


@dataclass(frozen=True)
class Model:
    """One outcome's model, ready to score and to explain."""

    spec: ModelSpec
    scorer: Scorer
    explainer: Explainer


@dataclass(frozen=True)
class PinnedReference:
    """Businesses just inside a tier, of one sector or of all, prepared for the explainer.

    `typical` is the median of each feature's known values among them.
    """

    tier: Tier
    sector: str | None
    count: int
    explainer: AgainstReference
    typical: tuple[float | None, ...]


class References:
    """The pinned sets of a bundle, each prepared when first asked for."""

    def __init__(
        self, sets: tuple[ReferenceRows, ...], rows: NDArray[np.float64], explainer: Explainer
    ) -> None:
        self._sets = {(one.tier, one.sector): one for one in sets}
        self._rows = rows
        self._explainer = explainer
        self._prepared = lru_cache(maxsize=MOST_PREPARED)(self._prepare)

    def __len__(self) -> int:
        return len(self._sets)

    def of(self, tier: Tier, sector: str | None) -> PinnedReference | None:
        """Those just inside `tier`: of the sector where enough were pinned, else of all."""
        for key in ((tier, sector), (tier, None)):
            if key in self._sets:
                return self._prepared(self._sets[key])
        return None

    def _prepare(self, of: ReferenceRows) -> PinnedReference:
        rows = np.ascontiguousarray(self._rows[of.first : of.first + of.count])
        against = self._explainer.against(rows)
        return PinnedReference(of.tier, of.sector, of.count, against, _medians(rows))


@dataclass(frozen=True)
class Bundle:
    """Models, phrases, policy and reference sets under one verified name.

    `name` is the SHA-256 of the manifest's bytes; `policy_name` that of
    ``policy.json``.
    """

    name: str
    policy_name: str
    manifest: Manifest
    models: Mapping[str, Model]
    references: References
    reasons: Mapping[str, Reason]
    policy: Policy

    @property
    def explainer(self) -> Explainer:
        """That of the model which gives the score."""
        return self.models[CREDIT].explainer

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        """The features in the order of every vector."""
        return tuple(spec.name for spec in self.manifest.features)

    def spec(self, feature: str) -> FeatureSpec:
        """What the manifest says of a feature; raises KeyError when there is none."""
        return self._specs[feature]

    @cached_property
    def _specs(self) -> Mapping[str, FeatureSpec]:
        return {spec.name: spec for spec in self.manifest.features}

    @cached_property
    def explanations(self) -> Explanations:
        """Puts the explanations of its scores together."""
        return Explanations(self.manifest)

    def unnamed(self) -> Bundle:
        """The bundle as its own golden rows know it: before it had a name."""
        return replace(self, name="")


def assemble(
    name: str,
    policy_name: str,
    manifest: Manifest,
    *,
    texts: Mapping[str, str],
    reasons: tuple[Reason, ...],
    policy: Policy,
    reference: NDArray[np.float64],
) -> Bundle:
    """Parse the models of checked parts.

    Parameters
    ----------
    texts
        Outcome → LightGBM model text.
    reference
        ``(n, n_features)`` rows that `Manifest.references` divides among tiers and
        sectors.

    Raises
    ------
    ModelRefused
        A model text is malformed or of an unsupported form, or too large to explain.
    BundleRefused
        A model learned from other features, or for another kind of outcome.
    """
    models = {}
    for outcome, spec in manifest.models.items():
        trees = _parsed(manifest, outcome, texts[outcome])
        models[outcome] = Model(spec, Scorer(trees), Explainer(trees))
    return Bundle(
        name=name,
        policy_name=policy_name,
        manifest=manifest,
        models=models,
        references=References(manifest.references, reference, models[CREDIT].explainer),
        reasons={reason.code: reason for reason in reasons},
        policy=policy,
    )


def _parsed(manifest: Manifest, outcome: str, text: str) -> Trees:
    """The trees of one outcome, when their margins are log-odds of the bundle's features."""
    trees = Trees.parse(text)
    where = manifest.models[outcome].file
    if trees.feature_names != tuple(spec.name for spec in manifest.features):
        raise refusal(
            BundleRefused, "other names", where, "the manifest's features, in their order",
            f"{trees.n_features} others", "train and sign the bundle anew",
        )  # fmt: skip
    if trees.objective not in LOG_ODDS:
        raise refusal(
            BundleRefused, "other objective", where, " or ".join(sorted(LOG_ODDS)),
            trees.objective, "train the model on a yes-or-no outcome",
        )  # fmt: skip
    return trees


def _medians(rows: NDArray[np.float64]) -> tuple[float | None, ...]:
    known = (column[~np.isnan(column)] for column in rows.T)
    return tuple(float(np.median(column)) if len(column) else None for column in known)


def better(tier: Tier) -> Tier | None:
    """The next better tier; none above A.

    >>> better("C"), better("A")
    ('B', None)
    """
    place = TIERS.index(tier)
    return TIERS[place - 1] if place else None
