"""A verified bundle in memory: everything `decide` needs, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.contracts import Reason
from serving.errors import BundleRefused, refusal
from serving.manifest import CREDIT, TIERS, FeatureSpec, Manifest, ModelSpec, Tier
from serving.model.contributions import AgainstReference, Explainer
from serving.model.scorer import Scorer
from serving.model.trees import Trees
from serving.policy import Policy

# Objectives whose margin is the log-odds of the outcome.
LOG_ODDS = frozenset({"binary", "cross_entropy"})


@dataclass(frozen=True)
class Model:
    """One outcome's model, ready to score."""

    spec: ModelSpec
    scorer: Scorer


@dataclass(frozen=True)
class PinnedReference:
    """Businesses just inside a tier, prepared for the explainer.

    `typical` is the median of each feature's known values among them.
    """

    tier: Tier
    count: int
    explainer: AgainstReference
    typical: tuple[float | None, ...]


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
    explainer: Explainer
    references: Mapping[Tier, PinnedReference]
    reasons: Mapping[str, Reason]
    policy: Policy

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
    """Parse the models and prepare the reference sets of checked parts.

    Parameters
    ----------
    texts
        Outcome → LightGBM model text.
    reference
        ``(n, n_features)`` rows that `Manifest.references` divides among tiers.

    Raises
    ------
    ModelRefused
        A model text is malformed or of an unsupported form.
    BundleRefused
        A model learned from other features, or for another kind of outcome.
    """
    parsed = {outcome: _parsed(manifest, outcome, texts[outcome]) for outcome in manifest.models}
    explainer = Explainer(parsed[CREDIT])
    references: dict[Tier, PinnedReference] = {}
    for letter in TIERS:
        if letter in manifest.references:
            rows = manifest.references[letter]
            pinned = np.ascontiguousarray(reference[rows.first : rows.first + rows.count])
            references[letter] = PinnedReference(
                letter, rows.count, explainer.against(pinned), _medians(pinned)
            )
    return Bundle(
        name=name,
        policy_name=policy_name,
        manifest=manifest,
        models={
            outcome: Model(spec, Scorer(parsed[outcome]))
            for outcome, spec in manifest.models.items()
        },
        explainer=explainer,
        references=references,
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
