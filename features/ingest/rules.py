"""What makes a record unusable, one rule at a time.

A rule is SQL that is true where it is broken; an unknown answer counts as
broken. Every broken rule of a record is collected, so that a department hears of
all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from features.contracts import ByCode, Column, Kind, Nearby, Source
from features.identity import Scheme
from features.quoting import identifier

# Rule → what a person reads.
MEANING: Mapping[str, str] = {
    "missing": "a required value is missing",
    "unreadable": "the text cannot be read as what the column holds",
    "below_minimum": "the value is below the declared minimum",
    "above_maximum": "the value is above the declared maximum",
    "no_key": "a value that identifies the record is missing",
    "no_event_date": "the day of the event is missing",
    "out_of_calendar": "the day lies outside 1900–2100",
    "after_receipt": "the day lies after the day on which the record was received",
    "not_an_identifier": "the text has the form of no business identifier",
    "off_the_globe": "the coordinate lies outside the globe",
    "too_few_fields": "the row has fewer fields than the header",
    "too_many_fields": "the row has more fields than the header",
    "unclosed_quote": "a quotation mark is opened and never closed",
    "not_json": "the line is not a JSON object",
    "second_part_row": "a part file holds two different rows for this record",
    "contradiction": "another row of this delivery has the same key and says otherwise, "
    "and nothing tells which is later",
    "outdated": "a later version of the record with this key is already held",
}


# The day on which what is read was received, where whoever reads it has said so.
RECEIVED = "COALESCE(getvariable('received_day'), 2147483647)"


# What an unreadable text should have been.
READABLE: Mapping[Kind, str] = {
    Kind.TEXT: "a text",
    Kind.CODE: "one of the words of the contract",
    Kind.MASK: "words of the contract, separated by ;",
    Kind.DAY: "a day, such as 2026-11-24",
    Kind.INSTANT: "a day and time, such as 2026-11-24 09:30:00",
    Kind.INTEGER: "a whole number",
    Kind.MONEY: "an amount, such as 1234.50",
    Kind.DECIMAL: "a number, such as 0.25",
    Kind.FLAG: "是 or 否",
}


@dataclass(frozen=True)
class Rule:
    """A test of one column (or of the row, when `column` is empty)."""

    column: str
    name: str
    broken: str

    @property
    def code(self) -> str:
        """``column:rule``, as stored with the record."""
        return f"{self.column}:{self.name}"


def fault_text(source: Source, column: str, rule: str) -> str:
    """A broken rule in the words of the file: its heading, and what was expected.

    >>> from features.catalogue import load_catalogue
    >>> penalties = load_catalogue("ningbo").jurisdiction.source("penalties")
    >>> fault_text(penalties, "decided_on", "unreadable")
    '处罚决定日期: the text is not a day, such as 2026-11-24'
    """
    declared = {one.name: one for one in source.columns}
    names = [name for name in column.split(", ") if name in declared]
    where = ", ".join(declared[name].headers[0] for name in names)
    meaning = MEANING[rule]
    if rule == "unreadable":
        meaning = f"the text is not {READABLE[declared[column].kind]}"
    elif rule == "below_minimum":
        meaning = f"the value is below {declared[column].minimum:g}"
    elif rule == "above_maximum":
        meaning = f"the value is above {declared[column].maximum:g}"
    return f"{where}: {meaning}" if where else meaning


def column_rules(column: Column) -> Iterator[Rule]:
    """The rules a column's declaration carries; values stand under its name."""
    text = f"_t_{column.name}"
    name = identifier(column.name)
    yield Rule(column.name, "unreadable", f"({text} IS NOT NULL AND {name} IS NULL)")
    if column.required:
        yield Rule(column.name, "missing", f"({text} IS NULL)")
    year = f"year(DATE '1970-01-01' + CAST(_day_of_{column.name} AS INTEGER))"
    value = year if column.kind in (Kind.DAY, Kind.INSTANT) else name
    factor = _factor(column)
    if column.minimum is not None:
        low = ceil(Decimal(str(column.minimum)) * factor)
        yield Rule(column.name, "below_minimum", f"({name} IS NOT NULL AND {value} < {low})")
    if column.maximum is not None:
        high = floor(Decimal(str(column.maximum)) * factor)
        yield Rule(column.name, "above_maximum", f"({name} IS NOT NULL AND {value} > {high})")


def record_rules(source: Source, scheme: Scheme) -> Iterator[Rule]:
    """The rules that follow from a column's role: key, dates, subject."""
    for name in source.key:
        if not source.column(name).required:
            yield Rule(name, "no_key", f"(_t_{name} IS NULL)")
    event = source.dates.event
    if event is not None:
        dated = source.column(event).required or event in source.key
        if not dated and source.dates.undated == "quarantined":
            yield Rule(event, "no_event_date", f"(_t_{event} IS NULL)")
        yield Rule(event, "out_of_calendar", _off_calendar("event_day"))
        if source.dates.happened:
            yield Rule(
                event, "after_receipt", f"(event_day IS NOT NULL AND event_day > {RECEIVED})"
            )
    if source.dates.known is not None:
        yield Rule(source.dates.known, "out_of_calendar", _off_calendar("known_day"))
    if isinstance(source.subject, ByCode) and source.by_name is None and scheme == "uscc":
        yield Rule(
            source.subject.column, "not_an_identifier", "(_entity IS NOT NULL AND NOT _entity_fits)"
        )
    if isinstance(source.subject, Nearby):
        for name, limit in ((source.subject.latitude, 90), (source.subject.longitude, 180)):
            value = identifier(name)
            broken = f"({value} IS NOT NULL AND abs({value}) > {limit}000000)"
            yield Rule(name, "off_the_globe", broken)


def faults_sql(rules: Sequence[Rule]) -> str:
    """List of the codes of all broken rules of a row, the row's own shape first."""
    cases = ["CASE WHEN _shape IS NOT NULL THEN ':' || _shape END"]
    cases += [f"CASE WHEN COALESCE({r.broken}, TRUE) THEN '{r.code}' END" for r in rules]
    return f"list_filter([{', '.join(cases)}], lambda x: x IS NOT NULL)"


def any_broken_sql(rules: Sequence[Rule]) -> str:
    """Whether any rule of a row is broken, as `faults_sql` would tell it."""
    broken = [f"COALESCE({rule.broken}, TRUE)" for rule in rules]
    return f"(_shape IS NOT NULL OR {' OR '.join(broken)})"


def _off_calendar(day: str) -> str:
    return f"({day} IS NOT NULL AND {day} NOT BETWEEN -25567 AND 47846)"


def _factor(column: Column) -> int:
    match column.kind:
        case Kind.MONEY:
            return column.unit * 100
        case Kind.DECIMAL:
            return 1_000_000
        case _:
            return 1
