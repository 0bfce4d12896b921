"""Grade many businesses with the decision core, without explaining them.

What `serving.decision.decide` says of one business about score, tiers, rules
and warning levels, this says of a whole matrix: the same scorer, the same cuts,
the same policy, row by row; the tests compare the two.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from serving.content import Bundle
from serving.decision import Business, facts_of
from serving.formats import iso_day
from serving.grading import clipped, level_of, probability, score_tenths, tier_of
from serving.manifest import CREDIT, LEVELS, Level, Tier


@dataclass(frozen=True)
class Grade:
    """What is decided about one business, but for the explanation.

    Parameters
    ----------
    tenths
        Score in tenths, within 0–1000 points.
    margin
        The credit model's log-odds.
    chances
        Outcome → probability and warning level.
    ratio
        Yearly share of such businesses to be inspected.
    """

    margin: float
    tenths: int
    model_tier: Tier
    tier: Tier
    rules: tuple[str, ...]
    flags: tuple[str, ...]
    chances: Mapping[str, tuple[float, Level | None]]
    ratio: float

    @property
    def level(self) -> Level | None:
        """The gravest warning level, or none."""
        raised = [level for _, level in self.chances.values() if level is not None]
        return min(raised, key=LEVELS.index, default=None)


def grade(
    bundle: Bundle, subjects: Sequence[Business], X: NDArray[np.float64], as_of_day: int
) -> list[Grade]:
    """The grade of each business.

    Parameters
    ----------
    X
        ``(n, n_features)`` in the bundle's order; NaN is missing.

    Raises
    ------
    NothingInForce
        The policy holds no rule or measure for that day.
    """
    manifest = bundle.manifest
    on = date.fromisoformat(iso_day(as_of_day))
    margins = {name: model.scorer.margins(X).tolist() for name, model in bundle.models.items()}
    graded = []
    for i, (subject, row) in enumerate(zip(subjects, X.tolist(), strict=True)):
        values = (None if math.isnan(value) else value for value in row)
        named = dict(zip(bundle.feature_names, values, strict=True))
        tenths = clipped(score_tenths(margins[CREDIT][i], manifest.score))
        model_tier = tier_of(tenths, manifest.tiers)
        ruling = bundle.policy.rule(model_tier, facts_of(subject, named, as_of_day), on)
        chances: dict[str, tuple[float, Level | None]] = {}
        for name, model in bundle.models.items():
            chance = probability(margins[name][i], model.spec.calibration)
            cuts = manifest.warnings.get(name)
            chances[name] = (chance, level_of(chance, cuts) if cuts else None)
        graded.append(
            Grade(
                margin=margins[CREDIT][i],
                tenths=tenths,
                model_tier=model_tier,
                tier=ruling.tier,
                rules=tuple(applied.rule.id for applied in ruling.applied),
                flags=ruling.flags,
                chances=chances,
                ratio=bundle.policy.measure(ruling.tier, ruling.flags, on).ratio,
            )
        )
    return graded
