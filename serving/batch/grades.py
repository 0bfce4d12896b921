"""Grade many businesses with the decision core, without explaining them.

What `serving.decision.decide.decide` says of one business about score, tiers, rules
and warning levels, this says of a whole matrix: the same scorer, the same cuts,
the same policy, row by row; the tests compare the two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from serving.decision.content import Bundle
from serving.decision.decide import Business, facts_of
from serving.decision.grading import clipped, level_of, probability, score_tenths, tier_of
from serving.formats import iso_day
from serving.manifest import CREDIT, LEVELS, Level, Tier
from serving.policy import Facts, Policy


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
    policy = _in_force(bundle.policy, on)
    ratio = cache(lambda tier, flags: policy.measure(tier, flags, on).ratio)
    margins = {name: model.scorer.margins(X).tolist() for name, model in bundle.models.items()}
    graded = []
    for i, facts in enumerate(_facts(bundle, subjects, X, as_of_day)):
        tenths = clipped(score_tenths(margins[CREDIT][i], manifest.score))
        model_tier = tier_of(tenths, manifest.tiers)
        ruling = policy.rule(model_tier, facts, on)
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
                ratio=ratio(ruling.tier, ruling.flags),
            )
        )
    return graded


def _in_force(policy: Policy, on: date) -> Policy:
    """The policy with nothing in it but what is in force on the day."""
    rules = (
        replace(rule, versions=tuple(v for v in rule.versions if v.in_force(on)))
        for rule in policy.rules
    )
    return replace(policy, rules=tuple(rule for rule in rules if rule.versions))


def _facts(
    bundle: Bundle, subjects: Sequence[Business], X: NDArray[np.float64], as_of_day: int
) -> Iterator[Facts]:
    """What `facts_of` says of each business, with only the features that rules look at."""
    looked_at = {
        test.feature
        for rule in bundle.policy.rules
        for version in rule.versions
        for test in version.when
        if test.feature is not None
    }
    columns = [i for i, name in enumerate(bundle.feature_names) if name in looked_at]
    names = [bundle.feature_names[i] for i in columns]
    missing = np.isnan(X).sum(axis=1).tolist()
    rows = zip(subjects, X[:, columns].tolist(), missing, strict=True)
    for subject, row, n in rows:
        values = [None if math.isnan(value) else value for value in row]
        facts = facts_of(subject, dict(zip(names, values, strict=True)), as_of_day)
        share = n / X.shape[1] if X.shape[1] else None
        yield Facts(facts.features, {**facts.profile, "missing_share": share})
