"""The words of a policy file, as frozen data; see the files of a jurisdiction.

A version is in force from ``effective_from`` up to, not including,
``effective_until``. What a rule may look at and do is closed: `Test`, `Effect`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

from pydantic import ConfigDict

from features.contracts import Phrase
from serving.manifest import Tier

PROFILE_TEXTS = frozenset({"sector", "district", "form"})
PROFILE_NUMBERS = frozenset({"age_days", "missing_share", "contested"})


@dataclass(frozen=True)
class Facts:
    """What the rules may look at: features, and the profile on the day.

    Profile fields: ``sector``, ``district``, ``form`` (text), ``age_days``,
    ``missing_share`` (part of the features that are missing), ``contested`` (1 while
    a record under an open objection makes a difference, else 0).
    """

    features: Mapping[str, float | None]
    profile: Mapping[str, float | str | None]


@dataclass(frozen=True)
class Word:
    """An unknown word in a policy file is a fault, never ignored."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, kw_only=True)
class Test(Word):
    """One condition on one feature or on one field of the profile.

    Every word given must hold. A missing value satisfies no comparison; a
    feature nobody told satisfies nothing, not even ``is_missing``.
    """

    __test__ = False  # pytest: this is no test case

    feature: str | None = None
    profile: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    equals: float | str | None = None
    is_one_of: tuple[float | str, ...] | None = None
    is_missing: bool | None = None

    def holds(self, facts: Facts) -> bool:
        """Whether the facts satisfy every word of the test."""
        known = facts.features if self.feature is not None else facts.profile
        name = self.feature or self.profile or ""
        if name not in known:
            return False
        value = known[name]
        if self.is_missing is not None:
            return (value is None) == self.is_missing
        if value is None:
            return False
        return (
            (self.equals is None or value == self.equals)
            and (self.is_one_of is None or value in self.is_one_of)
            and (self.at_least is None or (_is_number(value) and value >= self.at_least))
            and (self.at_most is None or (_is_number(value) and value <= self.at_most))
        )


@dataclass(frozen=True, kw_only=True)
class Effect(Word):
    """What a rule does: sets the tier, bounds it from either side, raises a flag."""

    tier: Tier | None = None
    floor: Tier | None = None
    no_worse_than: Tier | None = None
    flag: str | None = None


@dataclass(frozen=True, kw_only=True)
class Dated(Word):
    """A version between two dates; `reference` where it differs from the document's."""

    effective_from: date
    effective_until: date | None
    reference: str | None = None

    def in_force(self, on: date) -> bool:
        """Whether the version is in force on a day."""
        until = self.effective_until
        return self.effective_from <= on and (until is None or on < until)


@dataclass(frozen=True, kw_only=True)
class Document(Word):
    """What every policy file says of itself.

    `note` is for those who keep the policy; `reference` is read by businesses.
    """

    id: str
    title: Phrase
    reference: str
    owner: str
    confirmed_on: date
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class RuleVersion(Dated):
    """All of `when` hold: the effect happens.

    Where one of the rules named in `yields_to` applies too and prevails, this one
    still applies and its flag is raised, but its bounds on the tier are set aside.
    """

    when: tuple[Test, ...]
    effect: Effect
    yields_to: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule(Document):
    """One rule with all its versions."""

    versions: tuple[RuleVersion, ...]


@dataclass(frozen=True, kw_only=True)
class Measure(Word):
    """What follows from a tier: yearly inspection ratio (0–1) and cap on checks."""

    ratio: float
    cap: int | None
    text: Phrase
    reference: str | None = None  # where it differs from the version's


@dataclass(frozen=True, kw_only=True)
class MeasuresVersion(Dated):
    """The measures in force between two dates.

    `with_flag`: flag → tier → the measure that replaces the tier's own. Without
    an entry for ``key_sector``, class A is supervised as class B under that flag.
    """

    tiers: Mapping[str, Measure]
    with_flag: Mapping[str, Mapping[str, Measure]] | None = None


@dataclass(frozen=True, kw_only=True)
class Measures(Document):
    """``measures.yaml``: what follows from each tier."""

    versions: tuple[MeasuresVersion, ...]


@dataclass(frozen=True, kw_only=True)
class NoticeVersion(Dated):
    """What a business is told about itself, and its rights."""

    subject_sees_tier: bool
    rights: Phrase


@dataclass(frozen=True, kw_only=True)
class Notice(Document):
    """``notice.yaml``: what the subject is told."""

    versions: tuple[NoticeVersion, ...]


def _is_number(value: float | str) -> TypeGuard[float]:
    return not isinstance(value, str)
