"""What the rules make of one business on one day.

Order of evaluation: the model's tier; then leniency (``no_worse_than``); then a
``tier`` that a rule sets in its place; then floors. Where several rules set a
tier or a floor, the most severe wins. Flags never change a tier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from serving import canonical
from serving.errors import NothingInForce, refusal
from serving.manifest import TIERS, Tier
from serving.policy.words import (
    Dated,
    Facts,
    Measure,
    Measures,
    Notice,
    NoticeVersion,
    Rule,
    RuleVersion,
)

KEY_SECTOR = "key_sector"
_Version = TypeVar("_Version", bound=Dated)


@dataclass(frozen=True)
class Applied:
    """A rule that fired, in the version of the day.

    `overruled_by` names the rules that fired as well and that it yields to; then it
    leaves the tier as it is.
    """

    rule: Rule
    version: RuleVersion
    overruled_by: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The legal reference of the version, else of the rule."""
        return self.version.reference or self.rule.reference

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the features the rule looked at."""
        return tuple(test.feature for test in self.version.when if test.feature)


@dataclass(frozen=True)
class Ruling:
    """What the rules made of a model tier: the final tier, who fired, the flags."""

    tier: Tier
    applied: tuple[Applied, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """All rules, measures and notices of a jurisdiction, at all dates."""

    rules: tuple[Rule, ...]
    measures: Measures
    notice: Notice | None

    @cached_property
    def features(self) -> frozenset[str]:
        """Names of the features that any rule looks at."""
        tests = (test for rule in self.rules for one in rule.versions for test in one.when)
        return frozenset(test.feature for test in tests if test.feature is not None)

    def rule(self, model_tier: Tier, facts: Facts, on: date) -> Ruling:
        """The final tier on a day.

        Raises
        ------
        NothingInForce
            The policy holds no rule for that day.
        """
        applied = _with_precedence(
            one for one in self._in_force(on) if all(test.holds(facts) for test in one.version.when)
        )
        flags = tuple(sorted({flag for one in applied if (flag := one.version.effect.flag)}))
        effects = [one.version.effect for one in applied if not one.overruled_by]
        tier = _mildest([model_tier, *(e.no_worse_than for e in effects if e.no_worse_than)])
        tier = _worst([e.tier for e in effects if e.tier] or [tier])
        tier = _worst([tier, *(e.floor for e in effects if e.floor)])
        return Ruling(tier, applied, flags)

    def _in_force(self, on: date) -> tuple[Applied, ...]:
        """The rules of a day, looked up once: a city is ruled on in one go."""
        if on not in self._of_day:
            self._of_day[on] = tuple(
                Applied(rule, version)
                for rule in self.rules
                if (version := _on(rule.versions, on)) is not None
            )
        if not self._of_day[on]:
            raise _nothing("rule", on)
        return self._of_day[on]

    @cached_property
    def _of_day(self) -> dict[date, tuple[Applied, ...]]:
        return {}

    def measure(self, tier: Tier, flags: Sequence[str], on: date) -> Measure:
        """What follows from a tier with these flags on a day; cites its reference.

        Raises
        ------
        NothingInForce
            The policy holds no measures for that day.
        """
        version = _on(self.measures.versions, on)
        if version is None:
            raise _nothing("measures", on)
        measure = version.tiers[tier]
        replaced = {
            flag: by_tier[tier]
            for flag, by_tier in (version.with_flag or {}).items()
            if flag in flags and tier in by_tier
        }
        if replaced:  # the most frequent inspection among the flags' measures applies
            measure = max(replaced.values(), key=lambda one: one.ratio)
        elif tier == "A" and KEY_SECTOR in flags:
            measure = version.tiers["B"]
        reference = measure.reference or version.reference or self.measures.reference
        return replace(measure, reference=reference)

    def told(self, on: date) -> NoticeVersion | None:
        """What a business is told on a day; none without a ``notice.yaml``."""
        if self.notice is None:
            return None
        version = _on(self.notice.versions, on)
        if version is None:
            raise _nothing("notice", on)
        return version

    def to_json(self) -> bytes:
        """The policy as the canonical document a bundle carries."""
        return canonical.encode(self)

    @staticmethod
    def from_json(data: bytes) -> Policy:
        """Read what `to_json` wrote; raises NotCanonical."""
        return canonical.decode(Policy, data, "policy.json")


def _with_precedence(fired: Iterable[Applied]) -> tuple[Applied, ...]:
    """The rules that fired, each with those that overrule it.

    Only a rule that is not overruled itself overrules; the loader refused circles.
    """
    by_id = {one.rule.id: one for one in fired}
    settled: dict[str, Applied] = {}

    def settle(one: Applied) -> Applied:
        name = one.rule.id
        if name not in settled:
            above = [by_id[other] for other in one.version.yields_to if other in by_id]
            over = tuple(other.rule.id for other in above if not settle(other).overruled_by)
            settled[name] = replace(one, overruled_by=over) if over else one
        return settled[name]

    return tuple(settle(one) for one in by_id.values())


def _on(versions: Sequence[_Version], on: date) -> _Version | None:
    return next((version for version in versions if version.in_force(on)), None)


def _worst(tiers: Sequence[Tier]) -> Tier:
    return max(tiers, key=TIERS.index)


def _mildest(tiers: Sequence[Tier]) -> Tier:
    return min(tiers, key=TIERS.index)


def _nothing(what: str, on: date) -> NothingInForce:
    return refusal(
        NothingInForce, f"no {what} in force", "policy", f"a version effective on {on}", "none",
        "ask for a later date, or date the policy further back",
    )  # fmt: skip
