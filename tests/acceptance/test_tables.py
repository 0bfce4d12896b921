"""Codes, amounts and decision dates through the gate (11.1, 11.14, 4.2 no. 21), as tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from features import as_of
from features.contracts import Dates, Kind
from features.ingest import quarantined
from tests.features.ingest.town import Office, column, day, source, with_columns
from tests.features.tables import parsed

# Handbook 5.1 to 5.3. A code of the right form that fails its check may have been
# issued: it is kept with a warning. 宁波某某 are made-up codes.
CODES = """
  given                | whose or which                  | gate says
  ---------------------------------------------------------------------
  91330200711192037M   | 宁波银行                        | accepted
  914403001922038216   | 华为技术                        | accepted
  9144030071526726XG   | 腾讯计算机                      | accepted
  91110108551385082Q   | 小米科技                        | accepted
  91330100799655058B   | 阿里巴巴                        | accepted
  911100001000044477   | 中国建设银行                    | accepted
  911000001000013428   | 中国银行                        | accepted
  91110000710925462X   | 中国石油天然气                  | accepted
  91330282671205242Y   | 公牛集团                        | accepted
  91330000733796106P   | 海康威视                        | accepted
  91440300192317458F   | 比亚迪                          | accepted
  91350100M000100Y43   | the standard's example          | accepted
  91330203MA29DJ4P1Q   | 宁波某某                        | accepted
  91330206MA283DDB2R   | 宁波某某                        | accepted
  91330212MA2FE8G129   | 宁波某某                        | accepted
  91330281MA2TH3HM6D   | 宁波某某                        | accepted
  91330282MA2YE5T9XB   | 宁波某某                        | accepted
  91330200MA2WPNGX00   | remainder zero, written 0       | accepted
  71119203-7           | organisation code               | accepted
  711192038            | organisation code, wrong digit  | warned
  x110108012660422     | 小米, 15 digits                 | accepted
  x110108002734659     | 百度, 15 digits                 | accepted
  x440301103097413     | 华为, 15 digits                 | accepted
  x440301103448669     | 腾讯计算机, 15 digits           | accepted
  x110108000000016     | a published example, 15 digits  | accepted
  x110108012660423     | 小米 with a wrong last digit    | warned
  91350211M0000XUF46   | issued in Fujian, fails         | warned
  91350100M0001TGQXM   | issued in Fujian, fails         | warned
  91310115MA1H8R7C6D   | a blog's example, fails         | warned
  91350100M000100Y4Z   | Z is not in the alphabet        | refused
  9133O200711192037M   | the letter O typed for a zero   | refused
  张三                 | no identifier                   | refused
"""


def test_every_code_is_accepted_warned_of_or_refused_as_the_table_says(tmp_path: Path) -> None:
    rows = parsed(CODES)
    office = Office(tmp_path, source(), identity="uscc")
    # An x keeps digits a text in the table; it is no part of the number.
    lines = [f"A{i},{str(row['given']).lstrip('x')},2024-01-02," for i, row in enumerate(rows)]
    office.deliver("penalties.csv", "\n".join(["no,code,day,fine", *lines]))
    account = office.ingest()
    (file,) = account.source("penalties").files
    said = [row["gate says"] for row in rows]
    kept = {row["event_key"] for row in office.rows()}
    assert kept == {f"A{i}" for i, word in enumerate(said) if word != "refused"}
    assert file.quarantined == said.count("refused")
    assert file.warnings == said.count("warned")
    zero = {row["event_key"]: row["entity_id"] for row in office.rows()}
    assert zero["A17"] == "91330200MA2WPNGX00"


# 万元 as delivered, and the yuan they are: exact to the fen.
AMOUNTS = """
  wan_yuan        | yuan
  -----------------------------------
  w0.3            | y3000.00
  w0.1            | y1000.00
  w0.07           | y700.00
  w1.005          | y10050.00
  w0.000001       | y0.01
  w12345.678901   | y123456789.01
  w9999999.999999 | y99999999999.99
"""


def test_ten_thousands_of_yuan_become_yuan_exactly(tmp_path: Path) -> None:
    rows = parsed(AMOUNTS)
    amount = column("amount", Kind.MONEY, "罚款金额(万元)", unit=10_000)
    office = Office(tmp_path, with_columns(amount))
    lines = [f"A{i},1,2024-01-02,,{str(row['wan_yuan'])[1:]}" for i, row in enumerate(rows)]
    office.deliver("penalties.csv", "\n".join(["no,code,day,fine,罚款金额(万元)", *lines]))
    office.ingest()
    stored = {row["event_key"]: row["amount"] for row in office.rows()}
    expected = [int(str(row["yuan"])[1:].replace(".", "")) for row in rows]
    assert [stored[f"A{i}"] for i in range(len(rows))] == expected


# Received on 31 January 2024. A decision cannot have been made after that (field 21).
DATES = """
  decided    | gate says | because
  ------------------------------------------------
  2024-01-30 | accepted  | the day before
  2024-01-31 | accepted  | the same day
  2024-02-01 | refused   | it has not happened yet
  2042-01-03 | refused   | digits were swapped
"""


def test_a_decision_dated_after_its_receipt_is_held_back_and_says_why(tmp_path: Path) -> None:
    rows = parsed(DATES)
    dates = Dates(event="day", trust="exact", happened=True)
    office = Office(tmp_path, source(dates=dates))
    days = [line.split("|")[0].strip() for line in DATES.strip().splitlines()[2:]]
    office.deliver("penalties.csv", "\n".join(["no,code,day,fine", *(
        f"A{i},1,{told},1" for i, told in enumerate(days)
    )]))  # fmt: skip
    office.ingest(date(2024, 1, 31))
    kept = {row["event_key"] for row in office.rows()}
    assert kept == {f"A{i}" for i, row in enumerate(rows) if row["gate says"] == "accepted"}
    faults = {
        (fault.column, fault.rule) for row in quarantined(office.home) for fault in row.faults
    }
    assert faults == {("day", "after_receipt")}


def test_without_that_word_an_event_ahead_waits_for_its_day(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", "no,code,day,fine\nA1,1,2024-03-01,1")
    office.ingest(date(2024, 1, 31))
    [row] = office.rows()
    assert not as_of.seen(row, day("2024-02-29"))  # type: ignore[arg-type]  # no floats in records
    assert as_of.seen(row, day("2024-03-01"))  # type: ignore[arg-type]  # no floats in records
