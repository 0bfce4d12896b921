"""The Python readers for texts the SQL fast path cannot read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import duckdb

from features.contracts import Column, Kind
from features.ingest.amounts import fen, millionths, whole
from features.ingest.conversion import Conversion
from features.ingest.labels import code, mask, spelled
from features.ingest.moments import DayOrder, day_order, is_zero, moment
from features.quoting import identifier

# (canonical value, local day of an instant, whether the text stands for no value)
Reading = tuple[int | None, int | None, bool]
_UNREADABLE: Reading = (None, None, False)
_BATCH = 50_000
_SHORT_DATE = "'^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.][0-9]{4}'"
_EARLIEST, _LATEST = -62_091, 2_932_896  # days of 1800-01-01 and 9999-12-31


def lookup_name(column: Column) -> str:
    """Name of the table with the slow readings of a column."""
    return f"_slow_{column.name}"


def unread(
    connection: duckdb.DuckDBPyConnection, doubtful: str, conversions: Sequence[Conversion]
) -> list[Conversion]:
    """The columns of table `doubtful` with texts that the fast path could not read."""
    able = [read for read in conversions if read.column.kind is not Kind.TEXT]
    if not able:
        return []
    tests = ", ".join(f"bool_or({_is_unread(read)})" for read in able)
    found = connection.execute(f"SELECT {tests} FROM {doubtful}").fetchall()[0]
    return [read for read, any_unread in zip(able, found, strict=True) if any_unread]


def _is_unread(read: Conversion) -> str:
    return f"({read.text_name} IS NOT NULL AND {identifier(read.column.name)} IS NULL)"


def create_lookup(
    connection: duckdb.DuckDBPyConnection, doubtful: str, read: Conversion, zone: ZoneInfo
) -> DayOrder | None:
    """Read every distinct text the fast path could not read into a lookup table.

    Returns how days and months were ordered, where that had to be decided.
    """
    texts = f"SELECT DISTINCT {read.text_name} FROM {doubtful} WHERE {_is_unread(read)}"
    column = read.column
    name = identifier(lookup_name(column))
    connection.execute(
        f"CREATE OR REPLACE TABLE {name} (t VARCHAR, v BIGINT, d INTEGER, nothing BOOLEAN)"
    )
    order = None
    if column.kind in (Kind.DAY, Kind.INSTANT):
        order = _order_of(connection, texts)
    reader = _reader(column, order or DayOrder.DAY_FIRST, zone)
    insert = (
        f"INSERT INTO {name} SELECT unnest(?::VARCHAR[]), unnest(?::BIGINT[]), "
        "unnest(?::INTEGER[]), unnest(?::BOOLEAN[])"
    )
    cursor = connection.cursor()
    cursor.execute(texts)
    while rows := cursor.fetchmany(_BATCH):
        found = [row[0] for row in rows]
        readings = [reader(text) for text in found]
        values, days, nothing = zip(*readings, strict=True)
        connection.execute(insert, [found, list(values), list(days), list(nothing)])
    return order


def _order_of(connection: duckdb.DuckDBPyConnection, texts: str) -> DayOrder | None:
    """Day order of the column, or none when no text begins with two short numbers."""
    row = connection.execute(
        f"SELECT count(*), bool_or(CAST(regexp_extract(t, {_SHORT_DATE}, 1) AS INTEGER) > 12), "
        f"bool_or(CAST(regexp_extract(t, {_SHORT_DATE}, 2) AS INTEGER) > 12) "
        f"FROM ({texts}) AS s(t) WHERE regexp_matches(t, {_SHORT_DATE})"
    ).fetchall()[0]
    return day_order(bool(row[1]), bool(row[2])) if row[0] else None


def _reader(column: Column, order: DayOrder, zone: ZoneInfo) -> Callable[[str], Reading]:
    match column.kind:
        case Kind.DAY | Kind.INSTANT:
            instant = column.kind is Kind.INSTANT
            return lambda text: _moment(text, order, zone, instant=instant)
        case Kind.CODE:
            words = spelled(column)
            return lambda text: (code(text, words), None, False)
        case Kind.MASK:
            words = spelled(column)
            return lambda text: (mask(text, words), None, False)
        case Kind.MONEY:
            return lambda text: (fen(text, column.unit), None, False)
        case Kind.DECIMAL:
            return lambda text: (millionths(text), None, False)
        case Kind.INTEGER:
            return lambda text: (whole(text), None, False)
        case Kind.FLAG:
            return lambda text: ({"1.0": 1, "0.0": 0}.get(text), None, False)
        case _:
            return lambda _: _UNREADABLE


def _moment(text: str, order: DayOrder, zone: ZoneInfo, *, instant: bool) -> Reading:
    if is_zero(text):
        return None, None, True
    found = moment(text, order, zone)
    if found is None or not _EARLIEST <= found.day <= _LATEST:
        return _UNREADABLE
    return (found.microseconds if instant else found.day), found.day, False
