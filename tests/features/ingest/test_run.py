"""A delivery as a whole: every row accounted for, nothing done twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from features.contracts import CityWide, Kind
from features.errors import YourInput
from features.expressions import col
from features.ingest import Reconciliation, submit
from features.snapshot import Snapshot
from tests.features.ingest.town import (
    Office,
    column,
    day,
    only,
    read,
    source,
    town,
    with_columns,
)

THREE = """
    no,code,day,fine
    A1,100,2023-05-01,20
    A2,100,2023-06-01,
    A3,200,2023-07-01,1.50
"""


def test_an_accepted_record_has_canonical_values(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", THREE)
    account = office.ingest()
    assert account.total("accepted") == 3
    assert only(office.rows(), "entity_id", "event_key", "record_no", "version", "event_day") == [
        ("100", "A1", 1, 1, day("2023-05-01")),
        ("100", "A2", 2, 1, day("2023-06-01")),
        ("200", "A3", 3, 1, day("2023-07-01")),
    ]
    assert only(office.rows(), "fine", "known_day") == [
        (2000, day("2023-05-01")),
        (None, day("2023-06-01")),
        (150, day("2023-07-01")),
    ]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    kind = column("kind", Kind.CODE, labels=("fine", "warning"))
    office = Office(tmp_path, with_columns(kind, keep=col("kind").equals("fine")))
    office.deliver(
        "penalties.csv",
        """
        no,code,day,fine,kind
        A1,100,2023-05-01,20,fine
        A1,100,2023-05-01,20,fine
        A2,100,2023-06-01,20,warning
        A3,200,not a day,20,fine
        A4,200,2023-07-01,20,fine
        A4,200,2023-07-01,30,fine
        """,
    )
    file = office.ingest().source("penalties").files[0]
    assert (file.read, file.accepted, file.duplicates) == (6, 1, 1)
    assert (file.out_of_scope, file.quarantined, file.new_versions) == (1, 3, 0)
    assert file.adds_up


def test_a_row_out_of_scope_is_not_held_back_for_its_faults(tmp_path: Path) -> None:
    kind = column("kind", Kind.CODE, labels=("fine", "warning"))
    office = Office(tmp_path, with_columns(kind, keep=col("kind").equals("fine")))
    office.deliver("penalties.csv", "no,code,day,fine,kind\nA2,100,not a day,x,warning")
    file = office.ingest().source("penalties").files[0]
    assert (file.out_of_scope, file.quarantined) == (1, 0)


def test_a_row_whose_scope_cannot_be_read_is_held_back(tmp_path: Path) -> None:
    kind = column("kind", Kind.CODE, labels=("fine", "warning"))
    office = Office(tmp_path, with_columns(kind, keep=col("kind").equals("fine")))
    office.deliver("penalties.csv", "no,code,day,fine,kind\nA2,100,2023-05-01,1,caution")
    file = office.ingest().source("penalties").files[0]
    assert (file.out_of_scope, file.quarantined) == (0, 1)


def test_the_same_file_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", THREE)
    first = office.ingest()
    again = office.ingest(date(2024, 6, 30))
    assert again.unchanged
    assert again.snapshot == first.snapshot
    assert again.source("penalties").files[0].unchanged
    assert again.source("penalties").records == 3
    assert "nothing new" in again.to_table()


def test_a_file_that_stays_in_the_folder_is_not_read_again(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties-1.csv", THREE)
    office.ingest()
    office.deliver("penalties-2.csv", "no,code,day,fine\nB1,100,2023-08-01,5")
    files = {f.file: f for f in office.ingest().source("penalties").files}
    assert files["penalties-1.csv"].unchanged
    assert files["penalties-2.csv"].accepted == 1
    assert len(office.rows()) == 4


def test_the_same_records_in_another_file_are_duplicates(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", THREE)
    office.ingest()
    office.clear()
    office.deliver("penalties.csv", THREE + "\nA4,100,2023-08-01,1")
    file = office.ingest().source("penalties").files[0]
    assert (file.read, file.duplicates, file.accepted) == (4, 3, 1)
    assert [row["version"] for row in office.rows()] == [1, 1, 1, 1]


def test_equal_deliveries_give_equal_snapshots(tmp_path: Path) -> None:
    names = []
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        office = Office(tmp_path / place, source())
        office.deliver("penalties.csv", THREE)
        names.append(office.ingest().snapshot)
    assert names[0] == names[1]


def test_a_source_without_files_is_told_and_the_others_go_in(tmp_path: Path) -> None:
    office = Office(tmp_path, source(), source("complaints"))
    office.deliver("penalties.csv", THREE)
    account = office.ingest()
    assert account.messages() == ("complaints: no file complaints* in this delivery",)
    assert account.total("accepted") == 3
    assert office.rows("complaints") == []


def test_an_empty_file_is_told_and_the_others_go_in(tmp_path: Path) -> None:
    office = Office(tmp_path, source(), source("complaints"))
    office.deliver("penalties.csv", THREE)
    (office.folder / "complaints.csv").touch()
    (message,) = office.ingest().messages()
    assert message.startswith("empty file in complaints.csv: expected a header and records")


def test_a_header_without_records_is_a_delivery_of_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", "no,code,day,fine")
    account = office.ingest()
    assert account.messages() == ()
    assert account.source("penalties").records == 0


def test_a_missing_required_column_refuses_the_file_with_the_headings_found(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path, source(), source("complaints"))
    office.deliver("penalties.csv", "no,code,decided,fine\nA1,100,2023-05-01,20")
    office.deliver("complaints.csv", THREE)
    account = office.ingest()
    (refused,) = account.source("penalties").files
    assert refused.refusal == (
        "missing column in penalties.csv: expected day, got the headings no、code、decided、fine. "
        "Next: add the column or declare the heading it now has."
    )
    assert account.source("complaints").files[0].accepted == 3


def test_a_refused_file_is_read_once_it_was_corrected(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", "no,code,decided,fine\nA1,100,2023-05-01,20")
    office.ingest()
    office.deliver("penalties.csv", THREE)
    assert office.ingest().total("accepted") == 3


def test_a_folder_that_does_not_exist_is_the_callers_fault(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.folder.rmdir()
    with pytest.raises(YourInput, match="no delivery"):
        office.ingest()


def test_a_folder_without_a_named_file_is_the_callers_fault(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("others.csv", THREE)
    with pytest.raises(YourInput, match=r"files named penalties\*"):
        office.ingest()


def test_records_of_businesses_not_on_the_roster_are_kept_and_counted(tmp_path: Path) -> None:
    office = Office(tmp_path, source(), source("licences"), roster=("licences",))
    office.deliver("penalties.csv", THREE)
    office.deliver("licences.csv", "no,code,day,fine\nL1,100,2020-01-01,")
    count = office.ingest().source("penalties")
    assert (count.records, count.unlinked) == (3, 1)
    assert [row["entity_id"] for row in office.rows()] == ["100", "100", "200"]


def test_a_record_that_names_nobody_is_kept_without_a_business(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", "no,code,day,fine\nA1,不祥,2023-05-01,20")
    assert office.ingest().source("penalties").unnamed == 1
    assert [row["entity_id"] for row in office.rows()] == [None]


def test_city_wide_records_name_no_business(tmp_path: Path) -> None:
    weather = source(
        "weather",
        key=("day",),
        subject=CityWide(),
        columns=(column("day", Kind.DAY, required=True), column("heat", Kind.DECIMAL)),
    )
    office = Office(tmp_path, weather)
    office.deliver("weather.csv", "day,heat\n2023-05-01,21.5")
    office.ingest()
    assert only(office.rows("weather"), "entity_id", "event_key", "heat") == [
        (None, "2023-05-01", 21_500_000)
    ]


def test_personal_columns_are_checked_and_never_stored(tmp_path: Path) -> None:
    name = column("owner", Kind.TEXT, required=True, personal=True)
    office = Office(tmp_path, with_columns(name))
    office.deliver(
        "penalties.csv", "no,code,day,fine,owner\nA1,1,2023-05-01,20,张\nA2,1,2023-05-02,20,"
    )
    file = office.ingest().source("penalties").files[0]
    assert (file.accepted, file.quarantined) == (1, 1)
    assert "owner" not in office.rows()[0]
    batch = next((office.home / "records" / "batches").iterdir())
    assert "owner" not in read(batch / "penalties.parquet")[0]


def test_a_changed_contract_leaves_out_what_was_read_under_the_old_one(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", THREE)
    before = office.ingest()
    office.catalogue = town(with_columns(column("kind", Kind.TEXT)))
    after = office.ingest()
    assert after.total("accepted") == 3
    assert after.snapshot != before.snapshot
    assert len(office.rows()) == 3
    assert len(read(Snapshot.open(office.home, before.snapshot).source("penalties"))) == 3


def test_a_change_that_touches_no_source_reads_nothing_again(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", THREE)
    office.ingest()
    office.catalogue = town(source(), roster=("penalties",))
    account = office.ingest()
    assert account.source("penalties").files[0].unchanged
    assert account.businesses == 2


def test_single_records_pass_the_same_gate(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", THREE)
    office.ingest()
    rows = [
        {"no": "B1", "code": "100", "day": "2023-08-01", "fine": "7"},
        {"no": "B2", "code": "100", "day": "soon", "fine": None},
    ]
    account = submit(office.catalogue, office.home, "penalties", rows, date(2024, 2, 1))
    file = account.source("penalties").files[0]
    assert (file.read, file.accepted, file.quarantined) == (2, 1, 1)
    assert len(office.rows()) == 4


def test_single_records_of_an_unknown_source_are_refused(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    with pytest.raises(YourInput, match="rows of one of penalties"):
        submit(office.catalogue, office.home, "fines", [{"no": "1"}], date(2024, 2, 1))


def test_the_account_survives_being_written_down(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", THREE)
    account = office.ingest()
    assert Reconciliation.from_json(account.to_json()) == account


def test_the_account_reads_as_a_table(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", THREE)
    lines = office.ingest().to_table().splitlines()
    assert lines[2].split("  ")[0] == "source"
    assert lines[3].split() == ["penalties", "penalties.csv", "CSV,", "UTF-8", *"330000003"]
