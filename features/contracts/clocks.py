"""Words for clocks: how long a record may be used, when it is final, what is due when.

A clock is dated law. Every rule names what it rests on; days are ISO texts, and
an empty ``effective_from`` means "whatever came before the next one".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from features.contracts.phrase import Phrase
from features.expressions import Condition

WorkingDays = Literal["china", "weekdays"]


@dataclass(frozen=True)
class Term:
    """How long records of one level may be used, counted from their event.

    Parameters
    ----------
    level
        What the level is called.
    months
        The last usable day is the corresponding day so many months later, or that
        month's last (民法典 202). Zero: not to be used at all.
    where
        Which records have this level; none for all that earlier terms leave.
    repair_months
        How long after the event credit repair can be granted at the earliest;
        none where the rule sets no wait.
    as_delivered
        A last day that the department delivers decides, even a later one (a ban
        that lasts longer than the period); otherwise the earlier of the two does.
    """

    level: Phrase
    months: int
    where: Condition | None = None
    repair_months: int | None = None
    as_delivered: bool = False


@dataclass(frozen=True)
class UseRule:
    """The periods of use in force from one day on.

    Parameters
    ----------
    effective_from
        First day in force; a rule holds for events from then on, until the next
        rule.
    terms
        By level; the first that fits decides. A record that fits none has no end
        under this rule.
    reference
        Law, number, article.
    note
        What the city chose itself, or has not yet confirmed against the text.
    earlier_records
        Whether it also shortens, from its first day on, the use of records whose
        event lies before that day. It never lengthens it.
    """

    effective_from: str
    terms: tuple[Term, ...]
    reference: str
    note: str = ""
    earlier_records: bool = False


@dataclass(frozen=True)
class Remedy:
    """A way to challenge a decision, open for some months or days after it.

    `effective_from` and `effective_until` (exclusive) bound the decisions it
    holds for.
    """

    title: Phrase
    reference: str
    days: int = 0
    months: int = 0
    effective_from: str = ""
    effective_until: str = ""


@dataclass(frozen=True)
class Finality:
    """When a decision that can be challenged is final, and whether it counts before.

    The day the department delivers is believed. Without one, a decision nobody
    challenged is final the day after its last remedy lapsed; a challenged one when
    the challenge was settled, and not before that day.

    Parameters
    ----------
    counts
        ``when_final``: inside the challenge window and under challenge a decision
        is pending and not counted. ``when_published``: it counts, and explanations
        say that it is not final.
    policy
        What this choice is called where it was made.
    remedies, reference
        The ways to challenge, and what the choice rests on.
    """

    counts: Literal["when_final", "when_published"]
    policy: str
    remedies: tuple[Remedy, ...]
    reference: str


@dataclass(frozen=True)
class Exclusion:
    """Records that never count, and why."""

    where: Condition
    why: Phrase
    reference: str


@dataclass(frozen=True)
class OverrideTerm:
    """How long a tier that two persons set in place of the decided one may hold.

    Parameters
    ----------
    effective_from
        First day in force; a term holds for proposals from then on, until the next.
    months
        The last day allowed is the corresponding day so many months later.
    """

    effective_from: str
    months: int
    reference: str


@dataclass(frozen=True)
class Deadline:
    """Something is due within some working days.

    Parameters
    ----------
    starts
        The day that starts it: ``disputed``, ``retracted``.
    title
        What is due; it is read before the day.
    """

    name: str
    starts: Literal["disputed", "retracted"]
    title: Phrase
    working_days: int
    reference: str
    effective_from: str = ""
