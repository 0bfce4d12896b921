"""Old numbers and earlier names, looked up in the registration as of the record's day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from features.business import LinkedBy
from features.contracts import ByCode, ByName, Dates, Kind, Registered, Source
from features.ingest import decide, mentions
from features.linkage.decision import LinkDecision
from features.snapshot import Snapshot
from features.subject_faults import subject_faults
from tests.features.ingest.town import TOWN, Office, column, day, source
from tests.features.tables import parsed

A, B, C, D = (
    "91330200711192037M", "91330282671205242Y", "91330000733796106P", "91330100799655058B",
)  # fmt: skip
OLD_A, OLD_B = "110108012660422", "110108002734659"
# 晨禾 was A's name until A became 云栖 on 1 March 2021; B took it on 1 September 2022.
# C is a shop that closed; D opened under C's name later.
REGISTER = f"""
code,old,name,born,gone,told
{A},{OLD_A},镇上晨禾贸易有限公司,2015-01-01,,2015-01-02
{A},{OLD_A},镇上云栖贸易有限公司,2015-01-01,,2021-03-02
{B},{OLD_B},镇上远山贸易有限公司,2018-01-01,,2018-01-02
{B},{OLD_B},镇上晨禾贸易有限公司,2018-01-01,,2022-09-02
{C},,镇上小满饭店,2016-01-01,,2016-01-02
{C},,镇上小满饭店,2016-01-01,2019-06-30,2019-07-01
{D},,镇上小满饭店,2020-05-01,,2020-05-02
"""
CHANGES = f"""
no,code,before,after,on
甲,{A},镇上晨禾贸易有限公司,镇上云栖贸易有限公司,2021-03-01
乙,{B},镇上远山贸易有限公司,镇上晨禾贸易有限公司,2022-09-01
"""
WHO = {"A": A, "B": B, "C": C, "D": D}

BY_NAME = """
  day        | name in the record              | whose | how             | because
  -------------------------------------------------------------------------------------------
  2020-06-01 | 镇上晨禾贸易有限公司            | A     | registered_name | it was A's name
  2021-02-28 | 镇上晨禾贸易有限公司            | A     | registered_name | its last day
  2023-01-01 | 镇上晨禾贸易有限公司            | B     | registered_name | B took it since
  2022-09-01 | 镇上晨禾贸易有限公司            | B     | registered_name | from the first day on
  2021-03-01 | 镇上云栖贸易有限公司            | A     | registered_name | A's new name
  2020-06-01 | 鎮上晨禾貿易有限責任公司        | A     | registered_name | spelled otherwise
  2020-06-01 | 镇上云栖贸易有限公司            | -     | -               | nobody's name yet
  2018-06-01 | 镇上小满饭店                    | C     | registered_name | C's while it was open
  2021-06-01 | 镇上小满饭店                    | D     | registered_name | C was gone, D had come
  2019-10-01 | 镇上小满饭店                    | -     | -               | nobody's between the two
"""
BY_NUMBER = f"""
  day        | number in the record            | whose | how             | because
  -------------------------------------------------------------------------------------------
  2014-06-01 | x{OLD_A}                  | A     | number          | only A ever had it
  2024-06-01 | x{OLD_B}                  | B     | number          | it stays B's with the code
  2020-06-01 | x711192037                      | A     | number          | the code contains it
  2020-06-01 | x110108000000016                | -     | -               | nobody had it
"""


def register() -> Source:
    return Source(
        name="register", department="market", title=TOWN, legal_basis="none", files="register*",
        key=("code",), subject=ByCode("code"),
        dates=Dates(event="born", known="told", trust="exact"),
        columns=(
            *(column(name, Kind.TEXT) for name in ("code", "old", "name")),
            *(column(name, Kind.DAY) for name in ("born", "gone", "told")),
        ),
        profile={"name": "name", "closed_on": "gone"},
        registered=Registered("name", numbers=("old",)),
    )  # fmt: skip


def changes() -> Source:
    return Source(
        name="changes", department="market", title=TOWN, legal_basis="none", files="changes*",
        key=("no",), subject=ByCode("code"),
        dates=Dates(event="on", known_lag_days=3, trust="exact"),
        columns=(
            *(column(name, Kind.TEXT) for name in ("no", "code", "before", "after")),
            column("on", Kind.DAY),
        ),
        registered=Registered("after", former="before"),
    )  # fmt: skip


def office(folder: Path, records: str, **more: object) -> Office:
    plain = source(subject=ByCode("code", name=ByName("name")))
    fines = replace(plain, columns=(*plain.columns, column("name", Kind.TEXT)))
    made = Office(folder, register(), changes(), replace(fines, **more), identity="uscc",
                  roster=("register",))  # type: ignore[arg-type]  # a source's fields  # fmt: skip
    made.deliver("register.csv", REGISTER)
    made.deliver("changes.csv", CHANGES)
    made.deliver("penalties.csv", "no,code,name,day,fine\n" + records)
    return made


def whose(made: Office) -> list[tuple[str, str]]:
    """Of each record in the order of its number: A, B … or -, and how that was found."""
    names = {code: letter for letter, code in WHO.items()}
    rows = sorted(made.rows(), key=lambda row: int(str(row["no"])))
    return [
        (names.get(str(row["entity_id"]), "-"),
         LinkedBy(int(str(row["linked_by"]))).name.lower() if row["linked_by"] else "-")
        for row in rows
    ]  # fmt: skip


def expected(table: str) -> list[tuple[str, str]]:
    return [(str(row["whose"] or "-"), str(row["how"] or "-")) for row in parsed(table)]


def iso(of: object) -> str:
    assert isinstance(of, int)
    return date.fromordinal(date(1970, 1, 1).toordinal() + of).isoformat()


def test_a_name_means_who_alone_had_it_on_the_day_of_the_record(tmp_path: Path) -> None:
    rows = parsed(BY_NAME)
    lines = [f"{i},,{row['name in the record']},{iso(row['day'])},1" for i, row in enumerate(rows)]
    made = office(tmp_path, "\n".join(lines))
    account = made.ingest()
    assert whose(made) == expected(BY_NAME)
    assert account.source("penalties").by_name == 8
    assert {row["link_probability"] for row in made.rows()} == {None}


def test_an_old_number_means_who_had_it(tmp_path: Path) -> None:
    rows = parsed(BY_NUMBER)
    lines = [
        f"{i},{str(row['number in the record'])[1:]},,{iso(row['day'])},1"
        for i, row in enumerate(rows)
    ]
    made = office(tmp_path, "\n".join(lines))
    account = made.ingest()
    assert whose(made) == expected(BY_NUMBER)
    [file] = account.source("penalties").files
    assert (file.by_code, file.by_name, file.unlinked) == (3, 0, 1)


def test_a_number_that_two_had_in_turn_means_who_had_it_on_the_day(tmp_path: Path) -> None:
    made = office(tmp_path, f"1,{OLD_A},,2016-06-01,1\n2,{OLD_A},,2020-06-01,1")
    made.deliver(
        "register.csv",
        f"""
        code,old,name,born,gone,told
        {A},{OLD_A},镇上晨禾贸易有限公司,2015-01-01,,2015-01-02
        {A},,镇上晨禾贸易有限公司,2015-01-01,,2018-01-01
        {B},{OLD_A},镇上远山贸易有限公司,2019-01-01,,2019-01-02
        """,
    )
    made.ingest()
    assert whose(made) == [("A", "number"), ("B", "number")]


def test_a_number_that_two_have_at_once_means_neither_and_the_name_decides(tmp_path: Path) -> None:
    made = office(tmp_path, f"1,{OLD_A},,2020-06-01,1\n2,{OLD_A},镇上远山贸易有限公司,2020-06-01,1")
    made.deliver(
        "register.csv",
        f"""
        code,old,name,born,gone,told
        {A},{OLD_A},镇上晨禾贸易有限公司,2015-01-01,,2015-01-02
        {B},{OLD_A},镇上远山贸易有限公司,2015-01-01,,2015-01-02
        """,
    )
    made.ingest()
    assert whose(made) == [("-", "-"), ("B", "registered_name")]


def test_without_records_of_changes_versions_of_the_register_say_it(tmp_path: Path) -> None:
    made = office(tmp_path, "1,,镇上晨禾贸易有限公司,2020-06-01,1\n"
                  "2,,镇上晨禾贸易有限公司,2023-01-01,1")  # fmt: skip
    (made.folder / "changes.csv").unlink()
    made.ingest()
    assert whose(made) == [("A", "registered_name"), ("B", "registered_name")]


def test_two_businesses_that_had_one_name_on_one_day_wait_for_a_person(tmp_path: Path) -> None:
    made = office(tmp_path, "1,,镇上晨禾贸易有限公司,2020-06-01,1")
    made.deliver(
        "register.csv",
        f"""
        code,old,name,born,gone,told
        {C},,镇上晨禾贸易有限公司,2015-01-01,,2015-01-02
        {D},,镇上晨禾贸易有限公司,2016-01-01,,2016-01-02
        """,
    )
    (made.folder / "changes.csv").unlink()
    account = made.ingest()
    assert whose(made) == [("-", "-")]
    assert account.source("penalties").for_review == 1


def test_a_likeness_to_a_name_that_came_later_links_nothing(tmp_path: Path) -> None:
    """Not quite 云栖贸易, which A is called from 2021 on: nobody's name in 2019."""
    lines = "1,,镇上云栖商贸贸易有限公司,2019-06-01,1\n2,,镇上云栖商贸贸易有限公司,2021-06-01,1"
    like = ByCode("code", name=ByName("name", link_at=0.05, review_at=0.01, lead=1.0))
    made = office(tmp_path, lines, subject=like)
    made.ingest()
    assert whose(made) == [("-", "-"), ("A", "likeness")]


def test_a_record_counts_once_the_registration_was_known_to_say_whose_it_is(
    tmp_path: Path,
) -> None:
    """B is called so from 1 September 2022; its registration tells it on the 2nd."""
    made = office(tmp_path, f"1,,镇上晨禾贸易有限公司,2022-09-01,1\n2,{OLD_A},,2014-06-01,1")
    made.ingest()
    known = {row["no"]: row["known_day"] for row in made.rows()}
    assert known == {"1": day("2022-09-02"), "2": day("2015-01-02")}


def test_a_later_change_of_name_leaves_records_known_when_they_were(tmp_path: Path) -> None:
    """That A was called 晨禾 was known from 2015 on, not only when A gave the name up."""
    made = office(tmp_path, "1,,镇上晨禾贸易有限公司,2020-06-01,1")
    made.ingest()
    [row] = made.rows()
    assert (row["entity_id"], row["known_day"]) == (A, day("2020-06-01"))


def test_what_the_registration_says_can_be_refused_and_stays_so(tmp_path: Path) -> None:
    made = office(tmp_path, "1,,镇上晨禾贸易有限公司,2020-06-01,1\n"
                  "2,,镇上晨禾贸易有限公司,2023-01-01,1")  # fmt: skip
    made.ingest()
    told = mentions(Snapshot.current(made.home), state="linked")
    assert {(one.entity_id, one.linked_by, one.records) for one in told} == {
        (A, LinkedBy.REGISTERED_NAME, 1), (B, LinkedBy.REGISTERED_NAME, 1),
    }  # fmt: skip
    decide(made.catalogue, made.home, [LinkDecision(told[0].id, A, False, "2024-03-01", "x")])
    assert whose(made) == [("-", "-"), ("B", "registered_name")]


@pytest.mark.parametrize(
    "changed",
    [
        {"registered": Registered("nobody's column")},
        {"registered": Registered("born")},
        {"registered": Registered("name"), "columns": (column("name", Kind.TEXT, personal=True),)},
        {"subject": ByName("name")},
    ],
)
def test_a_registration_that_cannot_say_it_is_a_fault(changed: dict[str, object]) -> None:
    assert list(subject_faults(replace(register(), **changed)))  # type: ignore[arg-type]  # fields
    assert not list(subject_faults(register()))
