"""What an account of a change says, as frozen data with one canonical form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from features.contracts import Phrase
from features.record_changes import Cause
from serving import canonical
from serving.decision.change_rules import RuleChange, TierStep
from serving.decision.content import Bundle
from serving.decision.decided import Decision, Told
from serving.decision.explanation import Subtotal
from serving.manifest import Level, Tier

Basis = Literal["published", "recomputed"]


@dataclass(frozen=True)
class End:
    """One of the two decisions compared.

    Parameters
    ----------
    basis
        ``published``: what the set `scores` says. ``recomputed``: worked out anew
        for an earlier day from the records that set holds, with its model.
    """

    decision: Decision
    bundle: Bundle
    day: int
    basis: Basis
    scores: str


@dataclass(frozen=True)
class EndTold:
    """What one end says, and everything it rests on."""

    as_of: str
    basis: Basis
    scores: str
    score: str
    model_tier: Tier
    tier: Tier
    cutoffs: Mapping[str, str]
    bundle: str
    policy: str
    snapshot: str | None
    vector: str


@dataclass(frozen=True)
class ChangedRecord:
    """A record that something happened to.

    `points` are none where several records of its group moved together and only
    the group's points are known.
    """

    record_id: str
    business_id: str
    happened_on: str
    points: str | None


@dataclass(frozen=True)
class FeaturePart:
    """The points one feature got from a group."""

    feature: str
    points: str


@dataclass(frozen=True)
class CauseGroup:
    """Everything that one cause did through one source: its points, records, features.

    `via` is the link for records of linked businesses; `source` and `title` are
    none where no record is concerned (time, peers, profile).
    """

    cause: Cause
    source: str | None
    title: Phrase | None
    via: str | None
    points: str
    records: tuple[ChangedRecord, ...]
    record_count: int
    features: tuple[FeaturePart, ...]


@dataclass(frozen=True)
class CausePart:
    """The points a feature got from one cause, through one source."""

    cause: Cause
    points: str


@dataclass(frozen=True)
class MovedFeature:
    """A feature that something happened to: its value at both ends, its points by cause."""

    feature: str
    meaning: Phrase
    group: str
    department: str
    before: Phrase
    after: Phrase
    points: str
    parts: tuple[CausePart, ...]


@dataclass(frozen=True)
class ModelChange:
    """What another model makes of the same numbers: ``base`` + every feature = ``points``."""

    points: str
    base: str
    features: tuple[FeaturePart, ...]


@dataclass(frozen=True)
class WarningChange:
    """A warning's probability and level at both ends."""

    outcome: str
    title: Phrase
    probability: tuple[str | None, str | None]
    level: tuple[Level | None, Level | None]


@dataclass(frozen=True)
class Change:
    """Why one business's score and tier changed between two decisions.

    ``difference`` = every ``points`` of `causes` + those of `model` + ``limit``,
    and = every ``points`` of `features` + those of `model` + ``limit``, exactly.
    `meanings` are those of every feature named anywhere.
    """

    business_id: str
    name: str
    before: EndTold
    after: EndTold
    difference: str
    causes: tuple[CauseGroup, ...]
    features: tuple[MovedFeature, ...]
    by_group: tuple[Subtotal, ...]
    model: ModelChange | None
    limit: str
    tier_steps: tuple[TierStep, ...]
    rules: tuple[RuleChange, ...]
    policy_changed: bool
    warnings: tuple[WarningChange, ...]
    told: Told
    meanings: Mapping[str, Phrase]

    def to_json(self) -> bytes:
        """The account as canonical JSON: equal changes, equal bytes."""
        return canonical.encode(self)
