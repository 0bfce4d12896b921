"""Records that a contract admits, and rows that break each of its rules, made from it alone.

They are test data: every label and spelling comes up, amounts have as many
decimals as the unit allows, and what the gate must make of each row stands beside
it. Nothing is drawn: the same contract gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count as counting
from zoneinfo import ZoneInfo

from features.catalogue import encoder
from features.contracts import ByCode, Column, Jurisdiction, Kind, Source
from features.identity import organisation_check_character, uscc_check_character
from features.ingest.moments import EPOCH
from features.ingest.rules import column_rules, record_rules
from features.ingest.text import clean
from features.ingest.zone import midnight_us

Fields = Mapping[str, str | None]
_FIRST_DAY = date(2024, 1, 1)
_DAYS = 700
_HALF_PAST_NINE_US = 34_200_000_000
_ABSENT = frozenset({"missing", "no_key", "no_event_date"})
_BROKEN = {
    "unreadable": "¿",
    "out_of_calendar": "1850-03-01",
    "after_receipt": "2099-12-31",
    "not_an_identifier": "不是代码",
    "off_the_globe": "200",
}


@dataclass(frozen=True)
class SampleRecord:
    """A record the gate admits: heading → text, and column → canonical value.

    Outside the source's scope it is counted and not loaded. Personal columns have
    a text and no value.
    """

    fields: Fields
    values: Mapping[str, int | str]
    in_scope: bool


@dataclass(frozen=True)
class FaultySample:
    """A record but for one column, whose text breaks one rule."""

    fields: Fields
    column: str
    rule: str


def sample_records(jurisdiction: Jurisdiction, source: Source, number: int) -> list[SampleRecord]:
    """The first `number` sample records of a source; no two have the same key."""
    return [_record(jurisdiction, source, n) for n in range(number)]


def faulty_samples(jurisdiction: Jurisdiction, source: Source) -> Iterator[FaultySample]:
    """A row for every rule of every column that a text can break."""
    numbers = counting(1_000)
    for column in source.columns:
        rules = [*column_rules(column)]
        rules += [r for r in record_rules(source, jurisdiction.identity) if r.column == column.name]
        for rule in rules:
            if rule.name == "unreadable" and _reads_anything(column):
                continue
            record = next(r for n in numbers if (r := _record(jurisdiction, source, n)).in_scope)
            text = _breaking(column, rule.name)
            headings = column.headers if _spread(column) else column.headers[:1]
            yield FaultySample(
                {**record.fields, **dict.fromkeys(headings, text)}, column.name, rule.name
            )


def _reads_anything(column: Column) -> bool:
    return column.kind is Kind.TEXT or (
        column.kind is Kind.CODE and column.otherwise is not None
    )  # fmt: skip


def _breaking(column: Column, rule: str) -> str | None:
    if rule in _ABSENT:
        return None
    if rule in _BROKEN:
        return _BROKEN[rule]
    assert column.minimum is not None or column.maximum is not None
    bound = column.minimum if rule == "below_minimum" else column.maximum
    beyond = Decimal(str(bound)) + (-1 if rule == "below_minimum" else 1)
    return f"{beyond}-06-30" if column.kind in (Kind.DAY, Kind.INSTANT) else str(beyond)


def _record(jurisdiction: Jurisdiction, source: Source, n: int) -> SampleRecord:
    fields: dict[str, str | None] = {}
    values: dict[str, int | str] = {}
    for column in source.columns:
        written, value = _cells(jurisdiction, source, column, n)
        fields.update(written)
        if not column.personal:
            values[column.name] = value
    keep = source.keep
    in_scope = keep is None or keep.test(encoder(source))(values)
    return SampleRecord(fields, values, in_scope)


def _cells(
    jurisdiction: Jurisdiction, source: Source, column: Column, n: int
) -> tuple[dict[str, str], int | str]:
    if _spread(column):
        chosen = n % len(column.labels)
        flags = {h: str(int(i == chosen)) for i, h in enumerate(column.headers)}
        return flags, 1 << chosen
    text, value = _cell(jurisdiction, source, column, n)
    return {column.headers[0]: text}, value


def _spread(column: Column) -> bool:
    """Whether a mask is delivered as one 0/1 column for each label."""
    return column.kind is Kind.MASK and len(column.headers) == len(column.labels) > 1


def _cell(
    jurisdiction: Jurisdiction, source: Source, column: Column, n: int
) -> tuple[str, int | str]:
    day = _FIRST_DAY + timedelta(days=n % _DAYS)
    match column.kind:
        case Kind.TEXT:
            text = _text(jurisdiction, source, column, n)
            return text, clean(text)
        case Kind.CODE:
            word, label = _words(column)[n % len(_words(column))]
            return word, column.labels.index(label)
        case Kind.MASK:
            words = dict([_words(column)[n % len(_words(column))], _words(column)[0]])
            bits = {1 << column.labels.index(label) for label in words.values()}
            return ";".join(words), sum(bits)
        case Kind.DAY:
            return day.isoformat(), (day - EPOCH).days
        case Kind.INSTANT:
            start = midnight_us((day - EPOCH).days, ZoneInfo(jurisdiction.timezone))
            return f"{day} 09:30:00", start + _HALF_PAST_NINE_US
        case Kind.FLAG:
            return ("否", "是")[n % 2], n % 2
        case Kind.INTEGER:
            number = _within(column, n, Decimal(0))
            return str(number), int(number)
        case Kind.MONEY:
            cents = column.unit * 100
            number = _within(column, n, Decimal(cents * 34 // 100 + 1) / cents)
            return f"{number:f}", int(number * cents)
        case Kind.DECIMAL:
            number = _within(column, n, Decimal("0.250001"))
            return f"{number:f}", int(number * 1_000_000)


def _text(jurisdiction: Jurisdiction, source: Source, column: Column, n: int) -> str:
    if column.form is not None:
        return column.example or ""
    if isinstance(source.subject, ByCode) and column.name == source.subject.column:
        return _business(jurisdiction, n)
    return "某某" if column.personal else f"样例{n + 1}"


def _business(jurisdiction: Jurisdiction, n: int) -> str:
    """An identifier of the jurisdiction's scheme whose check characters hold."""
    if jurisdiction.identity == "plain":
        return f"{100_001 + n}"
    organisation = f"MA9{n:05d}"
    first = f"91330203{organisation}{organisation_check_character(organisation)}"
    return first + uscc_check_character(first)


def _words(column: Column) -> list[tuple[str, str]]:
    """Every delivered word of a code or mask, and the label it means."""
    return [*((label, label) for label in column.labels), *column.spellings.items()]


def _within(column: Column, n: int, fraction: Decimal) -> Decimal:
    """The n-th number with these decimals between the column's bounds."""
    low = Decimal(str(column.minimum if column.minimum is not None else 0))
    if column.maximum is None:
        return low + n + fraction
    steps = int(Decimal(str(column.maximum)) - low - fraction) + 1
    return low + n % max(steps, 1) + fraction
