"""Who exists, since when, and what was known about them when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from features.contracts import Dates, Kind, Source
from features.profiles import NEVER
from features.snapshot import Snapshot
from tests.features.ingest.town import Cell, Office, column, day, only, read, source

DATES = Dates(event="day", trust="exact", known="known", retracted="annulled")


def roster(source_name: str, /, **profile: str) -> Source:
    """A roster source that gives the profile fields named."""
    return source(
        source_name,
        dates=DATES,
        columns=(
            column("no", Kind.TEXT),
            column("code", Kind.TEXT),
            column("day", Kind.DAY),
            column("known", Kind.DAY),
            column("annulled", Kind.DAY),
            column("title", Kind.TEXT),
            column("area", Kind.CODE, labels=("east", "west")),
            column("north", Kind.DECIMAL),
            column("east", Kind.DECIMAL),
        ),
        profile=profile,
    )


HEADER = "no,code,day,known,annulled,title,area,north,east"
REGISTER = roster(
    "register", name="title", district="area", latitude="north", longitude="east",
    established_on="day",
)  # fmt: skip


def history(office: Office, *names: str) -> list[tuple[Cell, ...]]:
    rows = read(Snapshot.current(office.home).profiles)
    return only(rows, "entity_id", *names, "from_day", "to_day")


def test_a_business_exists_from_the_day_it_was_known(tmp_path: Path) -> None:
    office = Office(tmp_path, REGISTER, roster=("register",))
    office.deliver("register.csv", f"{HEADER}\nR1,100,2020-01-01,2020-01-05,,甲,east,29.5,121.5")
    assert office.ingest().businesses == 1
    fields = ("name", "district", "latitude", "longitude", "established_day", "closed_day")
    assert history(office, *fields) == [
        ("100", "甲", "east", 29.5, 121.5, day("2020-01-01"), None, day("2020-01-05"), NEVER)
    ]


def test_a_change_begins_a_new_period(tmp_path: Path) -> None:
    office = Office(tmp_path, REGISTER, roster=("register",))
    office.deliver(
        "register.csv",
        f"""
        {HEADER}
        R1,100,2020-01-01,2020-01-05,,甲,east,,
        R1,100,2020-01-01,2021-01-05,,甲,west,,
        """,
    )
    office.ingest()
    assert history(office, "district") == [
        ("100", "east", day("2020-01-05"), day("2021-01-05")),
        ("100", "west", day("2021-01-05"), NEVER),
    ]


def test_a_renewal_that_changes_nothing_continues_the_period(tmp_path: Path) -> None:
    register = roster("register", name="title")
    office = Office(tmp_path, register, roster=("register",))
    office.deliver(
        "register.csv",
        f"{HEADER}\nR1,100,2020-01-01,2020-01-05,,甲,,,\nR2,100,2022-01-01,2022-01-05,,甲,,,",
    )
    office.ingest()
    assert history(office, "name") == [("100", "甲", day("2020-01-05"), NEVER)]


def test_each_field_comes_from_the_best_source_that_knows_it(tmp_path: Path) -> None:
    licences = roster("licences", name="title", district="area")
    register = roster("register", name="title", district="area")
    office = Office(tmp_path, licences, register, roster=("register", "licences"))
    office.deliver("register.csv", f"{HEADER}\nR1,100,2021-01-01,2021-01-05,,甲,,,")
    office.deliver("licences.csv", f"{HEADER}\nL1,100,2020-01-01,2020-01-05,,甲店,west,,")
    office.ingest()
    assert history(office, "name", "district") == [
        ("100", "甲店", "west", day("2020-01-05"), day("2021-01-05")),
        ("100", "甲", "west", day("2021-01-05"), NEVER),
    ]


def test_an_annulled_record_gives_way_to_the_one_before(tmp_path: Path) -> None:
    office = Office(tmp_path, roster("register", name="title"), roster=("register",))
    office.deliver(
        "register.csv",
        f"""
        {HEADER}
        R1,100,2020-01-01,2020-01-05,,甲,,,
        R2,100,2021-01-01,2021-01-05,2021-03-01,乙,,,
        """,
    )
    office.ingest()
    assert history(office, "name") == [
        ("100", "甲", day("2020-01-05"), day("2021-01-05")),
        ("100", "乙", day("2021-01-05"), day("2021-03-01")),
        ("100", "甲", day("2021-03-01"), NEVER),
    ]


def test_a_business_whose_only_record_is_annulled_is_known_no_more(tmp_path: Path) -> None:
    office = Office(tmp_path, roster("register", name="title"), roster=("register",))
    office.deliver("register.csv", f"{HEADER}\nR1,100,2020-01-01,2020-01-05,2020-02-01,甲,,,")
    office.ingest()
    assert history(office) == [("100", day("2020-01-05"), day("2020-02-01"))]


def test_a_correction_received_later_changes_nothing_before(tmp_path: Path) -> None:
    register = roster("register", name="title")
    office = Office(tmp_path, register, roster=("register",))
    office.deliver("register-1.csv", f"{HEADER}\nR1,100,2020-01-01,2020-01-05,,甲,,,")
    office.ingest(date(2020, 2, 1))
    office.clear()
    office.deliver("register-2.csv", f"{HEADER}\nR1,100,2020-01-01,2020-01-05,,甲乙,,,")
    office.ingest(date(2020, 3, 1))
    assert history(office, "name") == [
        ("100", "甲", day("2020-01-05"), day("2020-03-01")),
        ("100", "甲乙", day("2020-03-01"), NEVER),
    ]


def test_a_city_without_a_roster_has_no_businesses(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", "no,code,day,fine\nA1,100,2023-05-01,20")
    assert office.ingest().businesses == 0
    assert history(office) == []


def test_an_organisation_code_names_the_business_that_contains_it(tmp_path: Path) -> None:
    register = roster("register", name="title")
    office = Office(tmp_path, register, source("penalties"), roster=("register",), identity="uscc")
    code = "91330200711192037M"
    office.deliver("register.csv", f"{HEADER}\nR1,{code},2020-01-01,2020-01-05,,甲,,,")
    office.deliver(
        "penalties.csv",
        f"""
        no,code,day,fine
        A1,{code.lower()},2023-05-01,1
        A2,71119203-7,2023-05-02,1
        A3,330200711192037,2023-05-03,1
        A4,110108012660422,2023-05-04,1
        """,
    )
    account = office.ingest()
    assert only(office.rows(), "event_key", "entity_id") == [
        ("A4", "110108012660422"),
        ("A1", code),
        ("A2", code),
        ("A3", code),
    ]
    assert account.source("penalties").unlinked == 1


def test_an_identifier_of_no_form_is_held_back_and_a_failed_check_warned_of(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path, source(), identity="uscc")
    office.deliver(
        "penalties.csv",
        """
        no,code,day,fine
        A1,91350211M0000XUF46,2023-05-01,1
        A2,somebody,2023-05-02,1
        A3,,2023-05-03,1
        """,
    )
    file = office.ingest().source("penalties").files[0]
    assert (file.accepted, file.quarantined, file.warnings) == (2, 1, 1)
