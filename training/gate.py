"""Whether a new model may take over: declared rules, each with its figure.

A rule that cannot be applied says so and does not stand in the way; one that
fails does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from serving.manifest import TIERS
from training.assemble import Frozen
from training.evaluate import ece_by_chance
from training.learn import Learned
from training.limits import Limits
from training.migration import Migration, NoChampion


@dataclass(frozen=True)
class Rule:
    """One rule as applied: what was asked, what was found, whether it holds.

    `holds` is None where the rule cannot be applied.
    """

    name: str
    asks: str
    found: str
    holds: bool | None


@dataclass(frozen=True)
class Verdict:
    """All rules; the model may take over when none fails."""

    rules: tuple[Rule, ...]

    @property
    def passed(self) -> bool:
        """Whether no rule fails."""
        return all(rule.holds is not False for rule in self.rules)

    @property
    def failures(self) -> tuple[Rule, ...]:
        """The rules that fail."""
        return tuple(rule for rule in self.rules if rule.holds is False)


def gate(
    learned: Sequence[Learned],
    frozen: Frozen,
    migration: Migration | NoChampion,
    limits: Limits,
) -> Verdict:
    """Apply every rule to the models that would go into force together.

    Parameters
    ----------
    migration
        Against the present champion on the same businesses, or why there is none
        to compare with.
    """
    rules = [rule for one in learned for rule in outcome_rules(one, limits)]
    rules += _tier_rules(frozen, limits)
    rules += _migration_rules(migration, limits)
    return Verdict(tuple(rules))


def fit_to_warn(one: Learned, limits: Limits) -> Verdict:
    """The rules of one outcome: a warning that fails them is left out of the bundle.

    Only the credit model can hold up the whole bundle.
    """
    return Verdict(tuple(outcome_rules(one, limits)))


def outcome_rules(one: Learned, limits: Limits) -> Iterator[Rule]:
    """The rules that one outcome's model is held to on its own."""
    name, model = one.outcome.name, one.judgement.model
    yield Rule(
        f"{name}: better than chance", "lower end of the AUC above 0.5", str(model.auc),
        model.auc.low > 0.5,
    )  # fmt: skip
    best, ahead = min(one.judgement.advantage.items(), key=lambda item: item[1].high)
    yield Rule(
        f"{name}: keeps up with challengers",
        f"AUC not surely more than {limits.behind_challenger:g} behind any",
        f"{ahead} ahead of {best}",
        ahead.high >= -limits.behind_challenger,
    )
    allowed = max(limits.calibration_share * one.base_rate, limits.calibration_floor)
    by_chance = ece_by_chance(model.rows, one.base_rate)
    error = model.ece
    yield Rule(
        f"{name}: probabilities mean what they say",
        f"calibration error at most {allowed:.4f} beside the {by_chance:.4f} of chance",
        "none" if error is None else f"{error:.4f}",
        None if error is None else error <= allowed + by_chance,
    )
    feature, alone = max(one.single_feature_auc.items(), key=lambda item: item[1])
    yield Rule(
        f"{name}: no feature holds the outcome",
        f"each alone ranks with AUC below {limits.single_feature_auc:g}",
        f"{alone:.4f} by {feature}",
        alone < limits.single_feature_auc,
    )


def _tier_rules(frozen: Frozen, limits: Limits) -> Iterator[Rule]:
    target, reached = frozen.scale.tier_shares, frozen.tiers.shares
    worst = max(TIERS, key=lambda tier: abs(reached[tier] - target[tier]))
    yield Rule(
        "tiers reach their shares", f"each within {limits.tier_share:g} of its target",
        f"{worst}: {reached[worst]:.3f} for {target[worst]:.3f}",
        abs(reached[worst] - target[worst]) <= limits.tier_share,
    )  # fmt: skip


def _migration_rules(migration: Migration | NoChampion, limits: Limits) -> Iterator[Rule]:
    if isinstance(migration, NoChampion):
        yield Rule("tiers are stable", "comparison with the champion", migration.why, None)
        return
    yield Rule(
        "tiers are stable",
        f"at most {limits.moved_two_tiers:g} move two tiers or more",
        f"{migration.moved_two:.4f}",
        migration.moved_two <= limits.moved_two_tiers,
    )
    yield Rule(
        "scores are stable", f"PSI against the champion at most {limits.score_psi:g}",
        f"{migration.psi:.4f}", migration.psi <= limits.score_psi,
    )  # fmt: skip
