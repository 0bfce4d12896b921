"""From delivered rows to records: one SQL query, built from a source's declaration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from features.catalogue import encoder
from features.contracts import ByCode, Column, Jurisdiction, Kind, Source
from features.identity_sql import fits_sql, normal_sql, warns_sql
from features.ingest.conversion import Conversion, conversion, flag_fields
from features.ingest.rules import Rule, any_broken_sql, column_rules, faults_sql, record_rules
from features.ingest.slow import lookup_name
from features.ingest.table import DeliveredTable
from features.ingest.text import clean_sql, identifier, literal, whole_sql

# Roles of Dates → column of a record, beside the event and when it was known.
QUALIFIERS = ("retracted", "repaired", "usable_until", "disputed", "settled", "final")


@dataclass(frozen=True)
class RecordQuery:
    """The SQL that turns the rows of one delivered table into records.

    Every row yields ``row_no``, ``_raw`` (list of the delivered fields, only for
    rows in doubt), ``_faults``, ``_out`` (out of scope), ``event_key``,
    ``entity``, ``entity_warning``, ``event_day``, ``known_day``, ``known_us``,
    ``declared`` (whether the department said when it was known), the qualifying
    days, and the declared columns.
    """

    source: Source
    table: DeliveredTable
    zone: ZoneInfo
    scheme: str
    conversions: tuple[Conversion, ...] = field(init=False)
    rules: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        read = tuple(conversion(c, self.table, self.zone) for c in self.source.columns)
        scheme = "uscc" if self.scheme == "uscc" else "plain"
        rules = [rule for column in self.source.columns for rule in column_rules(column)]
        rules += record_rules(self.source, scheme)  # type: ignore[arg-type]  # narrowed above
        object.__setattr__(self, "conversions", read)
        object.__setattr__(self, "rules", tuple(rules))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns every record has, in stored order."""
        return (
            *record_columns(self.source),
            *(identifier(c.name) for c in kept_columns(self.source)),
        )

    def fast(self) -> str:
        """Records of the whole table; in doubt where the fast path reads nothing."""
        numbers = "CAST(NULL AS BIGINT) AS row_no, CAST(NULL AS VARCHAR) AS shape"
        if self.table.numbered:
            numbers = "row_no, shape"
        fields = [f"h{i}" for i in range(len(self.table.headings))]
        rows = f"SELECT {', '.join(fields)}, {numbers} FROM ({self.table.relation})"
        raw = f"CASE WHEN _doubt THEN [{', '.join(fields)}] END"
        return self._records(rows, fields, raw, "CAST(NULL AS VARCHAR[])", ())

    def slow(self, doubtful: str, lookups: Sequence[Column]) -> str:
        """Records of the rows in doubt, with slow readings and every fault."""
        fields = [f"h{i}" for i in range(len(self.table.headings))]
        unpacked = ", ".join(f"_raw[{i + 1}] AS {name}" for i, name in enumerate(fields))
        rows = f"SELECT {unpacked}, row_no, shape FROM ({doubtful})"
        raw = f"[{', '.join(fields)}]"
        return self._records(rows, fields, raw, faults_sql(list(self.rules)), lookups)

    def texts(self, doubtful: str, read: Conversion) -> str:
        """Distinct texts of one column that the fast path cannot read."""
        unpacked = ", ".join(f"_raw[{i + 1}] AS h{i}" for i in range(len(self.table.headings)))
        return (
            f"SELECT DISTINCT {read.text_name} FROM (SELECT {read.text} AS {read.text_name} "
            f"FROM (SELECT *, {', '.join(self._cleaned())} "
            f"FROM (SELECT {unpacked} FROM ({doubtful})))) "
            f"WHERE {read.text_name} IS NOT NULL AND ({read.value}) IS NULL"
        )

    def _records(
        self, rows: str, fields: list[str], raw: str, faults: str, lookups: Sequence[Column]
    ) -> str:
        carried = ", ".join([*fields, "row_no", "shape"])
        cleaned = ", ".join(self._cleaned())
        texts = ", ".join(f"{c.text} AS {c.text_name}" for c in self.conversions)
        looked_up = {column.name for column in lookups}
        own = ", ".join(f"r.{name}" for name in (*fields, "row_no", "shape"))
        after = ", ".join(_text_after(c, looked_up) for c in self.conversions)
        values, joins = self._values(looked_up)
        read = (
            f"SELECT {own}, {after}, {', '.join(values)} FROM (SELECT {carried}, {texts} "
            f"FROM (SELECT {carried}, {cleaned} FROM ({rows}))) AS r {joins}"
        )
        dated = f"SELECT *, {', '.join(self._dates())} FROM ({read})"
        derived = f"SELECT *, {', '.join(self._derived())} FROM ({dated})"
        scoped = f"SELECT *, {self._out_of_scope()} AS _out FROM ({derived}) AS k"
        doubt = f"({any_broken_sql(list(self.rules))} AND NOT _out)"
        kept = ", ".join(self.columns)
        return (
            f"SELECT row_no, shape, {raw} AS _raw, {faults} AS _faults, _out, {kept} "
            f"FROM (SELECT *, {doubt} AS _doubt FROM ({scoped}))"
        )

    def _cleaned(self) -> list[str]:
        """Each delivered field that some column reads, cleaned once."""
        used = {
            field
            for column in self.source.columns
            if flag_fields(column, self.table) is None
            for heading in column.headers
            if (field := self.table.field(heading)) is not None
        }
        return [f"{clean_sql(field)} AS c{field[1:]}" for field in sorted(used)] or ["NULL AS c"]

    def _values(self, lookups: set[str]) -> tuple[list[str], str]:
        values, joins = [], []
        for read in self.conversions:
            name, text = read.column.name, read.text_name
            value, day = read.value, read.day
            if name in lookups:
                alias = f"_s_{name}"
                joins.append(
                    f"LEFT JOIN {identifier(lookup_name(read.column))} AS {alias} "
                    f"ON r.{text} = {alias}.t"
                )
                value = f"COALESCE({value}, {alias}.v)"
                day = f"COALESCE({day}, {alias}.d)" if day else None
            values.append(f"{value} AS {identifier(name)}")
            if read.column.kind in (Kind.DAY, Kind.INSTANT):
                values.append(f"CAST({day or value} AS INTEGER) AS _day_of_{name}")
        return values, " ".join(joins)

    def _dates(self) -> list[str]:
        dates = self.source.dates
        event = f"_day_of_{dates.event}"
        lag = f"{event} + {dates.known_lag_days}"
        out = [f"{event} AS event_day"]
        if dates.known is None:
            out += [f"CAST({lag} AS INTEGER) AS known_day", "CAST(NULL AS BIGINT) AS known_us",
                    "FALSE AS declared"]  # fmt: skip
        else:
            known = f"_day_of_{dates.known}"
            instant = self.source.column(dates.known).kind is Kind.INSTANT
            us = identifier(dates.known) if instant else "CAST(NULL AS BIGINT)"
            out += [f"CAST(COALESCE({known}, {lag}) AS INTEGER) AS known_day",
                    f"{us} AS known_us", f"({known} IS NOT NULL) AS declared"]  # fmt: skip
        for role in QUALIFIERS:
            column = getattr(dates, role)
            day = f"_day_of_{column}" if column else "CAST(NULL AS INTEGER)"
            if role == "usable_until" and dates.usable_months is not None:
                period = (
                    f"datediff('day', DATE '1970-01-01', CAST(DATE '1970-01-01' + "
                    f"CAST({event} AS INTEGER) + INTERVAL {dates.usable_months} MONTH AS DATE))"
                )
                day = f"CAST(COALESCE({day}, {period}) AS INTEGER)"
            out.append(f"{day} AS {role}_day")
        return out

    def _derived(self) -> list[str]:
        parts = [key_sql(self.source.column(name)) for name in self.source.key]
        derived = [f"{' || chr(124) || '.join(parts)} AS event_key"]
        if not isinstance(self.source.subject, ByCode):
            return [*derived, "CAST(NULL AS VARCHAR) AS entity", "FALSE AS entity_warning"]
        column = self.source.column(self.source.subject.column)
        normal = normal_sql(key_sql(column), self.scheme)
        derived.append(f"{normal} AS entity")
        if self.scheme != "uscc":
            return [*derived, "FALSE AS entity_warning"]
        return [*derived, f"{fits_sql(normal)} AS entity_fits",
                f"{warns_sql(normal)} AS entity_warning"]  # fmt: skip

    def _out_of_scope(self) -> str:
        keep = self.source.keep
        if keep is None:
            return "FALSE"
        unread = " OR ".join(
            f"(_t_{name} IS NOT NULL AND {identifier(name)} IS NULL)" for name in keep.columns()
        )
        return f"(shape IS NULL AND NOT {keep.sql(encoder(self.source), 'k')} AND NOT ({unread}))"


def _text_after(read: Conversion, lookups: set[str]) -> str:
    """The text of a column; NULL where the slow reading says it stands for nothing."""
    if read.column.name not in lookups:
        return f"r.{read.text_name}"
    nothing = f"COALESCE(_s_{read.column.name}.nothing, FALSE)"
    return f"CASE WHEN NOT {nothing} THEN r.{read.text_name} END AS {read.text_name}"


def kept_columns(source: Source) -> tuple[Column, ...]:
    """The declared columns that are stored: all but the personal ones."""
    return tuple(column for column in source.columns if not column.personal)


def record_columns(source: Source) -> tuple[str, ...]:
    """The columns every stored record has beside the declared ones."""
    qualifying = tuple(f"{role}_day" for role in QUALIFIERS)
    return (
        "event_key", "entity", "entity_warning", "event_day", "known_day", "known_us", "declared",
        *qualifying,
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


def jurisdiction_query(
    jurisdiction: Jurisdiction, source: Source, table: DeliveredTable
) -> RecordQuery:
    """The record query of `source` under a jurisdiction's clock and identifiers."""
    return RecordQuery(source, table, ZoneInfo(jurisdiction.timezone), jurisdiction.identity)
