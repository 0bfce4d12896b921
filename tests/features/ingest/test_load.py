"""Delivered text to canonical values, and the faults that hold a row back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from features.contracts import Dates, Kind
from features.ingest import quarantined
from tests.features.ingest.town import (
    Cell,
    Office,
    column,
    day,
    only,
    source,
    with_columns,
)

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000


def value(folder: Path, kind: Kind, text: str, **more: object) -> Cell:
    """The canonical value of one delivered text; faults raise."""
    office = Office(folder, with_columns(column("value", kind, **more)))
    office.deliver("penalties.csv", f'no,code,day,fine,value\nA1,100,2023-05-01,20,"{text}"')
    office.ingest()
    assert quarantined(office.home) == ()
    return office.rows()[0]["value"]


def faults(folder: Path, kind: Kind, text: str, **more: object) -> list[str]:
    """The faults of one delivered text."""
    office = Office(folder, with_columns(column("value", kind, **more)))
    office.deliver("penalties.csv", f'no,code,day,fine,value\nA1,100,2023-05-01,20,"{text}"')
    office.ingest()
    return [str(fault) for row in quarantined(office.home) for fault in row.faults]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Kind.TEXT, " 宁波（模拟）公司　", "宁波(模拟)公司"),
        (Kind.TEXT, "不详", None),
        (Kind.DAY, "2020-09-24", day("2020-09-24")),
        (Kind.DAY, "2020/9/4", day("2020-09-04")),
        (Kind.DAY, "2022-11-15 14:32:00", day("2022-11-15")),
        (Kind.DAY, "２０２３年０４月１２日", day("2023-04-12")),
        (Kind.DAY, "2021年度2  月", day("2021-02-28")),
        (Kind.DAY, "45000", day("2023-03-15")),
        (Kind.DAY, "26/10/2023 10:00:00", day("2023-10-26")),
        (Kind.DAY, "1900/1/0 0:00:00", None),
        (Kind.DAY, "2099-12-31", day("2099-12-31")),
        (Kind.DAY, "9999-12-31", day("9999-12-31")),
        (Kind.INSTANT, "2023-04-12 08:30:00", day("2023-04-12") * DAY_US + HOUR_US // 2),
        (Kind.INSTANT, "2023-04-12T00:30:00Z", day("2023-04-12") * DAY_US + HOUR_US // 2),
        (Kind.INSTANT, "2023-04-12", day("2023-04-12") * DAY_US - 8 * HOUR_US),
        (Kind.INTEGER, "1,234", 1234),
        (Kind.INTEGER, "12.0", 12),
        (Kind.MONEY, "0.3405", 34),
        (Kind.MONEY, "1,000.005", 100_001),
        (Kind.DECIMAL, "121.8606", 121_860_600),
        (Kind.DECIMAL, "41.802675539123456", 41_802_676),
        (Kind.DECIMAL, "1.5e-07", 0),
        (Kind.FLAG, "是", 1),
        (Kind.FLAG, "无", 0),
        (Kind.FLAG, "/", None),
    ],
)
def test_text_becomes_a_canonical_value(
    tmp_path: Path, kind: Kind, text: str, expected: Cell
) -> None:
    assert value(tmp_path, kind, text) == expected


def test_money_in_ten_thousands_is_exact(tmp_path: Path) -> None:
    assert value(tmp_path, Kind.MONEY, "11.876936", unit=10_000) == 11_876_936


def test_a_code_is_the_position_of_its_label(tmp_path: Path) -> None:
    labels = ("普通程序", "简易程序")
    spellings = {"当场处罚": "简易程序"}
    assert value(tmp_path, Kind.CODE, "当场处罚", labels=labels, spellings=spellings) == 1


def test_a_declared_placeholder_is_a_code(tmp_path: Path) -> None:
    assert value(tmp_path, Kind.CODE, "无", labels=("有", "无")) == 1


def test_other_text_becomes_the_label_for_others(tmp_path: Path) -> None:
    assert value(tmp_path, Kind.CODE, "x", labels=("a", "other"), otherwise="other") == 1


def test_a_mask_sets_a_bit_for_each_label(tmp_path: Path) -> None:
    assert value(tmp_path, Kind.MASK, "罚款;警告", labels=("警告", "罚款", "其他")) == 0b011


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("1,0,1", 0b101), ("是,否,", 0b001), ("3,0,0", 0b001), (",,", None), ("/,无,", 0)],
)
def test_a_mask_may_come_as_a_column_for_each_label(
    tmp_path: Path, flags: str, expected: int | None
) -> None:
    items = column("items", Kind.MASK, "i1", "i2", "i3", labels=("a", "b", "c"))
    office = Office(tmp_path, with_columns(items))
    office.deliver("penalties.csv", f"no,code,day,fine,i1,i2,i3\nA1,1,2023-05-01,2,{flags}")
    office.ingest()
    assert only(office.rows(), "items") == [(expected,)]


@pytest.mark.parametrize(
    ("kind", "text", "more", "fault"),
    [
        (Kind.DAY, "2021-02-30", {}, "value: the text cannot be read"),
        (Kind.MONEY, "五千", {}, "value: the text cannot be read"),
        (Kind.CODE, "x", {"labels": ("a",)}, "value: the text cannot be read"),
        (Kind.MASK, "a;x", {"labels": ("a",)}, "value: the text cannot be read"),
        (Kind.TEXT, "/", {"required": True}, "value: a required value is missing"),
        (Kind.MONEY, "-1", {"minimum": 0}, "value: the value is below the declared minimum"),
        (Kind.INTEGER, "11", {"maximum": 10}, "value: the value is above the declared maximum"),
        (Kind.DECIMAL, "19.9", {"minimum": 20}, "value: the value is below"),
        (Kind.DAY, "1999-12-31", {"minimum": 2000}, "value: the value is below"),
    ],
)
def test_a_row_at_fault_is_held_back(
    tmp_path: Path, kind: Kind, text: str, more: dict[str, object], fault: str
) -> None:
    (found,) = faults(tmp_path, kind, text, **more)
    assert found.startswith(fault)


def test_a_value_on_its_bound_is_within(tmp_path: Path) -> None:
    assert value(tmp_path, Kind.DECIMAL, "20", minimum=20, maximum=20) == 20_000_000


def test_every_fault_of_a_row_is_collected(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", "no,code,day,fine\n/,100,never,much")
    office.ingest()
    (row,) = quarantined(office.home)
    assert [(fault.column, fault.rule) for fault in row.faults] == [
        ("day", "unreadable"),
        ("fine", "unreadable"),
        ("no", "no_key"),
    ]


def test_a_column_written_month_first_is_read_so_and_it_is_told(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", "no,code,day,fine\nA1,1,10/26/2023,\nA2,1,3/4/2023,")
    account = office.ingest()
    assert account.messages() == ("penalties.csv: day written month first",)
    assert only(office.rows(), "event_day") == [(day("2023-03-04"),), (day("2023-10-26"),)]


def test_dates_of_unclear_order_are_held_back(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver(
        "penalties.csv",
        "no,code,day,fine\nA1,1,10/26/2023,\nA2,1,26/10/2023,\nA3,1,3/4/2023,",
    )
    assert office.ingest().total("quarantined") == 1
    assert only(office.rows(), "event_key") == [("A1",), ("A2",)]


def test_an_instant_on_the_day_the_clocks_change_is_read_right(tmp_path: Path) -> None:
    at = column("at", Kind.INSTANT)
    office = Office(tmp_path, with_columns(at), timezone="America/Chicago")
    office.deliver(
        "penalties.csv",
        """
        no,code,day,fine,at
        A1,1,2014-03-09,,2014-03-09 01:30:00
        A2,1,2014-03-09,,2014-03-09 03:30:00
        """,
    )
    office.ingest()
    first, second = (row["at"] for row in office.rows())
    assert isinstance(first, int)
    assert isinstance(second, int)
    assert second - first == HOUR_US


def test_a_heading_that_was_not_delivered_is_told_and_read_as_missing(tmp_path: Path) -> None:
    office = Office(tmp_path, with_columns(column("kind", Kind.TEXT)))
    office.deliver("penalties.csv", "no,code,day,fine\nA1,100,2023-05-01,20")
    assert office.ingest().messages() == ("penalties.csv: no heading for kind, read as missing",)


def test_the_most_recent_heading_goes_before_older_ones(tmp_path: Path) -> None:
    amount = column("amount", Kind.MONEY, "new", "old")
    office = Office(tmp_path, with_columns(amount))
    office.deliver("penalties.csv", "no,code,day,fine,old,new\nA1,1,2023-05-01,,1,2")
    office.ingest()
    assert only(office.rows(), "amount") == [(200,)]


def test_column_names_may_be_words_of_the_engine(tmp_path: Path) -> None:
    words = [column(name, Kind.TEXT) for name in ("group", "order", "entity", "shape", "h0")]
    office = Office(tmp_path, with_columns(*words))
    office.deliver(
        "penalties.csv", "no,code,day,fine,group,order,entity,shape,h0\nA,1,2023-05-01,,a,b,c,d,e"
    )
    office.ingest()
    assert only(office.rows(), "group", "order", "entity", "shape", "h0") == [
        ("a", "b", "c", "d", "e")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_makes_no_difference(tmp_path: Path, encoding: str) -> None:
    office = Office(
        tmp_path, with_columns(column("企".replace("企", "name"), Kind.TEXT, "企业名称"))
    )
    office.deliver("penalties.csv", "no,code,day,fine,企业名称\nA1,1,2023-05-01,,甲", encoding)
    office.ingest()
    assert only(office.rows(), "name") == [("甲",)]


def test_qualifying_dates_become_days(tmp_path: Path) -> None:
    names = ("known", "gone", "fixed", "until", "doubted", "settled", "final")
    columns = [column(name, Kind.DAY) for name in names[1:]]
    dates = Dates(
        event="day", trust="exact", known="known", retracted="gone", repaired="fixed",
        usable_until="until", disputed="doubted", settled="settled", final="final",
    )  # fmt: skip
    office = Office(tmp_path, with_columns(column("known", Kind.INSTANT), *columns, dates=dates))
    office.deliver(
        "penalties.csv",
        f"no,code,day,fine,{','.join(names)}\n"
        "A1,1,2023-01-01,,2023-01-02 23:59:59,2023-01-03,2023-01-04,2023-01-05,2023-01-06,"
        "2023-01-07,2023-01-08",
    )
    office.ingest()
    stored = (
        "known_day", "retracted_day", "repaired_day", "usable_until_day", "disputed_day",
        "settled_day", "final_day",
    )  # fmt: skip
    expected = tuple(day(f"2023-01-0{i}") for i in range(2, 9))
    assert only(office.rows(), *stored) == [expected]


def test_without_a_known_day_the_event_and_its_lag_are_assumed(tmp_path: Path) -> None:
    dates = Dates(event="day", trust="exact", known_lag_days=28)
    office = Office(tmp_path, source(dates=dates))
    office.deliver("penalties.csv", "no,code,day,fine\nA1,1,2023-01-01,")
    office.ingest(date(2023, 6, 1))
    assert only(office.rows(), "known_day") == [(day("2023-01-29"),)]


def test_a_key_of_several_columns_is_readable(tmp_path: Path) -> None:
    kind = column("kind", Kind.CODE, labels=("检查", "复查"))
    office = Office(tmp_path, with_columns(kind, key=("no", "day", "kind")))
    office.deliver("penalties.csv", "no,code,day,fine,kind\n7.0,1,2023-01-01,,复查")
    office.ingest()
    assert only(office.rows(), "event_key") == [("7|2023-01-01|复查",)]


def test_an_event_outside_the_calendar_is_held_back(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", "no,code,day,fine\nA1,1,2103-01-01,")
    office.ingest()
    (row,) = quarantined(office.home)
    assert [fault.rule for fault in row.faults] == ["out_of_calendar"]
