"""Local days and offsets in SQL agree with Python's zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from features.ingest.zone import create_zone_table, midnight_us, offset_sql
from tests.features.ingest.town import day

ZONES = ["Asia/Shanghai", "America/Chicago", "Europe/Berlin", "Asia/Kathmandu", "UTC"]


@pytest.mark.parametrize("name", ZONES)
def test_the_table_knows_when_each_day_begins(name: str) -> None:
    zone = ZoneInfo(name)
    with duckdb.connect() as connection:
        create_zone_table(connection, zone)
        rows = connection.execute("SELECT _day, _start_us FROM zone ORDER BY _day").fetchall()
    assert len(rows) == day("2100-12-31") - day("1900-01-01") + 1
    for at, start in rows[:: 1 if name == "America/Chicago" else 97]:
        assert start == midnight_us(at, zone)


@pytest.mark.parametrize("name", ZONES)
def test_an_offset_holds_for_the_whole_day_or_is_unknown(name: str) -> None:
    zone = ZoneInfo(name)
    days = list(range(day("1985-01-01"), day("1992-01-01")))
    days += list(range(day("2013-01-01"), day("2015-01-01")))
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT d, {offset_sql('d', zone)} FROM (SELECT unnest(?::INTEGER[]) AS d)", [days]
        ).fetchall()
    for at, offset in found:
        noon = datetime(1970, 1, 1, 12) + timedelta(days=at)
        wall = noon.replace(tzinfo=zone).utcoffset()
        assert wall is not None
        lasts_a_day = midnight_us(at + 1, zone) - midnight_us(at, zone) == 86_400_000_000
        assert offset == (wall // timedelta(microseconds=1) if lasts_a_day else None)


def test_a_day_outside_the_calendar_has_no_offset() -> None:
    with duckdb.connect() as connection:
        sql = offset_sql("d", ZoneInfo("UTC"))
        rows = connection.execute(
            f"SELECT {sql} FROM (VALUES (-40000), (60000)) AS v(d)"
        ).fetchall()
    assert rows == [(None,), (None,)]


def test_midnight_in_shanghai_is_eight_hours_before_utc() -> None:
    utc = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    start = midnight_us(day("2024-01-01"), ZoneInfo("Asia/Shanghai"))
    assert start == (utc - 8 * 3600) * 1_000_000
