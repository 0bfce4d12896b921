"""Duplicates, corrections and contradictions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from features.contracts import Dates, Kind
from features.ingest import FileCount, quarantined
from features.ingest.zone import DAY_US
from tests.features.ingest.town import Office, column, day, only, source, with_columns

HEADER = "no,code,day,fine"
KNOWN = Dates(event="day", trust="exact", known="at", known_lag_days=5)


def stamped(folder: Path) -> Office:
    """Penalties whose department says when it knew."""
    return Office(folder, with_columns(column("at", Kind.INSTANT), dates=KNOWN))


def one(office: Office, text: str, received_on: str = "2024-01-31") -> FileCount:
    """The account of one further file."""
    office.clear()
    office.deliver(f"penalties-{received_on}.csv", text)
    (count,) = office.ingest(date.fromisoformat(received_on)).source("penalties").files
    return count


def versions(office: Office) -> list[tuple[object, ...]]:
    return only(office.rows(), "event_key", "version", "fine", "known_day", "superseded_day")


def test_the_same_row_twice_in_one_file_is_a_duplicate(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    count = one(office, f"{HEADER}\nA1,1,2023-05-01,20\nA1,1,2023/5/1,20.00")
    assert (count.accepted, count.duplicates) == (1, 1)


def test_a_correction_is_known_from_the_day_it_was_received(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    one(office, f"{HEADER}\nA1,1,2023-05-01,20", "2023-06-01")
    count = one(office, f"{HEADER}\nA1,1,2023-05-01,30", "2023-07-01")
    assert (count.accepted, count.new_versions) == (0, 1)
    assert versions(office) == [
        ("A1", 1, 2000, day("2023-05-01"), day("2023-07-01")),
        ("A1", 2, 3000, day("2023-07-01"), None),
    ]


def test_a_correction_is_known_from_when_the_department_says(tmp_path: Path) -> None:
    office = stamped(tmp_path)
    one(office, f"{HEADER},at\nA1,1,2023-05-01,20,2023-05-02 08:00:00", "2023-08-01")
    one(office, f"{HEADER},at\nA1,1,2023-05-01,30,2023-06-02 08:00:00", "2023-08-02")
    assert versions(office) == [
        ("A1", 1, 2000, day("2023-05-02"), day("2023-06-02")),
        ("A1", 2, 3000, day("2023-06-02"), None),
    ]


def test_a_correction_under_the_old_date_is_known_from_the_day_it_was_received(
    tmp_path: Path,
) -> None:
    office = stamped(tmp_path)
    one(office, f"{HEADER},at\nA1,1,2023-05-01,20,2023-05-02 08:00:00", "2023-08-01")
    one(office, f"{HEADER},at\nA1,1,2023-05-01,30,2023-05-02 08:00:00", "2023-08-02")
    assert versions(office)[1][2:4] == (3000, day("2023-08-02"))


def test_versions_in_one_file_follow_what_the_department_says(tmp_path: Path) -> None:
    office = stamped(tmp_path)
    count = one(
        office,
        f"""
        {HEADER},at
        A1,1,2023-05-01,30,2023-06-02 08:00:00
        A1,1,2023-05-01,20,2023-05-02 08:00:00
        """,
    )
    assert (count.accepted, count.new_versions) == (1, 1)
    assert versions(office) == [
        ("A1", 1, 2000, day("2023-05-02"), day("2023-06-02")),
        ("A1", 2, 3000, day("2023-06-02"), None),
    ]


def test_a_row_without_a_known_date_is_the_first_of_its_versions(tmp_path: Path) -> None:
    office = stamped(tmp_path)
    one(
        office,
        f"{HEADER},at\nA1,1,2023-05-01,30,2023-06-02 08:00:00\nA1,1,2023-05-01,20,",
    )
    assert versions(office) == [
        ("A1", 1, 2000, day("2023-05-06"), day("2023-06-02")),
        ("A1", 2, 3000, day("2023-06-02"), None),
    ]


def test_two_rows_of_one_delivery_that_contradict_each_other_are_both_held_back(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path, source())
    count = one(office, f"{HEADER}\nA1,1,2023-05-01,20\nA2,1,2023-05-01,1\nA1,1,2023-05-01,30")
    assert (count.accepted, count.quarantined) == (1, 2)
    rows = quarantined(office.home)
    assert [(r.row, r.raw["fine"], r.faults[0].rule) for r in rows] == [
        (2, "20", "contradiction"),
        (4, "30", "contradiction"),
    ]
    assert rows[0].faults[0].column == "no"


def test_rows_in_two_files_of_one_delivery_may_contradict_each_other(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties-1.csv", f"{HEADER}\nA1,1,2023-05-01,20")
    office.deliver("penalties-2.csv", f"{HEADER}\nA1,1,2023-05-01,30")
    assert office.ingest().total("quarantined") == 2


def test_what_the_department_dates_earlier_than_what_is_held_is_outdated(tmp_path: Path) -> None:
    office = stamped(tmp_path)
    one(office, f"{HEADER},at\nA1,1,2023-05-01,20,2023-06-02 08:00:00", "2023-08-01")
    count = one(office, f"{HEADER},at\nA1,1,2023-05-01,30,2023-05-02 08:00:00", "2023-08-02")
    assert count.quarantined == 1
    (row,) = quarantined(office.home)
    assert str(row.faults[0]) == "no: a later version of the record with this key is already held"


def test_an_old_version_delivered_again_is_a_duplicate(tmp_path: Path) -> None:
    office = stamped(tmp_path)
    old = "A1,1,2023-05-01,20,2023-05-02 08:00:00"
    one(office, f"{HEADER},at\n{old}", "2023-08-01")
    one(office, f"{HEADER},at\nA1,1,2023-05-01,30,2023-06-02 08:00:00", "2023-08-02")
    count = one(office, f"{HEADER},at\n{old}\nA2,1,2023-05-01,1,", "2023-08-03")
    assert (count.duplicates, count.accepted) == (1, 1)


def test_a_correction_taken_back_is_a_third_version(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    one(office, f"{HEADER}\nA1,1,2023-05-01,20", "2023-06-01")
    one(office, f"{HEADER}\nA1,1,2023-05-01,30", "2023-07-01")
    one(office, f"{HEADER}\nA1,1,2023-05-01,20\nA2,1,2023-05-01,1", "2023-08-01")
    assert [row[1:3] for row in versions(office) if row[0] == "A1"] == [
        (1, 2000),
        (2, 3000),
        (3, 2000),
    ]


def test_two_corrections_received_on_one_day_leave_the_last(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    one(office, f"{HEADER}\nA1,1,2023-05-01,20", "2023-06-01")
    one(office, f"{HEADER}\nA1,1,2023-05-01,30", "2023-07-01")
    one(office, f"{HEADER}\nA1,1,2023-05-01,40\n", "2023-07-01")
    assert [row[2:] for row in versions(office)] == [
        (2000, day("2023-05-01"), day("2023-07-01")),
        (3000, day("2023-07-01"), day("2023-07-01")),
        (4000, day("2023-07-01"), None),
    ]


def test_a_corrected_business_is_a_new_version(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    one(office, f"{HEADER}\nA1,1,2023-05-01,20", "2023-06-01")
    one(office, f"{HEADER}\nA1,2,2023-05-01,20", "2023-07-01")
    assert only(office.rows(), "entity_id", "version") == [("1", 1), ("2", 2)]


def test_a_change_in_a_personal_column_leaves_no_trace(tmp_path: Path) -> None:
    owner = column("owner", Kind.TEXT, personal=True)
    office = Office(tmp_path, with_columns(owner))
    one(office, f"{HEADER},owner\nA1,1,2023-05-01,20,甲", "2023-06-01")
    count = one(office, f"{HEADER},owner\nA1,1,2023-05-01,20,乙", "2023-07-01")
    assert count.duplicates == 1


def test_record_numbers_follow_event_then_knowledge_then_key(tmp_path: Path) -> None:
    office = stamped(tmp_path)
    one(
        office,
        f"""
        {HEADER},at
        B,1,2023-05-02,1,2023-05-03 08:00:00
        D,1,2023-05-01,1,2023-05-09 08:00:00
        C,1,2023-05-01,1,2023-05-03 08:00:00
        A,1,2023-05-01,1,2023-05-03 08:00:00
        """,
    )
    assert only(office.rows(), "event_key", "record_no") == [("A", 1), ("C", 2), ("D", 3), ("B", 4)]


def test_businesses_follow_their_ids_and_what_names_none_comes_last(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver(
        "penalties.csv",
        f"{HEADER}\nA,b,2023-05-01,1\nB,,2023-01-01,1\nC,a,2023-06-01,1\nD,b,2023-04-01,1",
    )
    office.ingest()
    assert only(office.rows(), "entity_id", "event_key", "record_no") == [
        ("a", "C", 1), ("b", "D", 2), ("b", "A", 3), (None, "B", 4),
    ]  # fmt: skip


def test_without_a_moment_a_record_is_known_from_the_beginning_of_its_day(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    one(office, f"{HEADER}\nA1,1,1970-01-02,20", "2023-06-01")
    one(office, f"{HEADER}\nA1,1,1970-01-02,30", "2023-07-01")
    eight_hours = 8 * 3_600_000_000
    assert only(office.rows(), "known_us") == [
        (DAY_US - eight_hours,), (day("2023-07-01") * DAY_US - eight_hours,),
    ]  # fmt: skip
