"""Rows held back: kept as delivered, corrected, offered again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from features.contracts import Kind, Part
from features.errors import YourInput
from features.ingest import quarantined, resubmit
from tests.features.ingest.town import Office, column, only, source, town, with_columns

FAULTY = """
    no,code,day,fine,remark
    A1,100,2023-05-01,20,fine
    A2,１００,soon,  much ,held
"""


def faulty(folder: Path) -> Office:
    office = Office(folder, source())
    office.deliver("penalties.csv", FAULTY)
    office.ingest(date(2023, 6, 1))
    return office


def test_a_row_is_kept_as_it_was_delivered(tmp_path: Path) -> None:
    (row,) = quarantined(faulty(tmp_path).home)
    assert (row.source, row.file, row.row, row.received_on) == (
        "penalties",
        "penalties.csv",
        3,
        "2023-06-01",
    )
    assert row.raw == {
        "no": "A2",
        "code": "１００",
        "day": "soon",
        "fine": "  much ",
        "remark": "held",
    }
    assert [str(fault) for fault in row.faults] == [
        "day: the text cannot be read as what the column holds",
        "fine: the text cannot be read as what the column holds",
    ]


def test_rows_can_be_listed_by_source(tmp_path: Path) -> None:
    home = faulty(tmp_path).home
    assert len(quarantined(home, "penalties")) == 1
    assert quarantined(home, "complaints") == ()


def test_a_corrected_row_goes_in_and_no_longer_waits(tmp_path: Path) -> None:
    office = faulty(tmp_path)
    (row,) = quarantined(office.home)
    correction = {row.id: {"day": "2023-05-02", "fine": "30"}}
    (account,) = resubmit(office.catalogue, office.home, correction, date(2023, 7, 1))
    assert account.total("accepted") == 1
    assert quarantined(office.home) == ()
    assert only(office.rows(), "event_key", "fine") == [("A1", 2000), ("A2", 3000)]


def test_a_row_that_is_still_at_fault_waits_under_a_new_id(tmp_path: Path) -> None:
    office = faulty(tmp_path)
    (row,) = quarantined(office.home)
    resubmit(office.catalogue, office.home, {row.id: {"fine": "30"}}, date(2023, 7, 1))
    (waiting,) = quarantined(office.home)
    assert waiting.id != row.id
    assert waiting.file == "submitted-2023-07-01.jsonl"
    assert [fault.column for fault in waiting.faults] == ["day"]


def test_a_correction_of_a_row_that_does_not_wait_is_refused(tmp_path: Path) -> None:
    office = faulty(tmp_path)
    with pytest.raises(YourInput, match="1 other ids"):
        resubmit(office.catalogue, office.home, {"penalties:0:1": {}}, date(2023, 7, 1))


def test_a_correction_under_an_unknown_heading_is_refused(tmp_path: Path) -> None:
    office = faulty(tmp_path)
    (row,) = quarantined(office.home)
    with pytest.raises(YourInput, match="unknown heading"):
        resubmit(office.catalogue, office.home, {row.id: {"days": "x"}}, date(2023, 7, 1))


def test_a_record_completed_by_parts_can_be_corrected(tmp_path: Path) -> None:
    completed = with_columns(column("kind", Kind.TEXT), parts=(Part("kinds*", "no"),))
    office = Office(tmp_path, completed)
    office.deliver("penalties.csv", FAULTY)
    office.deliver("kinds.csv", "no,kind\nA2,warning")
    office.ingest()
    (row,) = quarantined(office.home)
    correction = {row.id: {"day": "2023-05-02", "fine": "30"}}
    resubmit(office.catalogue, office.home, correction, date(2023, 7, 1))
    assert only(office.rows(), "event_key", "kind") == [("A1", None), ("A2", "warning")]


def test_a_row_of_an_irregular_file_is_counted_as_a_person_counts(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver(
        "penalties.csv",
        "公示,,,\n\nno,code,day,fine\n\nA1,1\nA2,1,2023-05-01,2,9\nA3,1,2023-05-01,2",
    )
    office.ingest()
    assert [(r.row, r.faults[0].rule) for r in quarantined(office.home)] == [
        (5, "too_few_fields"),
        (6, "too_many_fields"),
    ]


def test_two_contradicting_rows_of_a_large_file_are_found_again(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    lines = [f"N{i},1,2023-05-01,{i}" for i in range(30_000)]
    lines += ["N7,1,2023-05-01,8"]
    office.deliver("penalties.csv", "no,code,day,fine\n" + "\n".join(lines))
    office.ingest()
    rows = quarantined(office.home)
    assert [(r.row, r.raw["no"], r.raw["fine"]) for r in rows] == [
        (9, "N7", "7"),
        (30_002, "N7", "8"),
    ]


def test_rows_read_under_an_old_contract_no_longer_wait(tmp_path: Path) -> None:
    office = faulty(tmp_path)
    office.catalogue = town(with_columns(column("remark", Kind.TEXT)))
    office.ingest()
    (row,) = quarantined(office.home)
    assert row.received_on == "2024-01-31"
