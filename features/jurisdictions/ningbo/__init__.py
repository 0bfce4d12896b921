"""Ningbo (宁波): departments, features, outcomes and policy as declarations."""

from __future__ import annotations

from features.contracts import Jurisdiction, Monthly, Phrase, under
from features.jurisdictions.ningbo import codes
from features.jurisdictions.ningbo.actions import ACTIONS
from features.jurisdictions.ningbo.deadlines import DEADLINES, OVERRIDES
from features.jurisdictions.ningbo.definitions import FEATURES, LINKS
from features.jurisdictions.ningbo.finality import FINALITY_POLICY, POLICIES
from features.jurisdictions.ningbo.outcomes import DRAWS, OUTCOMES
from features.jurisdictions.ningbo.reasons import REASONS
from features.jurisdictions.ningbo.segments import SEGMENTS
from features.jurisdictions.ningbo.sources import DEPARTMENTS, SOURCES


def city(finality: str, name: str = "ningbo", policy: str = "policy") -> Jurisdiction:
    """Ningbo under one of `finality.POLICIES`."""
    return Jurisdiction(
        name=name,
        title=Phrase("宁波市", "Ningbo"),
        timezone="Asia/Shanghai",
        identity="uscc",
        currency=Phrase("元", "yuan"),
        departments={**codes.DEPARTMENTS, **DEPARTMENTS},
        sources=under(POLICIES[finality], SOURCES),
        features=FEATURES,
        outcomes=OUTCOMES,
        reasons=REASONS,
        roster=("registrations",),
        cohort=Monthly(),
        groups=codes.GROUPS,
        districts=codes.DISTRICTS,
        sectors=codes.SECTORS,
        links=LINKS,
        working_days="china",
        deadlines=DEADLINES,
        overrides=OVERRIDES,
        actions=ACTIONS,
        segments=SEGMENTS,
        draws=DRAWS,
        policy=policy,
    )


JURISDICTION = city(FINALITY_POLICY)
