"""Whether a new model may take over: declared rules, each with its figure.

A rule that cannot be applied says so and does not stand in the way; one that
fails does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from serving.manifest import TIERS
from training.assemble import Frozen
from training.calendar import date_of
from training.calibrate import probabilities
from training.concordance import Interval
from training.evaluate import ece, ece_by_chance
from training.fairness import TIME, Group, Served
from training.foresight import Foresight
from training.learn import Learned
from training.limits import Limits
from training.migration import Migration, NoChampion
from training.psi import Shift
from training.reason_stability import Steadiness
from training.selective import Look, Seen

# What is said of a rule that holds, fails, or cannot be applied.
HOLDS = {True: "holds", False: "FAILS", None: "not applicable"}


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


@dataclass(frozen=True)
class Checked:
    """What was found out beside the outcomes' own figures; None where it was not asked.

    Parameters
    ----------
    migration
        Against the present champion on the same businesses, or why there is none
        to compare with.
    foresight
        Features that know what was learned later.
    steadiness
        Whether first reasons stay.
    shift
        How far those scored lie from those learnt from; told, not bounded: what
        counts since the records began moves by itself.
    """

    migration: Migration | NoChampion
    foresight: Foresight | None = None
    steadiness: Steadiness | None = None
    shift: Shift | None = None


def gate(
    learned: Sequence[Learned],
    frozen: Frozen,
    checked: Checked,
    limits: Limits,
) -> Verdict:
    """Apply every rule to the models that would go into force together."""
    rules = [rule for one in learned for rule in outcome_rules(one, limits)]
    rules += _foresight_rules(checked.foresight)
    rules += _reason_rules(checked.steadiness, limits)
    rules += _tier_rules(frozen, limits)
    rules += _migration_rules(checked.migration, limits)
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
    # The curve as it was drawn: its level belongs to other margins than those tested.
    shipped = ece(one.tested.y, probabilities(one.tested.margin, one.choice.calibration))
    yield Rule(
        f"{name}: the shipped calibration fits what was tested",
        f"calibration error at most {allowed:.4f} beside the {by_chance:.4f} of chance",
        f"{shipped:.4f}",
        shipped <= allowed + by_chance,
    )
    feature, alone = max(one.single_feature_auc.items(), key=lambda item: item[1])
    yield Rule(
        f"{name}: no feature holds the outcome",
        f"each alone ranks with AUC below {limits.single_feature_auc:g}",
        f"{alone:.4f} by {feature}",
        alone < limits.single_feature_auc,
    )

    yield from _fairness_rules(name, one.groups, limits)
    yield from _look_rules(name, one.looks)


def _look_rules(name: str, looks: Mapping[Look, Seen]) -> Iterator[Rule]:
    """The model ranks what checks would find in everyone, not only in the checked."""
    seen = looks.get(Look.WEIGHTED)
    if seen is None:
        return
    found = f"{seen.problems} problems in {seen.checks} drawn checks: "
    holds: bool | None = None
    if seen.auc is not None and seen.auc.low > 0.5:
        holds = True
    elif seen.auc is not None and seen.auc.high < 0.5:
        holds = False
    yield Rule(
        f"{name}: ranks what checks would find in everyone",
        "AUC on drawn checks, weighted, not surely below 0.5",
        found + ("too few to say" if holds is None else str(seen.auc)),
        holds,
    )


def _fairness_rules(name: str, groups: Sequence[Group], limits: Limits) -> Iterator[Rule]:
    """No group is called surely riskier, or safer, than it proves to be."""
    of_businesses = [group for group in groups if group.segment != TIME]
    if not of_businesses:
        return
    bound = limits.segment_ratio
    worst = max(of_businesses, key=lambda g: 0.0 if g.ratio is None else _beyond(g.ratio))
    served = [group.served(bound) for group in of_businesses]
    unknown = sum(one is Served.UNKNOWN for one in served)
    yield Rule(
        f"{name}: every segment is called as risky as it proves",
        f"said over found not surely beyond {1 / bound:g} to {bound:g} times that of all",
        f"{worst.segment} {worst.group}: {worst.ratio or 'nothing found'}; "
        f"{unknown} of {len(served)} groups too small to say",
        Served.UNFAIRLY not in served,
    )


def _beyond(ratio: Interval) -> float:
    """How surely a ratio lies away from 1, on either side; 0 where it may be 1."""
    low, high = max(ratio.low, 1e-9), max(ratio.high, 1e-9)
    return max(math.log(low), -math.log(high), 0.0)


def _foresight_rules(found: Foresight | None) -> Iterator[Rule]:
    asks = "every feature is the same when all that was learned later is deleted"
    if found is None:
        yield Rule("no feature knows the future", asks, "not built again", None)
        return
    worst = max(found.changed.items(), key=lambda item: item[1], default=None)
    told = "0 features differ" if worst is None else (
        f"{len(found.changed)} features differ, {worst[0]} in {worst[1]}"
    )  # fmt: skip
    yield Rule(
        "no feature knows the future", asks,
        f"{told} of {found.rows:,} rows as of {date_of(found.day)}", not found.changed,
    )  # fmt: skip


def _reason_rules(found: Steadiness | None, limits: Limits) -> Iterator[Rule]:
    asked = (
        ("reasons survive a refit on other businesses", limits.same_reason_refitted,
         None if found is None else found.refitted, 0 if found is None else found.refitted_of),
        ("reasons survive a month", limits.same_reason_month,
         None if found is None else found.month, 0 if found is None else found.month_of),
    )  # fmt: skip
    for name, bound, share, businesses in asked:
        yield Rule(
            name,
            f"the first reason stays for at least {bound:g} of those below A",
            "nobody to ask" if share is None else f"{share:.3f} of {businesses:,}",
            None if share is None else share >= bound,
        )


def _tier_rules(frozen: Frozen, limits: Limits) -> Iterator[Rule]:
    target, reached = frozen.scale.tier_shares, frozen.tiers.shares
    if not target:
        yield Rule("tiers reach their shares", "target shares", "cut by probability", None)
        return
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
