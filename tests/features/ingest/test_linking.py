"""Records without a code: linked by name, reviewed, decided, unlinked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from features.builder import build
from features.contracts import ByCode, ByName, Count, Dates, Kind, Source, Term, UseRule
from features.errors import YourInput
from features.ingest import decide, mentions, submit
from features.linkage.decision import LinkDecision
from features.snapshot import Snapshot
from features.subject_faults import subject_faults
from tests.features.ingest.town import TOWN, Office, column, day, only, source
from tests.features.small_city import feature
from tests.features.worlds import spine_of

A, B, C = "91330200711192037M", "91330282671205242Y", "91330000733796106P"
REGISTER = f"""
code,name,day
{A},镇上晨禾贸易有限公司,2020-01-01
{B},镇上云栖餐饮服务有限公司,2020-01-01
{C},镇上云栖餐饮服务有限公司,2023-06-01
"""
FOR_A_YEAR = (UseRule("", (Term(TOWN, 12),), "none"),)
NAMED = """
no,code,name,day,fine
1,,镇上晨禾贸易有限责任公司,2021-05-01,100
2,,镇上云栖餐饮服务有限公司,2021-05-01,100
3,,镇上无人知晓科技有限公司,2021-05-01,100
4,91330200711192037M,别的名字,2021-05-01,100
"""


def register(**more: object) -> Source:
    return Source(
        name="register", department="market", title=TOWN, legal_basis="none", files="register*",
        key=("code",), subject=ByCode("code"), dates=Dates(event="day", trust="exact"),
        columns=(column("code", Kind.TEXT), column("name", Kind.TEXT), column("day", Kind.DAY)),
        profile={"name": "name"},
    )  # fmt: skip


def fines(**changes: object) -> Source:
    plain = source(subject=ByCode("code", name=ByName("name")))
    columns = (*plain.columns, column("name", Kind.TEXT))
    return source(**{"subject": plain.subject, "columns": columns, **changes})


def office(tmp_path: Path, **changes: object) -> Office:
    made = Office(tmp_path, register(), fines(**changes), identity="uscc", roster=("register",))
    made.deliver("register.csv", REGISTER)
    made.deliver("penalties.csv", NAMED)
    return made


def linked(made: Office) -> dict[object, object]:
    return dict(only(made.rows(), "no", "entity_id"))


def mention_of(made: Office, no: str) -> str:
    name = next(row["name"] for row in made.rows() if row["no"] == no)
    return next(m.id for m in mentions(Snapshot.current(made.home)) if m.name == name)


def test_a_record_without_a_code_is_linked_by_its_name_with_a_probability(tmp_path: Path) -> None:
    made = office(tmp_path)
    account = made.ingest()
    assert linked(made)["1"] == A
    sure = {row["no"]: row["link_probability"] for row in made.rows()}
    assert 980_000 <= int(str(sure["1"])) <= 1_000_000
    assert account.source("penalties").by_name == 1


def test_a_code_decides_whatever_the_name_says(tmp_path: Path) -> None:
    made = office(tmp_path)
    made.ingest()
    row = next(row for row in made.rows() if row["no"] == "4")
    assert (row["entity_id"], row["link_probability"]) == (A, None)


def test_two_businesses_of_one_name_wait_for_a_person(tmp_path: Path) -> None:
    made = office(tmp_path)
    account = made.ingest()
    assert linked(made)["2"] is None
    assert account.source("penalties").for_review == 1
    assert [m.name for m in mentions(Snapshot.current(made.home), state="review")] == [
        "镇上云栖餐饮服务有限公司"
    ]


def test_each_file_says_how_its_records_are_linked(tmp_path: Path) -> None:
    [file] = office(tmp_path).ingest().source("penalties").files
    assert (file.accepted, file.by_code, file.by_name, file.unlinked) == (4, 1, 1, 2)


def test_the_same_deliveries_make_the_same_snapshot(tmp_path: Path) -> None:
    names = set()
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        names.add(office(tmp_path / folder).ingest().snapshot)
    assert len(names) == 1


def test_a_link_is_known_once_both_record_and_name_were(tmp_path: Path) -> None:
    made = Office(tmp_path, register(), fines(), identity="uscc", roster=("register",))
    made.deliver("register.csv", f"code,name,day\n{C},镇上云栖餐饮服务有限公司,2023-06-01")
    made.deliver("penalties.csv", NAMED)
    made.ingest()
    row = next(row for row in made.rows() if row["no"] == "2")
    assert (row["entity_id"], row["known_day"]) == (C, day("2023-06-01"))
    assert row["event_day"] == day("2021-05-01")


def test_a_confirmed_pair_is_linked_from_the_day_of_the_decision(tmp_path: Path) -> None:
    made = office(tmp_path)
    made.ingest()
    decision = LinkDecision(mention_of(made, "2"), B, True, "2024-03-01", "a person")
    decide(made.catalogue, made.home, [decision])
    row = next(row for row in made.rows() if row["no"] == "2")
    assert (row["entity_id"], row["known_day"]) == (B, day("2024-03-01"))


def test_a_refused_pair_is_unlinked_and_stays_so_in_later_deliveries(tmp_path: Path) -> None:
    made = office(tmp_path)
    before = made.ingest().snapshot
    decision = LinkDecision(mention_of(made, "1"), A, False, "2024-03-01", "a person")
    decide(made.catalogue, made.home, [decision])
    assert linked(made)["1"] is None
    row = {"no": "5", "name": "镇上晨禾贸易有限责任公司", "day": "2024-03-02", "code": None}
    submit(made.catalogue, made.home, "penalties", [row], date(2024, 3, 2))
    assert linked(made)["5"] is None
    made.deliver("register-2.csv", f"code,name,day\n{C[:-1]}X,镇上新来商贸有限公司,2024-01-01")
    made.ingest(date(2024, 3, 3))
    assert (linked(made)["1"], linked(made)["5"]) == (None, None)
    earlier = Snapshot.open(made.home, before)
    earlier.verify()
    assert [m.state for m in mentions(earlier) if m.name == row["name"]] == ["linked"]


def test_a_record_pushed_later_is_linked_without_scoring_what_is_known(tmp_path: Path) -> None:
    made = office(tmp_path)
    made.ingest()
    row = {"no": "5", "name": "晨禾贸易有限公司(镇上)", "day": "2024-03-02", "code": None}
    submit(made.catalogue, made.home, "penalties", [row], date(2024, 3, 2))
    at_once = Office(tmp_path / "home", register(), fines(), identity="uscc", roster=("register",))
    at_once.deliver("register.csv", REGISTER)
    lines = NAMED + "5,,晨禾贸易有限公司(镇上),2024-03-02,\n"
    at_once.deliver("penalties.csv", lines)
    at_once.ingest()
    said = list(mentions(Snapshot.current(made.home)))
    assert said == list(mentions(Snapshot.current(at_once.home)))


@pytest.mark.parametrize(
    ("mention", "business", "on"),
    [("penalties:0", A, "2024-03-01"), ("", B[:-1], "2024-03-01"), ("", B, "yesterday")],
)
def test_a_decision_about_nobody_is_refused(
    tmp_path: Path, mention: str, business: str, on: str
) -> None:
    made = office(tmp_path)
    made.ingest()
    given = mention or mention_of(made, "2")
    with pytest.raises(YourInput):
        decide(made.catalogue, made.home, [LinkDecision(given, business, True, on, "x")])


def test_text_that_is_no_code_is_dropped_with_a_warning_where_a_name_stands(
    tmp_path: Path,
) -> None:
    made = office(tmp_path)
    made.deliver(
        "penalties.csv",
        """
        no,code,name,day,fine
        1,11010519491231002X,镇上晨禾贸易有限公司,2021-05-01,1
        2,111111111111111111,镇上晨禾贸易有限公司,2021-05-01,1
        3,none of these,镇上晨禾贸易有限公司,2021-05-01,1
        """,
    )
    account = made.ingest()
    assert set(linked(made).values()) == {A}
    assert account.total("warnings") == 3
    assert account.total("quarantined") == 0


def test_the_first_column_that_holds_an_identifier_decides(tmp_path: Path) -> None:
    columns = (*fines().columns, column("old", Kind.TEXT))
    made = office(tmp_path, subject=ByCode("code", also=("old",)), columns=columns)
    made.deliver(
        "penalties.csv", f"no,code,old,name,day,fine\n1,,{B},x,2021-05-01,1\n2,?,,x,2021-05-01,1"
    )
    made.ingest()
    assert linked(made) == {"1": B, "2": None}


def test_an_old_number_that_nobody_is_known_by_yields_to_the_name(tmp_path: Path) -> None:
    made = office(tmp_path)
    made.deliver(
        "penalties.csv",
        "no,code,name,day,fine\n1,110108012660422,镇上晨禾贸易有限公司,2021-05-01,1",
    )
    made.ingest()
    assert linked(made)["1"] == A


def test_records_without_any_date_count_from_the_day_first_received(tmp_path: Path) -> None:
    dates = Dates(event=None, trust="none", undated="received")
    columns = (column("name", Kind.TEXT),)
    made = office(tmp_path, dates=dates, key=("name",), subject=ByName("name"), columns=columns)
    made.deliver("penalties.csv", "name,\n镇上晨禾贸易有限公司,")
    made.ingest(date(2024, 1, 31))
    made.clear()
    lines = "name,\n镇上晨禾贸易有限公司,\n别家,"
    made.deliver("penalties-2.csv", lines)
    account = made.ingest(date(2024, 2, 28))
    assert account.total("duplicates") == 1
    days = {row["name"]: (row["event_day"], row["known_day"]) for row in made.rows()}
    assert days == {
        "镇上晨禾贸易有限公司": (day("2024-01-31"),) * 2,
        "别家": (day("2024-02-28"),) * 2,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"dates": Dates(event=None, trust="none")},
        {"dates": Dates(event="day", trust="x", undated="received", use=FOR_A_YEAR)},
        {"subject": ByName("name", link_at=0.4)},
        {"subject": ByName("name", lead=0.5)},
        {"columns": (column("name", Kind.TEXT, personal=True),), "subject": ByName("name")},
    ],
)
def test_contradictory_words_about_the_subject_are_faults(changes: dict[str, object]) -> None:
    assert list(subject_faults(fines(**changes)))
    assert not list(subject_faults(fines()))


def test_unlinking_takes_the_record_out_of_the_features(tmp_path: Path) -> None:
    made = office(tmp_path)
    made.ingest()
    counting = replace(
        made.catalogue.jurisdiction,
        features=(feature("penalty_count", "penalties", Count()),),
        groups={"R03": TOWN},
    )
    catalogue = replace(made.catalogue, jurisdiction=counting)
    spine = spine_of([(A, day("2024-06-30"))])

    def count() -> list[object]:
        matrix = build(catalogue, Snapshot.current(made.home), spine, made.home)
        found: list[object] = matrix.read()["penalty_count"].to_pylist()
        return found

    assert count() == [2]
    decision = LinkDecision(mention_of(made, "1"), A, False, "2024-03-01", "a person")
    decide(made.catalogue, made.home, [decision])
    assert count() == [1]
