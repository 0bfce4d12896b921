"""The first half of a record: what each delivered field says, as text and as value.

One SQL query in levels, each computed once from the one before, so that neither
the text of the query nor the work of the engine grows by repetition.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from features.contracts import Kind, Source
from features.ingest.conversion import Conversion, conversion, flag_fields
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
    texts = [f"{one.text} AS {one.text_name}" for one in read]
    walls = [f"{one.value} AS {one.wall_name}" for one in read if one.is_moment]
    days = [f"{_day(one)} AS {one.day_name}" for one in read if one.is_moment]
    values = [f"{_value(one, zone)} AS {identifier(one.column.name)}" for one in read]
    return stacked(rows, cleaned_fields(source, table), texts, walls, days, values)


def stacked(rows: str, *levels: Sequence[str]) -> str:
    """Each level of expressions computed from the columns of the levels before it.

    >>> stacked("t", ["a + 1 AS b"], [], ["b + 1 AS c"])
    'SELECT *, b + 1 AS c FROM (SELECT *, a + 1 AS b FROM (t))'
    """
    for level in levels:
        if level:
            rows = f"SELECT *, {', '.join(level)} FROM ({rows})"
    return rows


def cleaned_fields(source: Source, table: DeliveredTable) -> list[str]:
    """Each delivered field that some column reads, cleaned once."""
    used = {
        field
        for column in source.columns
        if flag_fields(column, table) is None
        for heading in column.headers
        if (field := table.field(heading)) is not None
    }
    return [f"{clean_sql(field)} AS _c{field[2:]}" for field in sorted(used)]


def _day(read: Conversion) -> str:
    wall = read.wall_name
    return (
        f"CAST(CASE WHEN {wall} {_WITHIN} THEN datediff('day', {_EPOCH}, CAST({wall} AS DATE)) "
        "END AS INTEGER)"
    )


def _value(read: Conversion, zone: ZoneInfo) -> str:
    if read.column.kind is Kind.DAY:
        return read.day_name
    if read.column.kind is Kind.INSTANT:
        return f"epoch_us({read.wall_name}) - {offset_sql(read.day_name, zone)}"
    return read.value
