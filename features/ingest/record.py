"""From delivered rows to records: one SQL query, built from a source's declaration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from features.catalogue import encoder
from features.contracts import ByCode, Column, Jurisdiction, Kind, Source
from features.identity import Scheme
from features.identity_sql import fits_sql, normal_sql
from features.ingest.conversion import Conversion
from features.ingest.reading import conversions, quick_reading_sql, reading_sql, stacked
from features.ingest.rules import Rule, any_broken_sql, column_rules, faults_sql, record_rules
from features.ingest.slow import lookup_name
from features.ingest.table import DeliveredTable
from features.ingest.text import whole_sql
from features.quoting import identifier, literal

# Roles of Dates → column of a record, beside the event and when it was known.
QUALIFIERS = ("retracted", "repaired", "usable_until", "disputed", "settled", "final")


@dataclass(frozen=True)
class RecordQuery:
    """The SQL that turns the rows of one delivered table into records.

    Every row yields ``row_no``, ``_raw`` (list of the delivered fields, only for
    rows in doubt), ``_faults``, ``_out`` (out of scope), ``event_key``,
    ``entity``, ``event_day``, ``known_day``, ``known_us``,
    ``declared`` (whether the department said when it was known), the qualifying
    days, and the declared columns.
    """

    source: Source
    table: DeliveredTable
    zone: ZoneInfo
    scheme: Scheme
    conversions: tuple[Conversion, ...]
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, jurisdiction: Jurisdiction, source: Source, table: DeliveredTable) -> RecordQuery:
        """The query of `source` under a jurisdiction's clock and identifiers."""
        rules = [rule for column in source.columns for rule in column_rules(column)]
        rules += record_rules(source, jurisdiction.identity)
        return cls(
            source, table, ZoneInfo(jurisdiction.timezone), jurisdiction.identity,
            conversions(source, table), tuple(rules),
        )  # fmt: skip

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns every record has, in stored order."""
        return (
            *record_columns(self.source),
            *(identifier(c.name) for c in kept_columns(self.source)),
        )

    def fast(self) -> str:
        """Records of the whole table; in doubt where the fast path reads nothing."""
        numbers = "CAST(NULL AS BIGINT) AS _row_no, CAST(NULL AS VARCHAR) AS _shape"
        if self.table.numbered:
            numbers = "_row_no, _shape"
        fields = ", ".join(self._fields())
        rows = f"SELECT {fields}, {numbers} FROM ({self.table.relation})"
        read = quick_reading_sql(rows, self.source, self.table, self.zone)
        judged = self._judged(read, usual="_usual")
        doubt = f"({any_broken_sql(self.rules)} AND NOT _out)"
        return (
            f"SELECT _row_no, _shape, CASE WHEN {doubt} THEN [{fields}] END AS _raw, _out, "
            f"{', '.join(self.columns)} FROM ({judged})"
        )

    def doubtful(self, rows: str) -> str:
        """Texts and fast values, once more, of the rows whose fields stand in ``_raw``."""
        unpacked = ", ".join(f"_raw[{i + 1}] AS {name}" for i, name in enumerate(self._fields()))
        rows = f"SELECT _row_no, _shape, _raw, {unpacked} FROM ({rows})"
        names = [name for read in self.conversions for name in _names(read)]
        read = reading_sql(rows, self.source, self.table, self.zone)
        return f"SELECT _row_no, _shape, _raw, {', '.join(names)} FROM ({read})"

    def slow(self, doubtful: str, lookups: Sequence[Conversion]) -> str:
        """Records of the rows in table `doubtful`, with slow readings and every fault."""
        looked_up = {read.column.name for read in lookups}
        columns, joins = [], []
        for read in self.conversions:
            if read.column.name not in looked_up:
                columns += [f"r.{name}" for name in _names(read)]
                continue
            alias = f"_s_{read.column.name}"
            columns += _slow_columns(read, alias)
            table = identifier(lookup_name(read.column))
            joins.append(f"LEFT JOIN {table} AS {alias} ON r.{read.text_name} = {alias}.t")
        rows = (
            f"SELECT r._row_no, r._shape, r._raw, {', '.join(columns)} "
            f"FROM {doubtful} AS r {' '.join(joins)}"
        )
        return (
            f"SELECT _row_no, _shape, _raw, {faults_sql(self.rules)} AS _faults, _out, "
            f"{', '.join(self.columns)} FROM ({self._judged(rows)})"
        )

    def _fields(self) -> list[str]:
        return [f"_h{i}" for i in range(len(self.table.headings))]

    def _judged(self, read: str, usual: str | None = None) -> str:
        """Dates, key, subject and scope of rows that were read."""
        dates = date_columns(self.source)
        subject = subject_levels(self.source, self.scheme, usual)
        judged = stacked(read, dates, [f"{self._key()} AS event_key"], *subject)
        return f"SELECT *, {self._out_of_scope()} AS _out FROM ({judged}) AS k"

    def _key(self) -> str:
        return " || '|' || ".join(key_sql(self.source.column(name)) for name in self.source.key)

    def _out_of_scope(self) -> str:
        keep = self.source.keep
        if keep is None:
            return "FALSE"
        unread = " OR ".join(
            f"(_t_{name} IS NOT NULL AND {identifier(name)} IS NULL)" for name in keep.columns()
        )
        return f"(_shape IS NULL AND NOT {keep.sql(encoder(self.source), 'k')} AND NOT ({unread}))"


def _names(read: Conversion) -> list[str]:
    day = [read.day_name] if read.is_moment else []
    return [read.text_name, identifier(read.column.name), *day]


def _slow_columns(read: Conversion, alias: str) -> list[str]:
    """Text, value and day of a column, completed by its slow readings.

    The text is NULL where the slow reading says it stands for nothing.
    """
    name = identifier(read.column.name)
    text = f"CASE WHEN NOT COALESCE({alias}.nothing, FALSE) THEN r.{read.text_name} END"
    columns = [f"{text} AS {read.text_name}", f"COALESCE(r.{name}, {alias}.v) AS {name}"]
    if read.is_moment:
        columns.append(f"COALESCE(r.{read.day_name}, {alias}.d) AS {read.day_name}")
    return columns


def date_columns(source: Source) -> list[str]:
    """The days that decide about a record's use, from the columns `Dates` names."""
    dates = source.dates
    event = f"_day_of_{dates.event}" if dates.event else "CAST(NULL AS INTEGER)"
    lag = f"{event} + {dates.known_lag_days}"
    known, us, declared = "NULL", "CAST(NULL AS BIGINT)", "FALSE"
    if dates.known is not None:
        known = f"_day_of_{dates.known}"
        declared = f"({known} IS NOT NULL)"
        if source.column(dates.known).kind is Kind.INSTANT:
            us = identifier(dates.known)
    columns = [
        f"{event} AS event_day",
        f"CAST(COALESCE({known}, {lag}) AS INTEGER) AS known_day",
        f"{us} AS known_us",
        f"{declared} AS _declared",
    ]
    for role in QUALIFIERS:
        column = getattr(dates, role)
        day = f"_day_of_{column}" if column else "CAST(NULL AS INTEGER)"
        columns.append(f"CAST({day} AS INTEGER) AS {role}_day")
    return columns


def subject_levels(source: Source, scheme: Scheme, usual: str | None) -> list[list[str]]:
    """Levels that yield ``entity`` and, where identifiers are checked, ``entity_fits``.

    Where `usual` holds, the first identifier is an ordinary code and nothing is asked.
    """
    subject = source.subject
    if not isinstance(subject, ByCode):
        return [["CAST(NULL AS VARCHAR) AS _entity"]]
    texts = [key_sql(source.column(name)) for name in (subject.column, *subject.also)]
    if scheme == "plain":
        first = [f"COALESCE({', '.join(texts)}) AS _entity"]
        return [first if subject.name is None else [*first, "FALSE AS _code_dropped"]]

    def unless(known: str, expression: str) -> str:
        return f"CASE WHEN {usual} THEN {known} ELSE {expression} END" if usual else expression

    if len(texts) == 1 and subject.name is None:
        return [
            [f"{unless(identifier(subject.column), texts[0])} AS _subject"],
            [f"{unless('_subject', normal_sql('_subject'))} AS _entity"],
            [f"{unless('TRUE', fits_sql('_entity'))} AS _entity_fits"],
        ]
    numbers = range(len(texts))
    subjects = [unless(identifier(subject.column), texts[0])]
    subjects += [unless("NULL", text) for text in texts[1:]]
    normal = [normal_sql(f"_subject_{i}") for i in numbers]
    fits = [f"COALESCE({fits_sql(f'_entity_{i}')}, FALSE)" for i in numbers]
    return [
        [f"{text} AS _subject_{i}" for i, text in enumerate(subjects)],
        [f"{unless('_subject_0', normal[0])} AS _entity_0",
         *(f"{text} AS _entity_{i}" for i, text in enumerate(normal) if i)],
        [f"{unless('TRUE', fits[0])} AS _fits_0",
         *(f"{text} AS _fits_{i}" for i, text in enumerate(fits) if i)],
        _first_identifier(len(texts), kept=subject.name is None),
    ]  # fmt: skip


def _first_identifier(texts: int, *, kept: bool) -> list[str]:
    """The first of some texts that is an identifier.

    Without any, the first text that stands there is `kept` to be refused, or dropped
    with a warning.
    """
    numbers = range(texts)
    given = f"COALESCE({', '.join(f'_entity_{i}' for i in numbers)})"
    chosen = " ".join(f"WHEN _fits_{i} THEN _entity_{i}" for i in numbers)
    fits = f"({' OR '.join(f'_fits_{i}' for i in numbers)})"
    dropped = [] if kept else [f"({given} IS NOT NULL AND NOT {fits}) AS _code_dropped"]
    return [
        f"CASE {chosen} ELSE {given if kept else 'NULL'} END AS _entity",
        f"{fits} AS _entity_fits", *dropped,
    ]  # fmt: skip


def kept_columns(source: Source) -> tuple[Column, ...]:
    """The declared columns that are stored: all but the personal ones."""
    return tuple(column for column in source.columns if not column.personal)


def drops_codes(source: Source) -> bool:
    """Whether text that is no identifier is dropped because a name stands beside it."""
    return isinstance(source.subject, ByCode) and source.by_name is not None


def record_columns(source: Source) -> tuple[str, ...]:
    """The columns every stored record has beside the declared ones."""
    qualifying = tuple(f"{role}_day" for role in QUALIFIERS)
    dropped = ("_code_dropped",) if drops_codes(source) else ()
    return (
        "event_key", "_entity", *dropped, "event_day", "known_day", "known_us",
        "_declared", *qualifying,
    )  # fmt: skip


def key_sql(column: Column) -> str:
    """A canonical value as the text that identifies a record."""
    name = identifier(column.name)
    match column.kind:
        case Kind.TEXT:
            return whole_sql(name)
        case Kind.CODE:
            labels = ", ".join(literal(label) for label in column.labels)
            return f"[{labels}][{name} + 1]"
        case Kind.DAY:
            return f"strftime(DATE '1970-01-01' + CAST({name} AS INTEGER), '%Y-%m-%d')"
        case Kind.INSTANT:
            return f"strftime(make_timestamp({name}), '%Y-%m-%dT%H:%M:%S.%fZ')"
        case _:
            return f"CAST({name} AS VARCHAR)"
