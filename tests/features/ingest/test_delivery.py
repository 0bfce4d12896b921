"""Files of a source, and the parts that complete them."""

from __future__ import annotations

from pathlib import Path

from features.contracts import Kind, Part
from tests.features.ingest.town import Office, column, only, source, with_columns

MAIN = "no,code,day,fine\nA1,100,2023-05-01,20\nA2,100,2023-06-01,30"


def office(folder: Path) -> Office:
    """Penalties completed by the sheet of their kinds."""
    kinds = column("kind", Kind.TEXT)
    completed = with_columns(kinds, files="penalties*", parts=(Part("kinds*", "id", main_on="no"),))
    opened = Office(folder, completed)
    opened.deliver("penalties.csv", MAIN)
    return opened


def test_a_part_completes_each_record(tmp_path: Path) -> None:
    opened = office(tmp_path)
    opened.deliver("kinds.csv", "id,kind\nA2,warning\nA9,unused")
    assert opened.ingest().total("accepted") == 2
    assert only(opened.rows(), "event_key", "kind") == [("A1", None), ("A2", "warning")]


def test_a_part_may_be_several_files_in_other_forms(tmp_path: Path) -> None:
    opened = office(tmp_path)
    opened.deliver("kinds-1.csv", "id,kind\nA1,fine")
    opened.deliver("kinds-2.jsonl", '{"kind": "warning", "id": "A2"}')
    opened.ingest()
    assert only(opened.rows(), "kind") == [("fine",), ("warning",)]


def test_identifiers_join_whatever_type_they_went_through(tmp_path: Path) -> None:
    opened = office(tmp_path)
    opened.deliver("penalties.csv", "no,code,day,fine\n7,100,2023-05-01,20")
    opened.deliver("kinds.csv", "id,kind\n 7.0 ,fine")
    opened.ingest()
    assert only(opened.rows(), "kind") == [("fine",)]


def test_a_second_row_that_differs_is_a_fault_of_its_record_only(tmp_path: Path) -> None:
    opened = office(tmp_path)
    opened.deliver("kinds.csv", "id,kind\nA1,fine\nA1,warning\nA2,fine\nA2,fine")
    file = opened.ingest().source("penalties").files[0]
    assert (file.accepted, file.quarantined) == (1, 1)
    assert only(opened.rows(), "event_key", "kind") == [("A2", "fine")]


def test_a_missing_part_refuses_the_main_file(tmp_path: Path) -> None:
    (refused,) = office(tmp_path).ingest().source("penalties").files
    assert refused.refusal is not None
    assert refused.refusal.startswith("missing part in penalties.csv: expected a file kinds*")


def test_a_part_without_its_key_refuses_the_main_file(tmp_path: Path) -> None:
    opened = office(tmp_path)
    opened.deliver("kinds.csv", "number,kind\nA1,fine")
    (refused,) = opened.ingest().source("penalties").files
    assert refused.refusal is not None
    assert refused.refusal.startswith("missing column in kinds.csv: expected id")


def test_a_changed_part_makes_new_versions(tmp_path: Path) -> None:
    opened = office(tmp_path)
    opened.deliver("kinds.csv", "id,kind\nA1,fine\nA2,fine")
    opened.ingest()
    opened.deliver("kinds.csv", "id,kind\nA1,warning\nA2,fine")
    file = opened.ingest().source("penalties").files[0]
    assert (file.new_versions, file.duplicates) == (1, 1)


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    opened = Office(tmp_path, source())
    opened.deliver("penalties.pdf", MAIN)
    (refused,) = opened.ingest().source("penalties").files
    assert refused.refusal is not None
    assert refused.refusal.startswith("unknown form in penalties.pdf: expected .csv .tsv")


def test_files_that_an_office_program_left_open_are_not_deliveries(tmp_path: Path) -> None:
    opened = Office(tmp_path, source(files="*penalties*"))
    opened.deliver("penalties.csv", MAIN)
    opened.deliver("~$penalties.xlsx", "lock")
    opened.deliver(".penalties.csv.swp", "lock")
    assert [f.file for f in opened.ingest().source("penalties").files] == ["penalties.csv"]
