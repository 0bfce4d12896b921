"""What was pushed goes into the next snapshot as it counted before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from features.arrivals import Arrival, Arrivals
from features.ingest import quarantined
from features.ingest.pushed import judge
from features.ingest.run import submit
from features.records_of import records_of
from features.snapshot import Snapshot
from serving.database import Stores
from serving.inbox.collecting import collect
from serving.inbox.receipt import Receipt, RowFate
from serving.inbox.storage import Inbox, Pushed
from tests.features.ingest.town import Office, day, source

PENALTIES = source()
HELD = {"no": "A1", "code": "1", "day": "2023-05-01", "fine": "20"}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    one = Office(tmp_path, PENALTIES)
    submit(one.catalogue, one.home, "penalties", [HELD], date(2023, 6, 1))
    return one


@pytest.fixture
def inbox(office: Office) -> Inbox:
    return Inbox(Stores.of(office.home).inbox)


def keep(office: Office, inbox: Inbox, name: str, on: str, *rows: Mapping[str, str]) -> None:
    judged = judge(office.catalogue, PENALTIES, rows)
    received = day(on)
    told = [
        *(
            RowFate(one.place, "accepted", "now", "1", str(one.row["event_key"]))
            for one in judged.accepted
        ),
        *(RowFate(one.place, "held_back", "never") for one in judged.held_back),
    ]
    inbox.keep(
        Pushed(
            name, "market", f"key-{name}", "0" * 64, "penalties", received, rows,
            [Arrival("penalties", one.row, received, name) for one in judged.accepted],
            Receipt(name, "penalties", on, tuple(told)).to_json(),
        )
    )  # fmt: skip


def test_next_snapshot_holds_what_counted_since_the_push(office: Office, inbox: Inbox) -> None:
    keep(office, inbox, "R1", "2023-08-01", HELD | {"no": "A2"}, HELD | {"no": "A3"})
    keep(office, inbox, "R2", "2023-08-01", HELD | {"no": "A2", "fine": "30"})
    keep(office, inbox, "R3", "2023-08-02", HELD | {"fine": "40"}, HELD | {"no": "A2"})
    before = records_of(office.catalogue, Snapshot.current(office.home), "1")
    counted, _ = Arrivals(office.catalogue.jurisdiction).among(before, inbox.of("1"))
    accounts = collect(office.catalogue, office.home, inbox, None)
    after = records_of(office.catalogue, Snapshot.current(office.home), "1")
    assert list(after.own["penalties"]) == counted.own["penalties"]
    assert [a.total("accepted") + a.total("new_versions") for a in accounts] == [2, 1, 2]
    assert (inbox.waiting(), collect(office.catalogue, office.home, inbox, None)) == ((), ())


def test_faulty_row_waits_in_quarantine_for_its_correction(office: Office, inbox: Inbox) -> None:
    keep(office, inbox, "R1", "2023-08-01", HELD | {"no": "A9", "day": "soon"})
    collect(office.catalogue, office.home, inbox, None)
    (row,) = quarantined(office.home)
    assert (row.raw["no"], row.raw["day"], row.received_on) == ("A9", "soon", "2023-08-01")


def test_run_that_was_killed_before_it_told_the_inbox_delivers_nothing_twice(
    office: Office, inbox: Inbox
) -> None:
    keep(office, inbox, "R1", "2023-08-01", HELD | {"no": "A2"})
    rows = [{**row, "receipt": "R1"} for sent in inbox.waiting() for row in sent.rows]
    submit(office.catalogue, office.home, "penalties", rows, date(2023, 8, 1))
    held = Snapshot.current(office.home).name
    (account,) = collect(office.catalogue, office.home, inbox, None)
    assert account.unchanged
    assert Snapshot.current(office.home).name == held


def test_inbox_forgets_only_what_the_scores_in_force_hold(office: Office, inbox: Inbox) -> None:
    scored = Snapshot.current(office.home).name
    keep(office, inbox, "R1", "2023-08-01", HELD | {"no": "A2"})
    collect(office.catalogue, office.home, inbox, scored)
    assert len(inbox.of("1")) == 1  # the scores were made before
    collect(office.catalogue, office.home, inbox, Snapshot.current(office.home).name)
    assert inbox.of("1") == ()
    assert inbox.answered("market", "key-R1") is not None
