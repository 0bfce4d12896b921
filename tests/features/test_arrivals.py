"""Pushed records among a business's own are what the next snapshot makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.arrivals import Arrival, Arrivals
from features.business import BusinessRecords
from features.contracts import (
    Dates,
    Exclusion,
    Finality,
    Kind,
    Remedy,
    Source,
    Term,
    UseRule,
)
from features.errors import YourInput
from features.expressions import Row, col
from features.ingest.pushed import judge
from features.ingest.run import submit
from features.records_of import records_of
from features.snapshot import Snapshot
from tests.features.ingest.town import TOWN, Office, column, day, only, source, with_columns

HEADER = "no,code,day,fine"
HELD = {"no": "A1", "code": "1", "day": "2023-05-01", "fine": "20"}
PLAIN = source()
STAMPED = with_columns(
    column("at", Kind.INSTANT),
    dates=Dates(
        event="day", trust="exact", known="at", known_lag_days=5,
        use=(UseRule("", (Term(TOWN, 12),), "law"),),
        finality=Finality("when_final", "strict", (Remedy(TOWN, "law", days=60),), "law"),
    ),
    never=(Exclusion(col("fine") > 2_500, TOWN, "law"),),
)  # fmt: skip
RECEIVED = date(2023, 8, 2)


def arrivals(office: Office, rows: Sequence[Mapping[str, str]]) -> list[Arrival]:
    kind = office.catalogue.jurisdiction.sources[0]
    judged = judge(office.catalogue, kind, rows)
    return [Arrival(kind.name, one.row, day(RECEIVED.isoformat()), "R1") for one in judged.accepted]


def held(office: Office) -> BusinessRecords:
    return records_of(office.catalogue, Snapshot.current(office.home), "1")


def put_among(office: Office, rows: Sequence[Mapping[str, str]]) -> tuple[list[Row], int | None]:
    merged, latest = Arrivals(office.catalogue.jurisdiction).among(
        held(office), arrivals(office, rows)
    )
    return list(merged.own["penalties"]), latest


def office_with(folder: Path, kind: Source, *rows: Mapping[str, str]) -> Office:
    office = Office(folder, kind)
    submit(office.catalogue, office.home, "penalties", rows, date(2023, 6, 1))
    return office


def test_new_record_stands_in_the_order_of_events(tmp_path: Path) -> None:
    office = office_with(tmp_path, PLAIN, HELD)
    rows, latest = put_among(office, [HELD | {"no": "A2", "day": "2023-04-30"}])
    assert only(rows, "event_key", "record_no", "version") == [("A2", 1, 1), ("A1", 2, 1)]
    assert latest == day("2023-04-30")


def test_correction_supersedes_on_the_day_it_arrives(tmp_path: Path) -> None:
    office = office_with(tmp_path, PLAIN, HELD)
    rows, latest = put_among(office, [HELD | {"fine": "30"}])
    assert only(rows, "version", "fine", "known_day", "superseded_day") == [
        (1, 2000, day("2023-05-01"), day("2023-08-02")),
        (2, 3000, day("2023-08-02"), None),
    ]
    assert latest == day("2023-08-02")


def test_record_that_is_held_already_changes_nothing(tmp_path: Path) -> None:
    office = office_with(tmp_path, PLAIN, HELD)
    rows, latest = put_among(office, [HELD])
    assert (rows, latest) == (list(held(office).own["penalties"]), None)


def test_faulty_row_is_held_back_with_all_its_faults_and_good_ones_go_in(tmp_path: Path) -> None:
    office = office_with(tmp_path, PLAIN, HELD)
    rows = [HELD | {"no": "A2"}, HELD | {"no": "A3", "day": "soon", "fine": "much"}]
    judged = judge(office.catalogue, PLAIN, rows)
    assert [one.place for one in judged.accepted] == [0]
    (faulty,) = judged.held_back
    assert faulty.place == 1
    assert [(fault.column, fault.rule) for fault in faulty.faults] == [
        ("day", "unreadable"),
        ("fine", "unreadable"),
    ]


def test_rows_without_the_headings_that_identify_them_are_refused(tmp_path: Path) -> None:
    office = office_with(tmp_path, PLAIN, HELD)
    with pytest.raises(YourInput, match="unreadable records in source penalties"):
        judge(office.catalogue, PLAIN, [{"fine": "20"}])


ROWS = st.lists(
    st.fixed_dictionaries({
        "no": st.sampled_from(["A1", "A2"]),
        "code": st.just("1"),
        "day": st.sampled_from(["2023-05-01", "2023-05-02"]),
        "fine": st.sampled_from(["20", "30", "20.00"]),
        "at": st.sampled_from(["", "2023-05-03 08:00:00", "2023-06-03 08:00:00", "2023-08-02"]),
    }),
    min_size=1, max_size=3,
)  # fmt: skip


def test_correction_that_moves_the_event_is_compared_with_the_last_version(
    tmp_path: Path,
) -> None:
    """Rows stand by event day, so the last of them need not be the last version."""
    office = office_with(tmp_path, PLAIN, HELD | {"day": "2023-05-02"})
    submit(office.catalogue, office.home, "penalties", [HELD], date(2023, 6, 2))
    rows, _ = put_among(office, [HELD | {"day": "2023-05-02"}])
    assert sorted(only(rows, "version", "event_day")) == [
        (1, day("2023-05-02")), (2, day("2023-05-01")), (3, day("2023-05-02")),
    ]  # fmt: skip


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.booleans(), st.lists(ROWS, min_size=1, max_size=2), ROWS)
def test_what_arrives_is_what_the_next_snapshot_holds(
    stamped: bool, before: list[list[dict[str, str]]], rows: list[dict[str, str]]
) -> None:
    with TemporaryDirectory() as folder:
        office = Office(Path(folder), STAMPED if stamped else PLAIN)
        for number, delivered in enumerate(before):
            received = date(2023, 6, 1 + number)
            submit(office.catalogue, office.home, "penalties", delivered, received)
        found, _ = put_among(office, rows)
        # A heading of its own: the very same file as before would be no delivery at all.
        named = [row | {"receipt": "R1"} for row in rows]
        submit(office.catalogue, office.home, "penalties", named, RECEIVED)
        assert found == list(held(office).own["penalties"])
