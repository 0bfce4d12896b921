"""Words for what a business may lawfully do about its records.

An action is declared, like a feature: which records it is about, what the law
asks first, when it is possible at the earliest, and what the records say once it
is done. Nothing else counts as a way back: age, sector and history are not
actions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from features.contracts.phrase import Phrase
from features.expressions import Condition, Constant


class Moment(Enum):
    """A value that an effect learns when the action is done."""

    DONE = "done"  # the day the business did it
    DECIDED = "decided"  # the day from which the records say so
    YEAR = "year"  # the year an owed report is about


@dataclass(frozen=True)
class Later:
    """A day of the record, moved by so many months: a permit's new last day."""

    column: str
    months: int


Value = Constant | Moment | Later | None


@dataclass(frozen=True)
class OnRecords:
    """The action is about each usable record of `source` that satisfies `where`.

    With `only_last`, about the business's last record of the source, if it does.
    """

    source: str
    where: Condition | None = None
    only_last: bool = False


@dataclass(frozen=True)
class Owed:
    """The action is about each year for which `source` holds no record.

    A year's record may be given in the next year from `opens` (month, day) on and
    is due by `due`. With `overdue`, about years whose due day has passed; without,
    about those that may still be given in time.

    A year counts as missing only where the business existed in it and either an
    earlier year is held, or it is the last that fell due: records may have begun
    after the business did.
    """

    source: str
    year: str
    opens: tuple[int, int]
    due: tuple[int, int]
    overdue: bool


@dataclass(frozen=True)
class Wait:
    """A clock: the action is possible from a day of the record plus so long.

    Parameters
    ----------
    since
        Day column the clock counts from.
    months, days
        How long; negative days open the way before that day.
    reference
        Law and article.
    effective_from, effective_until
        Days (ISO) on which this clock is the law, the last exclusive; an empty one
        is open.
    where
        Records it is about; of several clocks in force, the first that fits.
    note
        For those who keep the declarations: what is still to be confirmed.
    """

    since: str
    reference: str
    effective_from: str = ""
    effective_until: str = ""
    months: int = 0
    days: int = 0
    where: Condition | None = None
    note: str = ""


@dataclass(frozen=True)
class RepairClock:
    """The action is possible when the source's own rules of use let a repair be granted.

    These are the `repair_months` of its `UseRule`s, from the record's event on, by
    the rule in force on the day of the action.
    """


@dataclass(frozen=True)
class Within:
    """The records say so at the latest this long after the action was done.

    Months first, then days, then working days of the city's calendar.
    """

    days: int = 0
    months: int = 0
    working_days: int = 0


@dataclass(frozen=True)
class AtNext:
    """The records say so `lag_days` after the next of these days (month, day) of a year.

    That day, not the day of the action, is when it happened.
    """

    days: tuple[tuple[int, int], ...]
    lag_days: int = 0


@dataclass(frozen=True)
class Repaired:
    """The record's use ends."""


@dataclass(frozen=True)
class Corrected:
    """A new version of the record says `values` instead."""

    values: Mapping[str, Value]


@dataclass(frozen=True)
class Added:
    """A new record of `source` says `values`.

    Its other columns say what the business's last record of the source said, or
    nothing where there is none.
    """

    source: str
    values: Mapping[str, Value]


Effect = Repaired | Corrected | Added


@dataclass(frozen=True)
class Action:
    """Something a business may lawfully do, and what it does to its records.

    Parameters
    ----------
    name
        ``verb_object``, for instance ``file_overdue_report``.
    phrase
        What to do, as said to a shop owner; slot ``{year}`` where years are owed.
    condition
        What has to be true or done for it to be allowed.
    legal_basis
        Law and article.
    at
        Who decides, or where it is done.
    effort
        1 (minutes, online) to 5 (much money or time): ranks ways, nothing more.
    about, waits, takes, effects
        Which records, from when, how long it takes, what the records say then.
    after
        Actions that must be done first wherever they are open to the business.
    note
        For those who keep the declarations: what is still to be confirmed.
    """

    name: str
    phrase: Phrase
    condition: Phrase
    legal_basis: str
    at: Phrase
    effort: int
    about: OnRecords | Owed
    effects: tuple[Effect, ...]
    takes: Within | AtNext = field(default_factory=Within)
    waits: tuple[Wait, ...] | RepairClock = ()
    after: tuple[str, ...] = ()
    note: str = ""
