"""Words for a department's records: columns, subjects, dates, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from features.contracts.clocks import Exclusion, Finality, UseRule
from features.contracts.phrase import Phrase
from features.contracts.registered import Registered
from features.expressions import Condition


class Kind(StrEnum):
    """What a column holds, and the canonical type it is stored as.

    Canonical columns are text or integers, so that every engine computes the
    same result whatever the order of its sums.
    """

    TEXT = "text"  # VARCHAR
    CODE = "code"  # INTEGER: position in Column.labels
    MASK = "mask"  # BIGINT: one bit for each of Column.labels
    DAY = "day"  # INTEGER: days since 1970-01-01, local calendar
    INSTANT = "instant"  # BIGINT: microseconds since 1970-01-01T00:00Z
    INTEGER = "integer"  # BIGINT
    MONEY = "money"  # BIGINT: fen (1/100 of the currency unit)
    DECIMAL = "decimal"  # BIGINT: value × 1,000,000
    FLAG = "flag"  # INTEGER: 0 or 1


class Sharing(StrEnum):
    """Who may see a source's records; the scopes of the public credit catalogues."""

    PUBLIC = "public"  # 社会公开: anyone
    GOVERNMENT = "government"  # 政务共享: departments, for their duties
    AUTHORISED = "authorised"  # 授权查询: whoever the business authorises


SQL_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.CODE: "INTEGER",
    Kind.MASK: "BIGINT",
    Kind.DAY: "INTEGER",
    Kind.INSTANT: "BIGINT",
    Kind.INTEGER: "BIGINT",
    Kind.MONEY: "BIGINT",
    Kind.DECIMAL: "BIGINT",
    Kind.FLAG: "INTEGER",
}


@dataclass(frozen=True)
class Column:
    """One field of a department's record.

    Parameters
    ----------
    name
        Canonical name, ``snake_case``; amounts end in ``_fen``, dates in ``_on``.
    kind
        What it holds and how it is stored.
    headers
        Headings under which deliveries carry it, most recent first. For a
        `Kind.MASK` delivered as one 0/1 column per label, the headings of those
        columns in the order of `labels`.
    meaning
        One sentence for the contract page.
    required
        A record without it is quarantined.
    unit
        For money: how many yuan (or dollars) one delivered unit is worth
        (10_000 for 万元).
    labels
        For CODE and MASK: canonical labels; a label's position is its code.
    spellings
        For CODE and MASK: delivered text → label. Text that is itself a label
        needs no entry. Unknown text quarantines the record.
    otherwise
        For CODE: label that stands for any text not listed.
    personal
        Names or identifies a natural person: checked, then dropped; it never
        reaches a snapshot.
    barred
        Why no feature may read it, though it is kept for evaluation or profiles.
    minimum, maximum
        Bounds in delivered units; outside, the record is quarantined.
    form, example
        For text whose headings other columns use too (layouts that swapped two
        numbers): the regular expression that tells its values, and one of them.
        The first delivered heading with a fitting text counts; text that does not
        fit is not this column's.
    """

    name: str
    kind: Kind
    headers: tuple[str, ...]
    meaning: str
    required: bool = False
    unit: int = 1
    labels: tuple[str, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    personal: bool = False
    barred: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    form: str | None = None
    example: str | None = None


@dataclass(frozen=True)
class ByName:
    """The record names its business by what it is called, and perhaps by where it is.

    A record that is matched to one business on the roster by likeness carries its
    ``link_probability`` (INTEGER, probability × 1,000,000).

    Parameters
    ----------
    name
        Column with the name.
    address, phone, representative
        Columns with more about the business. A phone or a representative is compared
        as an opaque token (`Column.personal` columns are dropped before).
    link_at
        A match of at least this probability attaches the record by itself, provided
        it is `lead` times as likely as the second best.
    review_at
        A match of at least this probability that does not attach waits for a person.
    """

    name: str
    address: str | None = None
    phone: str | None = None
    representative: str | None = None
    link_at: float = 0.98
    review_at: float = 0.5
    lead: float = 32.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The declared columns, name first."""
        given = (self.name, self.address, self.phone, self.representative)
        return tuple(column for column in given if column is not None)


@dataclass(frozen=True)
class ByCode:
    """The record names its business by an identifier in `column`.

    Parameters
    ----------
    column, also
        The first of these columns that holds an identifier decides.
    name
        Second key: consulted where no column holds an identifier, or an old number
        that no business on the roster is known by. Without it, text of another form
        quarantines the record; with it, such text is dropped with a warning.
    """

    column: str
    also: tuple[str, ...] = ()
    name: ByName | None = None


@dataclass(frozen=True)
class Nearby:
    """The record belongs to every business within `radius_m` metres of it.

    Attached records carry one more column, ``distance_m`` (INTEGER).
    """

    latitude: str
    longitude: str
    radius_m: int


@dataclass(frozen=True)
class CityWide:
    """The record concerns every business (weather, holidays)."""


Subject = ByCode | ByName | Nearby | CityWide


@dataclass(frozen=True)
class Dates:
    """Which column says what about time, and how far to believe it.

    Parameters
    ----------
    event
        Column with the day it happened; none where a department does not say.
    trust
        How far each date can be trusted, for the contract page.
    known
        Column with the day (or instant) we learned of it; without one, the event
        day plus `known_lag_days`. A corrected version without one is known from
        the day it was received.
    retracted, repaired, usable_until, disputed, settled, final
        Columns that end or qualify the record's use. `usable_until` is the last
        usable day as delivered; the others take effect on their day.
    use
        How long the law lets a record be used, by level and date. The earlier of
        this and `usable_until` ends the use.
    finality
        For decisions that can be challenged: when they become final, and whether
        they count before that.
    undated
        What becomes of a record without an event day: ``quarantined``, or taken to
        have happened on the day it was first ``received``.
    happened
        The event has happened when its record comes in (a decision, a check): one dated
        after the day it was received is held back. Otherwise it waits for its day.
    """

    event: str | None
    trust: str
    known: str | None = None
    known_lag_days: int = 0
    retracted: str | None = None
    repaired: str | None = None
    usable_until: str | None = None
    disputed: str | None = None
    settled: str | None = None
    final: str | None = None
    use: tuple[UseRule, ...] = ()
    finality: Finality | None = None
    undated: Literal["quarantined", "received"] = "quarantined"
    happened: bool = False


@dataclass(frozen=True)
class Part:
    """A further file that completes each record of the main file.

    Its rows are joined on one heading; a record without a row there keeps nulls,
    and a second row for one record is a fault.
    """

    files: str
    on: str
    main_on: str | None = None  # heading in the main file when it differs


@dataclass(frozen=True)
class Source:
    """A department's records: what they are, whom they name, when they count.

    Parameters
    ----------
    name
        Canonical plural noun, such as ``penalties``.
    department
        Key of `Jurisdiction.departments`.
    title, legal_basis
        For the contract page.
    files
        Glob of delivered file names within the delivery folder.
    key
        Columns that identify a record; the same key again is a new version.
    subject, dates, columns
        Whom it concerns, when it counts, what it holds.
    parts
        Further files joined to the main one.
    keep
        Records that do not satisfy it are out of scope: counted, not loaded.
    sharing
        Who may see its records; none where the jurisdiction has no such scopes.
    never
        Records that are held and never count; the first that fits is the reason
        told.
    profile
        For sources that introduce businesses: profile field → column. Fields:
        ``name``, ``district``, ``sector``, ``latitude``, ``longitude``,
        ``established_on``, ``closed_on``, ``form``; for linking by name also
        ``address``, ``phone``, ``representative``.
    registered
        For the registration itself: what its records say of names and old numbers.
    """

    name: str
    department: str
    title: Phrase
    legal_basis: str
    files: str
    key: tuple[str, ...]
    subject: Subject
    dates: Dates
    columns: tuple[Column, ...]
    parts: tuple[Part, ...] = ()
    keep: Condition | None = None
    sharing: Sharing | None = None
    never: tuple[Exclusion, ...] = ()
    profile: Mapping[str, str] = field(default_factory=dict)
    registered: Registered | None = None

    @property
    def by_name(self) -> ByName | None:
        """How records of the source are linked by name; none where they are not."""
        if isinstance(self.subject, ByCode):
            return self.subject.name
        return self.subject if isinstance(self.subject, ByName) else None

    @property
    def names_business(self) -> bool:
        """Whether each record is about one business that it names itself."""
        return isinstance(self.subject, ByCode | ByName)

    def column(self, name: str) -> Column:
        """The column called `name`; raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def under(finality: Finality, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """The sources, those whose decisions can be challenged with this finality."""
    return tuple(
        replace(source, dates=replace(source.dates, finality=finality))
        if source.dates.finality is not None
        else source
        for source in sources
    )
