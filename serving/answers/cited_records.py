"""The records behind an answer, as people read them.

A record is shown with its own department's columns in words: labels for codes,
amounts in the currency, dates as dates. Columns that name persons never reached
the snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from features.as_of import disputed_at, seen
from features.business import BusinessRecords, LinkedBy
from features.contracts import ByCode, Column, Jurisdiction, Kind, Phrase, Source
from features.expressions import Row
from serving.answers.answer import Answer
from serving.answers.clocks_told import is_final, running
from serving.answers.edition import Edition
from serving.answers.standing import Standing
from serving.decision.decide import Decision
from serving.formats import iso_day, value_text
from serving.render.case_file import FieldTold, RecordTold, Status

LINKED_BY: Mapping[LinkedBy, Phrase] = {
    LinkedBy.NUMBER: Phrase(
        "按旧号码关联:登记信息或统一社会信用代码含有该号码",
        "linked by an older number that the registration or a unified code holds",
    ),
    LinkedBy.REGISTERED_NAME: Phrase(
        "按登记名称关联:事发之日仅有一户使用该名称",
        "linked by registered name: one business had it on the day it happened",
    ),
    LinkedBy.LIKENESS: Phrase("按名称关联", "linked by name"),
    LinkedBy.PERSON: Phrase("按名称关联,经人工确认", "linked by name, confirmed by a person"),
}
_UNIT = re.compile(r"[(\uff08][^()\uff08\uff09]*[)\uff09]$")
_YES, _NO = Phrase("是", "yes"), Phrase("否", "no")
Key = tuple[str, str]  # source, record id


def cited_records(edition: Edition, standing: Standing, answer: Answer) -> tuple[RecordTold, ...]:
    """Every record that the answer names as a reason, a positive, or a rule's ground.

    Newest first.
    """
    wanted: dict[Key, None] = {}
    decisions = [answer.decision, *([answer.contested.other] if answer.contested else [])]
    for decision in decisions:
        wanted.update(dict.fromkeys(named_by(decision)))
    if answer.contested:
        wanted.update({(one.source, one.record_id): None for one in answer.contested.records})
    by_source: dict[str, set[str]] = {}
    day = standing.as_of_day
    for source, record_id in wanted:
        by_source.setdefault(source, set()).add(record_id)
    told = [
        record_told(edition, source, row, record_status(source, row, day), day)
        for source, record_ids in (
            (edition.catalogue.jurisdiction.source(name), ids) for name, ids in by_source.items()
        )
        for row in _found(standing.records, source.name, record_ids, day)
    ]
    return tuple(sorted(told, key=lambda one: (one.happened_on, one.source, one.record_id))[::-1])


def named_by(decision: Decision) -> Iterator[Key]:
    """The records a decision names as a reason, a positive, or a rule's ground."""
    of_warnings = (reason for warning in decision.warnings for reason in warning.reasons)
    for cited in (*decision.reasons, *decision.positives, *of_warnings):
        for record_id in cited.record_ids:
            yield cited.source, record_id
    for fired in decision.rules:
        for source in fired.sources:
            for record_id in fired.record_ids:
                yield source, record_id


def _found(records: BusinessRecords, source: str, record_ids: set[str], day: int) -> Iterator[Row]:
    """The versions features see, among the business's own records, then the linked ones'."""
    left = set(record_ids)
    for place in (records.own, *records.linked.values()):
        for row in place.get(source, ()) if left else ():
            if row["event_key"] in left and seen(row, day):
                left.discard(str(row["event_key"]))
                yield row


def record_told(edition: Edition, source: Source, row: Row, status: Status, day: int) -> RecordTold:
    """A stored row of `source` in words, as it stands on the day."""
    city = edition.catalogue.jurisdiction
    linked = _linked(row)
    told = _told_already(source, by_name=linked is not None) | _pseudonyms(city, source)
    shown = [one for one in source.columns if not one.personal and one.name not in told]
    return RecordTold(
        source=source.name,
        title=source.title,
        department=city.departments[source.department],
        record_id=str(row["event_key"]),
        business_id=str(row["entity_id"] or ""),
        happened_on=_date(row["event_day"]),
        known_on=_date(row["known_day"]),
        status=status,
        linked=linked,
        clocks=() if status == "not_used" else running(city, source, row, day),
        fields=tuple(
            FieldTold(column.name, _heading(column), column.meaning, text)
            for column in shown
            if (text := _text(column, row[column.name], city.currency)) is not None
        ),
    )


def record_status(source: Source, row: Row, day: int) -> Status:
    """What is to be said of a record that features see on the day."""
    if disputed_at(row, day):
        return "disputed"
    return "used" if is_final(source, row, day) else "not_final"


def _linked(row: Row) -> Phrase | None:
    """How it was found whom the record concerns; none where its own code says so."""
    by, probability = row.get("linked_by"), row.get("link_probability")
    if not isinstance(by, int):
        return None
    said = LINKED_BY[LinkedBy(by)]
    if not isinstance(probability, int):
        return said
    likely = _likely(probability)
    return Phrase(f"{said.zh},概率{likely}", f"{said.en}, probability {likely}")


def _likely(millionths: int) -> str:
    """A probability to two decimals, to four when it is near certain; never rounded up."""
    digits = 4 if millionths >= 990_000 else 2
    step = 10 ** (6 - digits)
    return f"{millionths // step * step / 1_000_000:.{digits}f}"


def _told_already(source: Source, *, by_name: bool) -> set[str | None]:
    """Columns that say what the record's own id, business and dates say.

    The name in the record is told only where it decided whom the record concerns.
    """
    subject = source.subject
    whom: tuple[str, ...] = ()
    if isinstance(subject, ByCode):
        name = (subject.name.name,) if subject.name and not by_name else ()
        whom = (subject.column, *subject.also, *name)
    return {*source.key, *whom, source.dates.event, source.dates.known}


def _pseudonyms(city: Jurisdiction, source: Source) -> set[str | None]:
    """Columns that only tell which businesses share something; nobody can read them."""
    return {one.column for one in city.links if one.source == source.name}


def _heading(column: Column) -> str:
    """The department's own heading; of an amount without the unit it is delivered in."""
    heading = column.headers[0]
    return _UNIT.sub("", heading) if column.kind is Kind.MONEY else heading


def _text(column: Column, value: int | str | None, currency: Phrase) -> Phrase | None:
    """What a stored value says, or none where the department left it empty."""
    if value is None:
        return None
    if isinstance(value, str):
        return Phrase(value, value)
    return _SAID[column.kind](column, value, currency)


def _same(text: str) -> Phrase:
    return Phrase(text, text)


def _label(column: Column, value: int) -> Phrase:
    known = 0 <= value < len(column.labels)
    return _same(column.labels[value] if known else str(value))


def _labels(column: Column, value: int) -> Phrase:
    held = [label for bit, label in enumerate(column.labels) if value >> bit & 1]
    return Phrase("、".join(held) or "无", ", ".join(held) or "none")


def _whole(value: int) -> str:
    """A number, grouped from 10,000 on: below, it may be a year or a code."""
    return f"{value:,}" if abs(value) >= 10_000 else str(value)


def _decimal(value: int) -> Phrase:
    return _same(f"{value / 1_000_000:.6f}".rstrip("0").rstrip("."))


_SAID: Mapping[Kind, Callable[[Column, int, Phrase], Phrase]] = {
    Kind.TEXT: lambda _column, value, _currency: _same(str(value)),
    Kind.CODE: lambda column, value, _currency: _label(column, value),
    Kind.MASK: lambda column, value, _currency: _labels(column, value),
    Kind.DAY: lambda _column, value, _currency: _same(iso_day(value)),
    Kind.INSTANT: lambda _column, value, _currency: _same(iso_day(value // 86_400_000_000)),
    Kind.INTEGER: lambda _column, value, _currency: _same(_whole(value)),
    Kind.MONEY: lambda _column, value, currency: value_text("yuan", value / 100, currency),
    Kind.DECIMAL: lambda _column, value, _currency: _decimal(value),
    Kind.FLAG: lambda _column, value, _currency: _YES if value else _NO,
}


def _date(day: int | str | None) -> str:
    return iso_day(day) if isinstance(day, int) else ""
