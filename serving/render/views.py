"""What each view of a decision holds; nothing else may be shown to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from features.contracts import Phrase
from serving.decision.decided import Completeness, Consequence, Decision, NotUsed
from serving.decision.reasons import Cited
from serving.manifest import Tier
from serving.render.case_file import SetByPeople

View = Literal["registry", "regulator", "subject", "auditor"]
OVERRIDDEN = "overridden"  # the registry's flag of a tier that people set
VIEWS: tuple[View, ...] = ("registry", "regulator", "subject", "auditor")


@dataclass(frozen=True)
class RegistryView:
    """What the registry system is told: the tier in force and its flags."""

    business_id: str
    as_of: str
    tier: Tier
    flags: tuple[str, ...]


@dataclass(frozen=True)
class RuleTold:
    """A rule that had an effect, without what it did to the tier."""

    id: str
    title: Phrase
    reference: str
    record_ids: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class SubjectView:
    """What a business is told about itself.

    `tier` and `measures` are those in force; they are None, and nothing else gives the
    tier away, unless the policy lets the subject see it. A rule that another goes before
    and that raises no flag is not among `rules`: it changed nothing for the business.
    """

    business_id: str
    name: str
    as_of: str
    tier: Tier | None
    measures: Consequence | None
    reasons: tuple[Cited, ...]
    positives: tuple[Cited, ...]
    rules: tuple[RuleTold, ...]
    completeness: Completeness
    not_used: tuple[NotUsed, ...]
    sources: Mapping[str, Phrase]
    rights: Phrase | None


def registry_view(decision: Decision, override: SetByPeople | None = None) -> RegistryView:
    """The registry's part of a decision."""
    tier, flags = decision.tier, decision.flags
    if override is not None:
        tier, flags = override.tier, (*flags, OVERRIDDEN)
    return RegistryView(decision.business_id, decision.as_of, tier, flags)


def subject_view(decision: Decision, override: SetByPeople | None = None) -> SubjectView:
    """The business's own part of a decision."""
    told = decision.told
    in_force = override or decision
    return SubjectView(
        business_id=decision.business_id,
        name=decision.business.name,
        as_of=decision.as_of,
        tier=in_force.tier if told.subject_sees_tier else None,
        measures=in_force.measures if told.subject_sees_tier else None,
        reasons=decision.reasons,
        positives=decision.positives,
        rules=tuple(
            RuleTold(rule.id, rule.title, rule.reference, rule.record_ids, rule.sources)
            for rule in decision.rules
            if not rule.overruled_by or rule.effect.flag
        ),
        completeness=decision.completeness,
        not_used=decision.not_used,
        sources=decision.sources,
        rights=told.rights,
    )


def seen(decision: Decision, view: View) -> RegistryView | SubjectView | Mapping[str, object]:
    """What `view` may see of a decision."""
    if view == "registry":
        return registry_view(decision)
    if view == "subject":
        return subject_view(decision)
    hidden = () if view == "auditor" else ("vector",)
    return {
        one.name: getattr(decision, one.name) for one in fields(decision) if one.name not in hidden
    }
