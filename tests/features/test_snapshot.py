"""Snapshots: named by content, never half, any of them openable."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from features.errors import OurBug, YourInput
from features.snapshot import Snapshot, SnapshotManifest, sha256_of
from tests.features.ingest.town import Office, day, only, read, source

FIRST = "no,code,day,fine\nA1,100,2023-05-01,20"
SECOND = "no,code,day,fine\nA1,100,2023-05-01,30\nA2,100,2023-06-01,1"


def office(folder: Path) -> Office:
    """Penalties, delivered twice."""
    opened = Office(folder, source(), source("licences"), roster=("licences",))
    opened.deliver("licences.csv", "no,code,day,fine\nL1,100,2020-01-01,")
    opened.deliver("penalties.csv", FIRST)
    opened.ingest(date(2023, 7, 1))
    opened.deliver("penalties.csv", SECOND)
    opened.ingest(date(2023, 8, 1))
    return opened


def test_any_earlier_snapshot_can_be_opened(tmp_path: Path) -> None:
    opened = office(tmp_path)
    now = Snapshot.current(opened.home)
    names = {path.name for path in now.folder.parent.iterdir()}
    assert len(names) == 2
    (before,) = names - {now.name}
    earlier = Snapshot.open(opened.home, before[:8])
    assert only(read(earlier.source("penalties")), "event_key", "fine") == [("A1", 2000)]
    assert len(read(now.source("penalties"))) == 3


def test_a_snapshot_is_named_by_its_manifest_and_that_by_its_files(tmp_path: Path) -> None:
    snapshot = Snapshot.current(office(tmp_path).home)
    manifest = snapshot.manifest
    assert sha256_of(snapshot.folder / "manifest.json") == snapshot.name
    assert SnapshotManifest.from_bytes(manifest.to_bytes()) == manifest
    assert manifest.sources["penalties"].sha256 == sha256_of(snapshot.source("penalties"))
    assert manifest.sources["penalties"].rows == 3
    assert manifest.businesses == 1
    assert [d.received_on for d in manifest.deliveries] == ["2023-07-01"] * 2 + ["2023-08-01"]
    assert len(manifest.batches) == 2


def test_a_source_without_new_records_is_the_same_file(tmp_path: Path) -> None:
    opened = office(tmp_path)
    now = Snapshot.current(opened.home)
    hashes = {sha256_of(path / "licences.parquet") for path in now.folder.parent.iterdir()}
    assert hashes == {now.manifest.sources["licences"].sha256}


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    snapshot = Snapshot.current(office(tmp_path).home)
    snapshot.verify()
    with snapshot.source("penalties").open("ab") as file:
        file.write(b"x")
    with pytest.raises(OurBug, match=r"changed files penalties\.parquet"):
        snapshot.verify()


def test_a_changed_manifest_is_refused(tmp_path: Path) -> None:
    opened = office(tmp_path)
    snapshot = Snapshot.current(opened.home)
    path = snapshot.folder / "manifest.json"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(OurBug, match="was changed"):
        Snapshot.current(opened.home)


def test_a_workspace_without_records_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(YourInput, match="Next: "):
        Snapshot.current(tmp_path)


@pytest.mark.parametrize("name", ["", "0123abcd", "../snapshots"])
def test_a_name_that_no_snapshot_has_is_refused(tmp_path: Path, name: str) -> None:
    opened = office(tmp_path)
    with pytest.raises(YourInput, match="unknown snapshot"):
        Snapshot.open(opened.home, name)


def test_a_source_nobody_delivered_is_an_empty_file_of_the_right_form(tmp_path: Path) -> None:
    opened = Office(tmp_path, source(), source("licences"))
    opened.deliver("penalties.csv", FIRST)
    opened.ingest()
    snapshot = Snapshot.current(opened.home)
    with duckdb.connect() as connection:
        full, empty = (
            connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            for path in (snapshot.source("penalties"), snapshot.source("licences"))
        )
    assert full == empty


# Counts calls into the operating system that make something durable or visible, and
# dies as hard as a process can just before or just after the chosen one.
_DIE = """
import os, signal, sys
from datetime import date
from pathlib import Path
from features.ingest import ingest
from tests.features.ingest.town import source, town
home, folder, wanted, when = sys.argv[1:]
calls = 0
def dying(call):
    def counted(*arguments, **named):
        global calls
        calls += 1
        if calls == int(wanted) and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = call(*arguments, **named)
        if calls == int(wanted) and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return counted
for name in ("fsync", "rename", "replace"):
    setattr(os, name, dying(getattr(os, name)))
catalogue = town(source(), source("licences"), roster=("licences",))
ingest(catalogue, Path(home), Path(folder), date(2023, 8, 1))
print(calls)
"""


def run(opened: Office, wanted: int, when: str) -> subprocess.CompletedProcess[str]:
    """Ingest in a process of its own that dies at the wanted call."""
    arguments = [str(opened.home), str(opened.folder), str(wanted), when]
    return subprocess.run(
        [sys.executable, "-c", _DIE, *arguments],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip


def first_delivery(folder: Path) -> tuple[Office, str]:
    """A town whose first delivery is in, and the second one waiting."""
    opened = Office(folder, source(), source("licences"), roster=("licences",))
    opened.deliver("licences.csv", "no,code,day,fine\nL1,100,2020-01-01,")
    opened.deliver("penalties.csv", FIRST)
    name = opened.ingest(date(2023, 7, 1)).snapshot
    opened.deliver("penalties.csv", SECOND)
    return opened, name


def assert_old_or_new(opened: Office, old: str) -> None:
    """The current snapshot is whole, and it is the old or the new one."""
    snapshot = Snapshot.current(opened.home)
    snapshot.verify()
    rows = read(snapshot.source("penalties"))
    if snapshot.name == old:
        assert only(rows, "event_key", "version", "fine") == [("A1", 1, 2000)]
    else:
        assert only(rows, "event_key", "version", "fine", "known_day") == [
            ("A1", 1, 2000, day("2023-05-01")),
            ("A1", 2, 3000, day("2023-08-01")),
            ("A2", 1, 100, day("2023-06-01")),
        ]


@pytest.mark.slow
def test_a_process_killed_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    opened, old = first_delivery(tmp_path)
    seen = set()
    wanted = 1
    while True:
        finished = run(opened, wanted, "before" if wanted % 2 else "after")
        assert_old_or_new(opened, old)
        seen.add(Snapshot.current(opened.home).name == old)
        if finished.returncode == 0:
            break
        assert finished.returncode == -signal.SIGKILL, finished.stderr
        wanted += 1
    assert wanted > 10
    assert seen == {True, False}
    assert list(opened.home.rglob(".building-*")) == []


def test_a_killed_ingest_is_completed_by_the_next(tmp_path: Path) -> None:
    opened, old = first_delivery(tmp_path)
    killed = run(opened, 6, "after")
    assert killed.returncode == -signal.SIGKILL
    assert Snapshot.current(opened.home).name == old
    account = opened.ingest(date(2023, 8, 1))
    assert (account.total("new_versions"), account.total("accepted")) == (1, 1)
    assert_old_or_new(opened, old)
    assert list((opened.home / "records").glob(".building-*")) == []
