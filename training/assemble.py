"""Put what was learnt into a bundle: manifest, models, phrases, policy, references."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Protocol

import numpy as np

from features.builder import Matrix
from features.catalogue import Catalogue
from features.contracts import Outcome
from serving.bundle.folder import GoldenInput, Parts
from serving.decision.content import ReferenceKey
from serving.decision.decide import Business
from serving.manifest import (
    CREDIT,
    FORMAT,
    Calibration,
    LevelCuts,
    Manifest,
    ModelSpec,
    feature_specs,
    place_of,
)
from serving.policy import Policy
from training.arrays import Floats, Ints
from training.calendar import date_of
from training.calibrate import probabilities
from training.fit import Fitted
from training.learn import Learned
from training.matrix import blocks, rows
from training.scale import ScalePolicy
from training.tiers import TierChoice, score_tenths, tier_cuts, tier_cuts_at, warning_levels

_GOLDEN_EACH = 2  # golden rows of each tier


@dataclass(frozen=True)
class Frozen:
    """What a model version fixes for all who are scored by it.

    Parameters
    ----------
    tenths
        ``(n,)`` scores of the open businesses on the latest as-of date.
    tiers
        Cut-offs, and the shares of those businesses they give.
    warnings
        Outcome → lowest probability of each level.
    """

    scale: ScalePolicy
    tenths: Ints
    tiers: TierChoice
    warnings: Mapping[str, LevelCuts]


class Scores(Protocol):
    """What scoring needs of a learned outcome."""

    @property
    def outcome(self) -> Outcome:
        """Which outcome."""

    @property
    def model(self) -> Fitted:
        """Its model."""

    @property
    def calibration(self) -> Calibration:
        """What the model's margins mean."""


def freeze(learned: Sequence[Scores], population: Matrix, scale: ScalePolicy) -> Frozen:
    """Score everyone open on the latest as-of date, and cut tiers and levels as declared."""
    margins: dict[str, list[Floats]] = {one.outcome.name: [] for one in learned}
    for block in blocks(population):
        for one in learned:
            margins[one.outcome.name].append(one.model.margins(block))
    tenths = score_tenths(np.concatenate(margins[CREDIT]), scale.score)
    levels = {
        one.outcome.name: warning_levels(
            probabilities(np.concatenate(margins[one.outcome.name]), one.calibration),
            scale.warning_shares,
        )
        for one in learned
        if one.outcome.name != CREDIT
    }
    return Frozen(scale, tenths, _cut(tenths, scale, learned), levels)


def _cut(tenths: Ints, scale: ScalePolicy, learned: Sequence[Scores]) -> TierChoice:
    if not scale.tier_probabilities:
        return tier_cuts(tenths, scale.tier_shares)
    [credit] = [one for one in learned if one.outcome.name == CREDIT]
    return tier_cuts_at(tenths, scale.tier_probabilities, credit.calibration, scale.score)


@dataclass(frozen=True)
class Origin:
    """Where a bundle comes from.

    Parameters
    ----------
    snapshot, matrix
        Names of the records and of the features learnt from.
    as_of_day
        Day on which everyone was scored to set the tiers.
    """

    snapshot: str
    matrix: str
    as_of_day: int


def bundle_parts(
    catalogue: Catalogue,
    learned: Sequence[Learned],
    frozen: Frozen,
    population: Matrix,
    origin: Origin,
    *,
    policy: Policy,
    reference: Mapping[ReferenceKey, Ints],
) -> Parts:
    """All that `serving.bundle.folder.write_bundle` needs.

    Parameters
    ----------
    reference
        Tier and sector → positions in `population` of those just inside.
    """
    return Parts(
        manifest=_manifest(catalogue, learned, frozen, origin),
        models={one.outcome.name: one.model.text for one in learned},
        reasons=catalogue.jurisdiction.reasons,
        policy=policy,
        reference={key: rows(population, places) for key, places in reference.items()},
        golden=_golden(catalogue, frozen, population, origin.as_of_day),
    )


def _manifest(
    catalogue: Catalogue, learned: Sequence[Learned], frozen: Frozen, origin: Origin
) -> Manifest:
    city = catalogue.jurisdiction
    return Manifest(
        format=FORMAT,
        jurisdiction=place_of(catalogue),
        catalogue_fingerprint=catalogue.fingerprint,
        snapshot=origin.snapshot,
        matrix=origin.matrix,
        trained_as_of=date_of(origin.as_of_day).isoformat(),
        code_version=version("xinheng"),
        features=feature_specs(catalogue),
        groups=city.groups,
        departments=city.departments,
        districts=city.districts,
        sectors=city.sectors,
        models={
            one.outcome.name: ModelSpec(
                f"models/{one.outcome.name}.txt",
                one.outcome.title,
                one.calibration,
                one.base_rate,
            )
            for one in learned
        },
        score=frozen.scale.score,
        tiers=frozen.tiers.cuts,
        warnings=frozen.warnings,
        references=(),
        files={},
    )


def _golden(
    catalogue: Catalogue, frozen: Frozen, population: Matrix, as_of_day: int
) -> list[GoldenInput]:
    """A few vectors from the lowest to the highest score, under made-up names.

    The records cited are made up too: no business stands in a bundle by name.
    """
    order = np.argsort(frozen.tenths, kind="stable")
    places = np.linspace(0, len(order) - 1, 4 * _GOLDEN_EACH).round().astype(np.int64)
    city = catalogue.jurisdiction
    golden = []
    for number, vector in enumerate(rows(population, order[places]).tolist()):
        values = tuple(None if math.isnan(value) else value for value in vector)
        business = Business(
            business_id=f"golden-{number}",
            name=f"golden {number}",
            district=next(iter(city.districts), None),
            sector=next(iter(city.sectors), None),
            established_day=as_of_day - 3650,
        )
        evidence = {
            feature.name: (f"{feature.source}:{number}",)
            for feature, value in zip(city.features, values, strict=True)
            if value not in (None, 0.0)
        }
        golden.append(GoldenInput(business, as_of_day, values, evidence))
    return golden
