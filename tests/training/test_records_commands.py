"""``xinheng records`` as a person uses it, on a town of one source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from features.errors import YourInput
from tests.features.ingest.town import Office, source
from training.cli.place import Place
from training.cli.records import records

Run = Callable[..., str]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office that took in one delivery and then a correction of it."""
    office = Office(tmp_path, source())
    office.deliver("penalties.csv", "no,code,day,fine\nA1,100,2023-05-01,20\nA2,200,soon,1")
    office.ingest()
    office.deliver("penalties-2.csv", "no,code,day,fine\nA1,100,2023-05-01,30")
    office.ingest()
    return office


@pytest.fixture
def run(office: Office) -> Run:
    """Run a command there; what it prints, or the error it ends with."""
    place = Place("town", office.home)
    vars(place)["catalogue"] = office.catalogue  # where the cached property keeps it

    def run(*arguments: str, **variables: str) -> str:
        done = CliRunner(env={"COLUMNS": "200", **variables}).invoke(records, arguments, obj=place)
        if isinstance(done.exception, YourInput):
            raise done.exception
        assert done.exit_code == 0, done.output + repr(done.exception)
        return done.stdout

    return run


def names(run: Run) -> list[str]:
    return re.findall(r"\b[0-9a-f]{16}\b", run("snapshots"))


def test_every_snapshot_is_listed_and_the_first_can_still_be_read(run: Run) -> None:
    first, second = names(run)
    (current,) = [line for line in run("snapshots").splitlines() if "current" in line]
    assert second in current
    assert "1" in run("list", "--snapshot", first)
    then = [json.loads(line) for line in run("show", "penalties", "--snapshot", first).splitlines()]
    now = [json.loads(line) for line in run("show", "penalties").splitlines()]
    assert [(row["version"], row["fine"]) for row in then] == [(1, 2000)]
    assert [(row["version"], row["fine"]) for row in now] == [(1, 2000), (2, 3000)]


def test_records_of_one_business_are_shown(run: Run) -> None:
    assert len(run("show", "penalties", "--business", "100").splitlines()) == 2
    assert run("show", "penalties", "--business", "999") == ""
    # The town has no roster, so nobody is on it.
    assert len(run("show", "penalties", "--unlinked").splitlines()) == 2


def test_the_account_of_an_earlier_delivery_can_be_read_again(run: Run) -> None:
    first, _ = names(run)
    (line,) = [li for li in run("account", "--snapshot", first).splitlines() if ".csv" in li]
    assert line.split() == [
        "penalties",
        "penalties.csv",
        "CSV,",
        "UTF-8",
        "2",
        *("1", "0", "0", "1", "0"),
        *("0", "0", "1"),  # by code, by name, not linked: the town has no roster
    ]


def test_rows_held_back_are_counted_by_reason(run: Run, office: Office) -> None:
    rows = "".join(f"\nB{n},300,soon,{fine}" for n, fine in enumerate(["1", "much", "2"]))
    office.deliver("penalties-3.csv", f"no,code,day,fine{rows}")
    office.ingest()
    shown = run("rejected", "--limit", "0")
    lines = [[cell.strip() for cell in line.split("│")] for line in shown.splitlines()]
    reasons = [cells[1:4] for cells in lines if len(cells) == 5]
    assert reasons == [
        ["penalties", "day: the text is not a day, such as 2026-11-24", "4"],
        ["penalties", "fine: the text is not an amount, such as 1234.50", "1"],
    ]


def test_a_held_back_row_is_shown_as_it_was_delivered_when_asked_for(run: Run) -> None:
    assert "soon" not in run("rejected")
    (row,) = [json.loads(line) for line in run("rejected", "--verbatim").splitlines()]
    assert row["delivered"] == {"no": "A2", "code": "200", "day": "soon", "fine": "1"}
    assert (row["source"], row["file"], row["row"]) == ("penalties", "penalties.csv", 3)
    assert row["faults"] == ["day: the text is not a day, such as 2026-11-24"]


def test_a_held_back_row_is_listed_and_corrected(run: Run) -> None:
    shown = run("rejected")
    # A narrow terminal breaks cells over several lines.
    lines = [line.split("│") for line in shown.splitlines() if line.count("│") == 6]
    assert "day: the text is not a day, such as 2026-11-24" in " ".join(
        cells[-2].strip() for cells in lines
    )
    ids = "".join(cells[1].strip() for cells in lines)
    (identity,) = re.findall(r"penalties:[0-9a-f]{12}:\d+", ids)
    run("correct", identity, "day=2023-06-01")
    assert "0 rows held back" in run("rejected")


def test_an_unknown_source_or_snapshot_is_the_callers_fault(run: Run) -> None:
    with pytest.raises(YourInput, match="expected penalties, got fines"):
        run("show", "fines")
    with pytest.raises(YourInput, match="unknown snapshot"):
        run("list", "--snapshot", "ffff")


def test_tables_are_pulled_with_the_address_in_the_environment(
    run: Run, office: Office, tmp_path: Path
) -> None:
    address = f"sqlite:///{tmp_path / 'exchange.db'}"
    with sa.create_engine(address).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE cf (no TEXT, code TEXT, day TEXT, fine REAL)")
        connection.exec_driver_sql("INSERT INTO cf VALUES ('T1', '300', '2023-08-01', 1.5)")
    shown = run("pull", "penalties=cf", XINHENG_DATABASE=address)
    assert "sqlite table cf" in shown
    assert len(office.rows()) == 3
