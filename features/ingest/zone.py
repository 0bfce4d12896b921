"""The jurisdiction's clock in SQL: offsets by local day, computed in Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import duckdb

from features.ingest.moments import EPOCH

FIRST_DAY = (date(1900, 1, 1) - EPOCH).days
LAST_DAY = (date(2100, 12, 31) - EPOCH).days
DAY_US = 86_400_000_000
_MICROSECOND = timedelta(microseconds=1)
_STRIDE = 7  # days; no zone changed its offset and changed it back within a week


def midnight_us(day: int, zone: ZoneInfo) -> int:
    """Microseconds since 1970-01-01T00:00Z at which the local `day` begins."""
    wall = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time(), tzinfo=zone)
    return (wall - datetime(1970, 1, 1, tzinfo=UTC)) // _MICROSECOND


@lru_cache(maxsize=8)
def offset_runs(zone: ZoneInfo) -> tuple[tuple[int, int], ...]:
    """First day and offset (local minus UTC at midnight, µs) of each run of equal offsets."""

    def offset(day: int) -> int:
        return day * DAY_US - midnight_us(day, zone)

    def changes(low: int, high: int) -> Iterator[tuple[int, int]]:
        if offset(low) == offset(high):
            return
        if high - low == 1:
            yield high, offset(high)
            return
        middle = (low + high) // 2
        yield from changes(low, middle)
        yield from changes(middle, high)

    runs = [(FIRST_DAY, offset(FIRST_DAY))]
    for low in range(FIRST_DAY, LAST_DAY, _STRIDE):
        runs += changes(low, min(low + _STRIDE, LAST_DAY + 1))
    return tuple(runs)


def create_zone_table(connection: duckdb.DuckDBPyConnection, zone: ZoneInfo) -> None:
    """Table ``zone(_day, _start_us)`` of every local day from 1900 to 2100."""
    connection.execute(
        f"CREATE OR REPLACE TABLE zone AS SELECT CAST(day AS INTEGER) AS _day, "
        f"{midnight_sql('day', zone)} AS _start_us "
        f"FROM range({FIRST_DAY}, {LAST_DAY + 1}) AS r(day)"
    )


def midnight_sql(day: str, zone: ZoneInfo) -> str:
    """`midnight_us` of a local day in SQL, without a join."""
    last, offset = offset_runs(zone)[-1]
    return (
        f"({day} * {DAY_US} - CASE WHEN {day} >= {last} THEN {offset} "
        f"ELSE {_tree(day, [*offset_runs(zone)])} END)"
    )


def offset_sql(day: str, zone: ZoneInfo) -> str:
    """Microseconds from UTC to local time on a whole local `day`; NULL where it changes.

    A search tree over the days on which the offset changes, so that a scan needs
    no join and keeps its order. An instant on a day that changes its offset is
    left to the slow path. The last offset, which holds for nearly all, is tried first.
    """
    runs: list[tuple[int, int | None]] = []
    for first, offset in offset_runs(zone):
        if runs:
            runs.append((first - 1, None))
        runs.append((first, offset))
    last, latest = runs[-1][0], _tree(day, runs[-1:])
    runs.append((LAST_DAY + 1, None))
    return (
        f"CASE WHEN {day} BETWEEN {last} AND {LAST_DAY} THEN {latest} "
        f"WHEN {day} < {FIRST_DAY} THEN NULL ELSE {_tree(day, runs)} END"
    )


def _tree(day: str, runs: Sequence[tuple[int, int | None]]) -> str:
    if len(runs) == 1:
        offset = runs[0][1]
        return "CAST(NULL AS BIGINT)" if offset is None else f"CAST({offset} AS BIGINT)"
    middle = len(runs) // 2
    left, right = _tree(day, runs[:middle]), _tree(day, runs[middle:])
    return f"CASE WHEN {day} < {runs[middle][0]} THEN {left} ELSE {right} END"
