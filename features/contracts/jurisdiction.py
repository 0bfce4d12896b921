"""A city: the declarations of all its departments, features and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from features.contracts.actions import Action
from features.contracts.clocks import Deadline, OverrideTerm, WorkingDays
from features.contracts.definitions import Feature, Link, Reason
from features.contracts.learning import Cohort, Outcome, RandomDraws, Segment
from features.contracts.phrase import Phrase
from features.contracts.records import Source

_Declared = TypeVar("_Declared", Source, Feature, Outcome)


def _named(declared: tuple[_Declared, ...], name: str) -> _Declared:
    for one in declared:
        if one.name == name:
            return one
    raise KeyError(name)


@dataclass(frozen=True)
class Jurisdiction:
    """A city: everything its declarations say, and nothing that computes.

    Parameters
    ----------
    name, title, timezone
        ``ningbo``; its title; the IANA zone that decides which day an instant is.
    identity
        Scheme of business identifiers: ``uscc`` (checked by
        `features.identity`) or ``plain``.
    departments
        Key → title.
    sources, links, features, outcomes, reasons
        The declarations. Feature order is the column order of every model.
    districts, sectors
        Profile code → title, for people.
    roster
        Names of the sources that introduce businesses, best first.
    cohort
        Which (business, as-of date) pairs models learn from.
    working_days
        Which days offices work: ``china`` (the State Council's holidays and the
        weekends swapped for them) or ``weekdays`` (Monday to Friday).
    deadlines
        Limits in working days that start when something happens to a record.
    policy
        Path of the folder with the dated policy rules, relative to the
        jurisdiction's own folder.
    actions
        What a business may lawfully do about its records.
    overrides
        How long an override of the tier may hold, by date, the earliest first; without
        a term in force none may be made.
    segments
        How businesses are parted when a model is asked whether it serves all alike.
    draws
        Which checks were drawn at random, and with which probability.
    """

    name: str
    title: Phrase
    timezone: str
    identity: Literal["uscc", "plain"]
    currency: Phrase
    departments: Mapping[str, Phrase]
    sources: tuple[Source, ...]
    features: tuple[Feature, ...]
    outcomes: tuple[Outcome, ...]
    reasons: tuple[Reason, ...]
    roster: tuple[str, ...]
    cohort: Cohort
    groups: Mapping[str, Phrase]
    districts: Mapping[str, Phrase] = field(default_factory=dict)
    sectors: Mapping[str, Phrase] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    working_days: WorkingDays = "weekdays"
    deadlines: tuple[Deadline, ...] = ()
    policy: str = "policy"
    # Left out of the fingerprint: these change no feature and no model.
    actions: tuple[Action, ...] = field(default=(), repr=False)
    overrides: tuple[OverrideTerm, ...] = field(default=(), repr=False)
    segments: tuple[Segment, ...] = field(default=(), repr=False)
    draws: RandomDraws | None = field(default=None, repr=False)

    def source(self, name: str) -> Source:
        """The source called `name`; raises KeyError when there is none."""
        return _named(self.sources, name)

    def feature(self, name: str) -> Feature:
        """The feature called `name`; raises KeyError when there is none."""
        return _named(self.features, name)

    def outcome(self, name: str) -> Outcome:
        """The outcome called `name`; raises KeyError when there is none."""
        return _named(self.outcomes, name)
