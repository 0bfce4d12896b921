"""What the cut-offs and the rules have to do with a change, apart from the score.

The final tier is followed from the one end to the other one cause at a time, in
a declared order: the score by records and time, the score by another model, its
cut-offs, what the rules look at, the rules themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from features.contracts import Phrase
from serving.decision.content import Bundle
from serving.decision.decided import Decision
from serving.decision.grades import facts_of
from serving.decision.grading import clipped, tier_of
from serving.formats import MISSING, feature_text, value_text
from serving.manifest import Tier
from serving.policy import Effect, Facts
from serving.policy.words import RuleVersion

# What a rule can look at beside features (`serving.policy.Facts`).
_PROFILE = {
    "sector": Phrase("行业", "sector"),
    "district": Phrase("区县", "district"),
    "form": Phrase("主体类型", "legal form"),
    "age_days": Phrase("成立天数", "days since it was established"),
    "missing_share": Phrase("缺失数据占比", "share of the data missing"),
    "contested": Phrase("异议中的记录影响结果", "a disputed record makes a difference"),
}
_YES_NO = {1.0: Phrase("是", "yes"), 0.0: Phrase("否", "no")}
By = Literal["score", "model", "cutoffs", "facts", "law"]


@dataclass(frozen=True)
class TierStep:
    """The model's tier and the final one before and after one cause."""

    by: By
    model_tier: tuple[Tier, Tier]
    tier: tuple[Tier, Tier]


@dataclass(frozen=True)
class Looked:
    """Something a rule looks at: what it is, and what it was at both ends."""

    name: str
    meaning: Phrase
    before: Phrase
    after: Phrase


@dataclass(frozen=True)
class RuleChange:
    """A rule that applies now and did not, or the other way round, or otherwise.

    Parameters
    ----------
    kind
        ``began``, ``ended``, or ``amended``: it applies at both ends and does or
        cites something else.
    why
        ``facts``: what it looks at changed, or whether a rule that goes before it
        applies too. ``law``: the rule itself did, because another version is in force
        or the policy is another one.
    effect_before, effect_after
        What it did at each end where it applied; its flag alone where another rule
        went before it.
    lenient
        The rule bounds the tier to the business's benefit.
    looked
        What it looks at and that differs.
    """

    id: str
    title: Phrase
    kind: Literal["began", "ended", "amended"]
    why: Literal["facts", "law"]
    effect_before: Effect | None
    effect_after: Effect | None
    reference: str
    lenient: bool
    looked: tuple[Looked, ...]
    record_ids: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Ruled:
    """One end as the rules see it."""

    decision: Decision
    bundle: Bundle
    day: int

    @property
    def on(self) -> date:
        """The day as a date."""
        return date.fromisoformat(self.decision.as_of)

    @property
    def facts(self) -> Facts:
        """What the rules may look at."""
        told, known = self.decision, self.decision.completeness
        missing = (known.of - known.known) / known.of
        return facts_of(told.business, told.vector, missing, self.day, self._contested)

    @property
    def _contested(self) -> bool:
        """Whether a rule fired that looks at nothing but an open objection's effect."""
        fired = {rule.id for rule in self.decision.rules}
        return any(
            test.profile == "contested"
            for name, version in self.versions.items()
            if name in fired
            for test in version.when
        )

    def tier(self, model_tier: Tier, facts: Facts) -> Tier:
        """The final tier under the rules of this end."""
        return self.bundle.policy.rule(model_tier, facts, self.on).tier

    @property
    def versions(self) -> Mapping[str, RuleVersion]:
        """The version of each rule in force."""
        return {
            rule.id: version
            for rule in self.bundle.policy.rules
            for version in rule.versions
            if version.in_force(self.on)
        }


def tier_steps(before: Ruled, after: Ruled, scores: tuple[int, int, int]) -> tuple[TierStep, ...]:
    """The steps from the one final tier to the other; those that change nothing too.

    Parameters
    ----------
    scores
        Unclipped tenths: before; of the later vector under the earlier model; after.
    """
    old, between, new = (clipped(score) for score in scores)
    cuts, now = before.bundle.manifest.tiers, after.bundle.manifest.tiers
    path: list[tuple[By, int, bool]] = [
        ("score", between, False), ("model", new, False), ("cutoffs", new, True),
    ]  # fmt: skip
    model = tier_of(old, cuts)
    final = before.tier(model, before.facts)
    steps = []
    for by, score, new_cuts in path:
        given = tier_of(score, now if new_cuts else cuts)
        reached = before.tier(given, before.facts)
        steps.append(TierStep(by, (model, given), (final, reached)))
        model, final = given, reached
    on_facts = before.tier(model, after.facts)
    steps.append(TierStep("facts", (model, model), (final, on_facts)))
    by_law = after.tier(model, after.facts)
    steps.append(TierStep("law", (model, model), (on_facts, by_law)))
    return tuple(steps)


def rule_changes(before: Ruled, after: Ruled) -> tuple[RuleChange, ...]:
    """Every rule that applies at one end only, or does something else at the other."""
    old = {fired.id: fired for fired in before.decision.rules}
    new = {fired.id: fired for fired in after.decision.rules}
    versions = before.versions, after.versions
    told = []
    for id_ in sorted(old.keys() | new.keys()):
        then, now = old.get(id_), new.get(id_)
        if then and now and (then.acting, then.reference) == (now.acting, now.reference):
            continue
        fired = now or then
        assert fired is not None  # the identifier is that of one of the two
        pair = versions[0].get(id_), versions[1].get(id_)
        effects = [one.acting for one in (then, now) if one]
        same_law = then and now and (then.effect, then.reference) == (now.effect, now.reference)
        told.append(
            RuleChange(
                id=id_,
                title=fired.title,
                kind="amended" if then and now else "began" if now else "ended",
                why=_why(pair, before.facts, after.facts)
                if not (then and now)
                else "facts"
                if same_law
                else "law",
                effect_before=then.acting if then else None,
                effect_after=now.acting if now else None,
                reference=fired.reference,
                lenient=any(effect.no_worse_than for effect in effects),
                looked=_looked(pair, before, after),
                record_ids=fired.record_ids,
                sources=fired.sources,
            )
        )
    return tuple(told)


def _why(
    pair: tuple[RuleVersion | None, RuleVersion | None], then: Facts, now: Facts
) -> Literal["facts", "law"]:
    """The facts, when the earlier version already holds of one end's facts alone."""
    old, _ = pair
    if old is None or pair[1] is None:
        return "law"
    held = [all(test.holds(facts) for test in old.when) for facts in (then, now)]
    return "facts" if held[0] != held[1] else "law"


def _looked(
    pair: tuple[RuleVersion | None, RuleVersion | None], before: Ruled, after: Ruled
) -> tuple[Looked, ...]:
    """What the rule's versions look at and that differs: features, then the profile."""
    tests = [test for one in pair if one for test in one.when]
    told = []
    for name in sorted({test.feature for test in tests if test.feature is not None}):
        spec, currency = after.bundle.spec(name), after.bundle.manifest.jurisdiction.currency
        values = [end.decision.vector[name] for end in (before, after)]
        if values[0] != values[1]:
            first, second = (feature_text(spec, value, currency) for value in values)
            told.append(Looked(name, spec.meaning, first, second))
    for name in sorted({test.profile for test in tests if test.profile is not None}):
        facts = [end.facts.profile[name] for end in (before, after)]
        if facts[0] != facts[1]:
            first, second = (_profile_text(name, value, after.bundle) for value in facts)
            told.append(Looked(name, _PROFILE[name], first, second))
    return tuple(told)


def _profile_text(name: str, value: float | str | None, bundle: Bundle) -> Phrase:
    manifest = bundle.manifest
    if value is None:
        return MISSING
    if isinstance(value, str):
        titles = {"sector": manifest.sectors, "district": manifest.districts}.get(name, {})
        return titles.get(value, Phrase(value, value))
    if name == "contested":
        return _YES_NO[value]
    unit = "share" if name == "missing_share" else "days"
    return value_text(unit, value, manifest.jurisdiction.currency)
