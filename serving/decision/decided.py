"""What a decision says, as frozen data with one canonical form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from features.contracts import Phrase
from serving import canonical
from serving.decision.explanation import Explanation
from serving.decision.reasons import Cited
from serving.manifest import Level, Tier
from serving.policy import Effect

WhyNot = Literal[
    "superseded", "retracted", "repaired", "excluded", "expired", "disputed", "not_final",
    "not_yet_known",
]  # fmt: skip


@dataclass(frozen=True)
class Business:
    """Who is decided on, as its profile stood on the as-of date."""

    business_id: str
    name: str
    district: str | None = None
    sector: str | None = None
    form: str | None = None
    established_day: int | None = None


@dataclass(frozen=True)
class NotUsed:
    """A record of the business that the decision left aside, and why.

    `clock` says it with the day and the law, where a clock decided.
    """

    source: str
    record_id: str
    why: WhyNot
    clock: Phrase | None = None


@dataclass(frozen=True)
class ProbabilityInterval:
    """Between what a probability lies, and how surely (0–1).

    It is about all businesses with such a score: the share of them to whom the event
    happens.
    """

    low: str
    high: str
    certainty: float


@dataclass(frozen=True)
class EarlyWarning:
    """The probability of one outcome, and its colour level when it has one.

    `interval` is None where the bundle does not say how surely it is known.

    A warning with a level has up to three `reasons` of its own. Their points are
    those of the outcome's own odds on the score's scale (as many points as halve
    the odds of the credit outcome halve these), measured from what the model
    expects of any business; they are no part of the score.
    """

    outcome: str
    title: Phrase
    probability: str
    interval: ProbabilityInterval | None
    level: Level | None
    reasons: tuple[Cited, ...]


@dataclass(frozen=True)
class FiredRule:
    """A rule of the policy that applied, apart from the model.

    Parameters
    ----------
    overruled_by
        Rules that applied too and go before it: it raised its flag, and left the
        tier as it was.
    sources
        Those whose records it looked at.
    """

    id: str
    title: Phrase
    effect: Effect
    overruled_by: tuple[str, ...]
    reference: str
    record_ids: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def acting(self) -> Effect:
        """What it really did: its flag alone where another rule goes before it."""
        return Effect(flag=self.effect.flag) if self.overruled_by else self.effect


@dataclass(frozen=True)
class Consequence:
    """What follows from the tier: yearly inspection ratio (0–1) and cap on checks."""

    text: Phrase
    ratio: float
    cap: int | None
    reference: str


@dataclass(frozen=True)
class Told:
    """What the business may be told: its tier or not, and its rights."""

    subject_sees_tier: bool
    rights: Phrase | None


@dataclass(frozen=True)
class Completeness:
    """How many of the features are known."""

    known: int
    of: int


@dataclass(frozen=True)
class Provenance:
    """SHA-256 names of everything the decision rests on.

    `snapshot` names the records the vector was computed from, when the caller
    says so; `vector` is the hash of the numbers themselves.
    """

    bundle: str
    catalogue: str
    snapshot: str | None
    policy: str
    code_version: str
    vector: str


@dataclass(frozen=True)
class Decision:
    """One business, one day: tier, warnings, rules and the whole explanation.

    `event` says what `probability` is of, `interval` between what it lies (None where the
    bundle does not say); `sources` gives the titles of the sources
    whose records are named anywhere.
    """

    business_id: str
    business: Business
    district: Phrase | None
    sector: Phrase | None
    as_of: str
    score: str
    cutoffs: Mapping[str, str]
    model_tier: Tier
    tier: Tier
    probability: str
    interval: ProbabilityInterval | None
    event: Phrase
    warnings: tuple[EarlyWarning, ...]
    rules: tuple[FiredRule, ...]
    flags: tuple[str, ...]
    explanation: Explanation
    reasons: tuple[Cited, ...]
    positives: tuple[Cited, ...]
    measures: Consequence
    told: Told
    completeness: Completeness
    not_used: tuple[NotUsed, ...]
    sources: Mapping[str, Phrase]
    vector: Mapping[str, float | None]
    provenance: Provenance

    def to_json(self) -> bytes:
        """The decision as canonical JSON: equal decisions, equal bytes."""
        return canonical.encode(self)

    @staticmethod
    def from_json(data: bytes) -> Decision:
        """Read what `to_json` wrote; raises NotCanonical."""
        return canonical.decode(Decision, data, "decision")


@dataclass(frozen=True)
class Disputed:
    """The decision with and without disputed records; the milder one applies."""

    with_records: Decision
    without_records: Decision
    milder: Literal["with", "without"]

    @property
    def applies(self) -> Decision:
        """The decision that counts until the dispute is settled."""
        return self.with_records if self.milder == "with" else self.without_records
