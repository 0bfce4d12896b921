"""Every form of date that departments were seen to write."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from features.ingest.moments import DayOrder, day_order, is_zero, moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2022-11-15 14:32:00", "2022-11-15T14:32:00"),
        ("2022-11-15 14:32:00.5", "2022-11-15T14:32:00.500000"),
        ("2021-03-19 09:40", "2021-03-19T09:40:00"),
        ("2020/9/24", "2020-09-24T00:00:00"),
        ("2022/9/9 16:55:21", "2022-09-09T16:55:21"),
        ("2020.9.24", "2020-09-24T00:00:00"),
        ("2023年04月12日", "2023-04-12T00:00:00"),
        ("2023年4月12日 10时30分", "2023-04-12T10:30:00"),
        ("2023 年 4 月 12 日", "2023-04-12T00:00:00"),
        ("2021年度2  月", "2021-02-28T00:00:00"),
        ("2020年2月", "2020-02-29T00:00:00"),
        ("2021-12", "2021-12-31T00:00:00"),
        ("202112", "2021-12-31T00:00:00"),
        ("2018年", "2018-12-31T00:00:00"),
        ("2019", "2019-12-31T00:00:00"),
        ("45000", "2023-03-15T00:00:00"),
        ("45000.5", "2023-03-15T12:00:00"),
        ("26/10/2023 10:00:00", "2023-10-26T10:00:00"),
        ("6/12/2022 00:00:00", "2022-12-06T00:00:00"),
        ("20230412", "2023-04-12T00:00:00"),
        ("20230412103000", "2023-04-12T10:30:00"),
        ("2023-04-12T10:30:00", "2023-04-12T10:30:00"),
        ("2023-04-12T16:30:00Z", "2023-04-13T00:30:00"),
        ("2023-04-12T23:30:00+08:00", "2023-04-12T23:30:00"),
        ("2023-04-12 16:30:00+00", "2023-04-13T00:30:00"),
    ],
)
def test_a_department_writes_a_date_like_this(text: str, wall: str) -> None:
    found = moment(text, DayOrder.DAY_FIRST, SHANGHAI)
    assert found is not None
    assert found.wall.isoformat() == wall


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-30",
        "2021-13-01",
        "32/01/2021",
        "soon",
        "1234567",
        "2023年13月",
        "12:30",
        "20231301",
    ],
)
def test_what_names_no_day_is_no_date(text: str) -> None:
    assert moment(text, DayOrder.DAY_FIRST, SHANGHAI) is None


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("10/26/2023", "2023-10-26T00:00:00"),
        ("07/04/2014 12:00:00 AM", "2014-07-04T00:00:00"),
        ("07/04/2014 12:15:00 PM", "2014-07-04T12:15:00"),
        ("07/04/2014 01:15:00 PM", "2014-07-04T13:15:00"),
    ],
)
def test_a_column_may_write_the_month_first(text: str, wall: str) -> None:
    found = moment(text, DayOrder.MONTH_FIRST, CHICAGO)
    assert found is not None
    assert found.wall.isoformat() == wall


def test_where_both_orders_occur_only_dates_without_a_choice_are_read() -> None:
    assert moment("3/4/2023", DayOrder.UNCLEAR, SHANGHAI) is None
    assert moment("4/4/2023", DayOrder.UNCLEAR, SHANGHAI) is not None
    by_day = moment("26/10/2023", DayOrder.UNCLEAR, SHANGHAI)
    by_month = moment("10/26/2023", DayOrder.UNCLEAR, SHANGHAI)
    assert by_day == by_month


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        (False, False, DayOrder.DAY_FIRST),
        (True, False, DayOrder.DAY_FIRST),
        (False, True, DayOrder.MONTH_FIRST),
        (True, True, DayOrder.UNCLEAR),
    ],
)
def test_the_order_of_a_column_follows_its_unmistakable_dates(
    first: bool, second: bool, order: DayOrder
) -> None:
    assert day_order(first, second) is order


def test_an_instant_is_counted_in_universal_time() -> None:
    found = moment("2023-04-12 08:00:00", DayOrder.DAY_FIRST, SHANGHAI)
    assert found is not None
    midnight = datetime(2023, 4, 12, tzinfo=UTC)
    assert found.microseconds == int(midnight.timestamp()) * 1_000_000


def test_daylight_saving_shifts_the_instant() -> None:
    winter = moment("2014-01-01 00:00:00", DayOrder.DAY_FIRST, CHICAGO)
    summer = moment("2014-07-01 00:00:00", DayOrder.DAY_FIRST, CHICAGO)
    assert winter is not None
    assert summer is not None
    hour = 3_600_000_000
    assert winter.microseconds - winter.day * 24 * hour == 6 * hour
    assert summer.microseconds - summer.day * 24 * hour == 5 * hour


@pytest.mark.parametrize("text", ["1900/1/0 0:00:00", "0000-00-00", "0000-00-00 00:00:00", "0"])
def test_the_zero_of_a_spreadsheet_or_database_is_no_date(text: str) -> None:
    assert is_zero(text)


def test_the_first_day_of_1900_is_a_date() -> None:
    assert not is_zero("1900/1/1")
