"""Words for features: measures, windows, directions, links, reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Literal

from features.contracts.phrase import Phrase
from features.expressions import Condition


@dataclass(frozen=True)
class Count:
    """How many records; 0 when there are none."""


@dataclass(frozen=True)
class Sum:
    """Total of a column over its known values; 0 when there are none."""

    column: str


@dataclass(frozen=True)
class Max:
    """Largest known value of a column; missing when there is none."""

    column: str


@dataclass(frozen=True)
class Mean:
    """Sum of the known values of a column over their number; missing when none."""

    column: str


@dataclass(frozen=True)
class Distinct:
    """How many different known values a column has; 0 when none."""

    column: str


@dataclass(frozen=True)
class Repeats:
    """How many records repeat a column's value: known values less different ones; 0 when none."""

    column: str


@dataclass(frozen=True)
class Share:
    """Part of the records that also satisfy `of`; missing when there are none."""

    of: Condition


@dataclass(frozen=True)
class DaysSince:
    """Days from the last (or first) record's event to the as-of date."""

    which: Literal["last", "first"] = "last"


@dataclass(frozen=True)
class DaysSinceDate:
    """Days from the latest known value of a date column to the as-of date."""

    column: str


@dataclass(frozen=True)
class DaysUntil:
    """Days from the as-of date to the latest known value of a date column.

    Negative once it has passed.
    """

    column: str


@dataclass(frozen=True)
class Latest:
    """The column's value in the latest record where it is known.

    "Latest" is by event, then by ``record_no``: of one business, by when it was known,
    then by key.
    """

    column: str


@dataclass(frozen=True)
class Change:
    """Count in the window minus count in the equally long window before it."""


@dataclass(frozen=True)
class Growth:
    """`Change` over the count in the window before; missing when that was nought."""


Measure = (
    Count
    | Sum
    | Max
    | Mean
    | Distinct
    | Repeats
    | Share
    | DaysSince
    | DaysSinceDate
    | DaysUntil
    | Latest
    | Change
    | Growth
)


@dataclass(frozen=True)
class Months:
    """The last `n` calendar months up to and including the as-of date."""

    n: int


@dataclass(frozen=True)
class Days:
    """The last `n` days up to and including the as-of date."""

    n: int


Window = Months | Days


class Direction(StrEnum):
    """How risk moves when the value rises, all else equal (monotone constraint)."""

    RISK_UP = "risk_up"
    RISK_DOWN = "risk_down"
    EITHER = "either"


@dataclass(frozen=True)
class Feature:
    """One number about a business as of a date.

    Parameters
    ----------
    name
        ``quantity_unit_window``, for instance ``penalty_fines_yuan_36m``.
    source
        Name of the `Source` it reads.
    measure, where, window
        What is computed, over which records. Without a window, over all records
        whose event is on or before the as-of date.
    unit
        Key of the number formats: ``count``, ``yuan``, ``days``, ``share``,
        ``points``, ``code``, ``degrees``, ``years``.
    scale
        The stored integer is divided by this (100 for fen to yuan, 1_000_000
        for decimals) after aggregation.
    direction, missing
        The monotone constraint, and what it means when the value is missing.
    group
        Indicator group: ``R01`` … ``R05`` or ``R06`` (online operation).
    reason
        Code of the `Reason` a person reads when the feature raises risk.
    positive_reason
        Code of the `Reason` when it lowers risk; none means it is not cited.
    legal_basis
        Why the city may use it.
    via
        Name of a `Link`: compute over the records of linked businesses.
    peers
        Report the value minus the mean among businesses with the same values of
        these profile fields.
    categorical
        The value is a code, not a quantity.
    """

    name: str
    source: str
    measure: Measure
    meaning: Phrase
    direction: Direction
    missing: str
    group: str
    reason: str
    legal_basis: str
    where: Condition | None = None
    window: Window | None = None
    unit: str = "count"
    scale: int = 1
    positive_reason: str | None = None
    via: str | None = None
    peers: tuple[str, ...] = ()
    categorical: bool = False


# What several features have in common, written once:
# ``_listed = family(Feature, source="abnormal_list", group="R03", …)``.
family = partial


@dataclass(frozen=True)
class Link:
    """Businesses whose current record of `source` shares a value of `column`.

    A group larger than `max_size` links nobody (an agent's address, a cluster
    registration); records that satisfy `unless` link nobody either.
    """

    name: str
    source: str
    column: str
    max_size: int
    unless: Condition | None = None


@dataclass(frozen=True)
class Reason:
    """A reason code and what is read out for it.

    Slots: ``{value}`` (formatted with its unit), ``{window}``, ``{peer}``.
    `advice` tells the business what it can do; none where nothing can be done.
    """

    code: str
    phrase: Phrase
    advice: Phrase | None = None
