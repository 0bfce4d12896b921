"""What is decided about businesses, but for the explanation: scores, tiers, rules, warnings.

One function grades a whole city in blocks and one business in a request, so a
tier in a list and a tier in an answer cannot differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from serving.decision.content import Bundle
from serving.decision.decided import Business
from serving.decision.grading import clipped, level_of, probability, score_tenths, tier_of
from serving.formats import iso_day
from serving.manifest import CREDIT, LEVELS, TIERS, Level, Tier
from serving.policy import Facts, Measure, Ruling


@dataclass(frozen=True)
class Grade:
    """What is decided about one business.

    Parameters
    ----------
    margins
        Outcome → the model's log-odds.
    unclipped
        Score in tenths before it is cut to 0–1000 points.
    chances
        Outcome → probability and warning level; the credit outcome has no level.
    ruling, measure
        What the rules made of the model's tier, and what follows from it.
    """

    margins: Mapping[str, float]
    unclipped: int
    model_tier: Tier
    chances: Mapping[str, tuple[float, Level | None]]
    ruling: Ruling
    measure: Measure

    @property
    def tenths(self) -> int:
        """Score in tenths, within 0–1000 points."""
        return clipped(self.unclipped)

    @property
    def tier(self) -> Tier:
        """The tier after the rules."""
        return self.ruling.tier

    @property
    def mildness(self) -> tuple[int, int]:
        """Greater the milder: by tier, then by score."""
        return (-TIERS.index(self.tier), self.tenths)

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that fired."""
        return tuple(applied.rule.id for applied in self.ruling.applied)

    @property
    def level(self) -> Level | None:
        """The gravest warning level, or none."""
        raised = [level for _, level in self.chances.values() if level is not None]
        return min(raised, key=LEVELS.index, default=None)


def grade(
    bundle: Bundle,
    subjects: Sequence[Business],
    X: NDArray[np.float64],
    as_of_day: int,
    *,
    contested: bool = False,
) -> list[Grade]:
    """The grade of each business.

    Parameters
    ----------
    X
        ``(n, n_features)`` in the bundle's order; NaN is missing.
    contested
        Whether these are the numbers with and without a disputed record.

    Raises
    ------
    NothingInForce
        The policy holds no rule or measure for that day.
    """
    manifest, policy = bundle.manifest, bundle.policy
    on = date.fromisoformat(iso_day(as_of_day))
    measure = cache(lambda tier, flags: policy.measure(tier, flags, on))
    margins = {name: model.scorer.margins(X).tolist() for name, model in bundle.models.items()}
    facts = _facts(bundle, subjects, X, as_of_day, contested)
    graded = []
    for i in range(len(subjects)):
        own = {name: column[i] for name, column in margins.items()}
        unclipped = score_tenths(own[CREDIT], manifest.score)
        model_tier = tier_of(clipped(unclipped), manifest.tiers)
        ruling = policy.rule(model_tier, facts[i], on)
        graded.append(
            Grade(
                margins=own,
                unclipped=unclipped,
                model_tier=model_tier,
                chances={name: _chance(bundle, name, own[name]) for name in own},
                ruling=ruling,
                measure=measure(ruling.tier, ruling.flags),
            )
        )
    return graded


def _chance(bundle: Bundle, outcome: str, margin: float) -> tuple[float, Level | None]:
    chance = probability(margin, bundle.models[outcome].spec.calibration)
    cuts = bundle.manifest.warnings.get(outcome)
    return chance, level_of(chance, cuts) if cuts else None


def _facts(
    bundle: Bundle,
    subjects: Sequence[Business],
    X: NDArray[np.float64],
    as_of_day: int,
    contested: bool,
) -> list[Facts]:
    """What the policy may look at of each business, with only the features that it does."""
    looked_at = bundle.policy.features
    columns = [i for i, name in enumerate(bundle.feature_names) if name in looked_at]
    names = [bundle.feature_names[i] for i in columns]
    shares = np.isnan(X).mean(axis=1).tolist()
    rows = X[:, columns].tolist()
    values = (
        {name: None if math.isnan(v) else v for name, v in zip(names, row, strict=True)}
        for row in rows
    )
    return [
        facts_of(subject, features, share, as_of_day, contested)
        for subject, features, share in zip(subjects, values, shares, strict=True)
    ]


def facts_of(
    subject: Business,
    features: Mapping[str, float | None],
    missing_share: float,
    as_of_day: int,
    contested: bool,
) -> Facts:
    """What the policy may look at of a business on a day.

    Parameters
    ----------
    features
        At least those that the policy looks at.
    missing_share
        Part of all features that are missing, 0–1.
    """
    opened = subject.established_day
    return Facts(
        features=features,
        profile={
            "sector": subject.sector,
            "district": subject.district,
            "form": subject.form,
            "age_days": None if opened is None else float(as_of_day - opened),
            "missing_share": missing_share,
            "contested": float(contested),
        },
    )
