"""The first half of a record: what each delivered field says, as text and as value.

One SQL query in levels, each computed once from the one before, so that neither
the text of the query nor the work of the engine grows by repetition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from features.contracts import ByCode, Kind, Source
from features.identity_sql import usual_sql
from features.ingest.conversion import Conversion, cleaned_name, conversion
from features.ingest.table import DeliveredTable
from features.ingest.text import clean_sql
from features.ingest.zone import offset_sql
from features.quoting import identifier

_EPOCH = "DATE '1970-01-01'"
_WITHIN = "BETWEEN DATE '1800-01-01' AND DATE '9999-12-31'"


def conversions(source: Source, table: DeliveredTable) -> tuple[Conversion, ...]:
    """How each column of `source` is read from `table`, in declared order."""
    return tuple(conversion(column, table) for column in source.columns)


def reading_sql(rows: str, source: Source, table: DeliveredTable, zone: ZoneInfo) -> str:
    """The rows of `rows` with the text and the fast value of every column.

    Adds, for a column x, ``_t_x`` (cleaned text), ``x`` (canonical value, NULL
    where the fast path reads none) and, for days and instants, ``_day_of_x``.
    """
    read = conversions(source, table)
    fields = dict.fromkeys(field for one in read for field in one.fields)
    cleaned = [f"{clean_sql(field)} AS {cleaned_name(field)}" for field in fields]
    texts = [f"{one.text} AS {one.text_name}" for one in read]
    walls = [f"{one.value} AS {one.wall_name}" for one in read if one.is_moment]
    values = {one.column.name: one.value for one in read}
    return stacked(rows, cleaned, texts, walls, _days(read), list(_values(read, values, zone)))


def quick_reading_sql(rows: str, source: Source, table: DeliveredTable, zone: ZoneInfo) -> str:
    """As `reading_sql`, without cleaning what can be read as it was delivered.

    Where a value was read from a field as it is, ``_t_x`` is that field and tells only
    that something stands there. Adds ``_usual``: whether the first identifier of the
    business is an ordinary unified code.
    """
    read = conversions(source, table)
    named = usual_field(source, read)
    usual = f"COALESCE({usual_sql(named)}, FALSE)" if named else "FALSE"
    quick = [f"{one.quick} AS {one.quick_name}" for one in read if one.quick is not None]
    unread = {one.column.name: f"{one.quick_name} IS NULL" for one in read if one.quick}
    if named and isinstance(source.subject, ByCode):
        unread[source.subject.column] = "NOT _usual"
    needed: dict[str, list[str | None]] = {}
    for one in read:
        for field in one.fields:
            needed.setdefault(field, []).append(unread.get(one.column.name))
    cleaned = [
        f"{_where(when, clean_sql(field), field)} AS {cleaned_name(field)}"
        for field, when in needed.items()
    ]
    texts = [
        f"{_where([unread.get(one.column.name)], one.text, *one.fields[:1])} AS {one.text_name}"
        for one in read
    ]
    walls = [f"{one.value} AS {one.wall_name}" for one in read if one.is_moment and not one.quick]
    values = {one.column.name: _read_value(one) for one in read}
    return stacked(
        rows, [f"{usual} AS _usual", *quick], cleaned, texts, walls, _days(read),
        list(_values(read, values, zone)),
    )  # fmt: skip


def usual_field(source: Source, read: Sequence[Conversion]) -> str | None:
    """The one field with the identifier of the business, where there is one."""
    if not isinstance(source.subject, ByCode):
        return None
    for one in read:
        if one.column.name == source.subject.column and one.column.kind is Kind.TEXT:
            return one.fields[0] if len(one.fields) == 1 and one.column.form is None else None
    return None


def _where(conditions: Sequence[str | None], expression: str, otherwise: str = "NULL") -> str:
    """`expression` where any of the conditions holds, one without is always needed."""
    needed = [condition for condition in conditions if condition is not None]
    if len(needed) < len(conditions):
        return expression
    return f"CASE WHEN {' OR '.join(needed)} THEN {expression} ELSE {otherwise} END"


def _read_value(read: Conversion) -> str:
    if read.quick is None:
        return read.value
    if read.column.otherwise is None:
        return read.quick_name
    return _where([f"{read.quick_name} IS NULL"], read.value, read.quick_name)


def stacked(rows: str, *levels: Sequence[str]) -> str:
    """Each level of expressions computed from the columns of the levels before it.

    >>> stacked("t", ["a + 1 AS b"], [], ["b + 1 AS c"])
    'SELECT *, b + 1 AS c FROM (SELECT *, a + 1 AS b FROM (t))'
    """
    for level in levels:
        if level:
            rows = f"SELECT *, {', '.join(level)} FROM ({rows})"
    return rows


def _days(read: Sequence[Conversion]) -> list[str]:
    return [
        f"CASE WHEN {one.wall_name} {_WITHIN} "
        f"THEN CAST(CAST({one.wall_name} AS DATE) - {_EPOCH} AS INTEGER) END AS {one.day_name}"
        for one in read if one.is_moment
    ]  # fmt: skip


def _values(read: Sequence[Conversion], values: Mapping[str, str], zone: ZoneInfo) -> Iterator[str]:
    for one in read:
        value = values[one.column.name]
        if one.column.kind is Kind.DAY:
            value = one.day_name
        elif one.column.kind is Kind.INSTANT:
            value = f"epoch_us({one.wall_name}) - {offset_sql(one.day_name, zone)}"
        yield f"{value} AS {identifier(one.column.name)}"
