"""What was answered is kept, whole, whatever happens next."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from serving.inbox.receipt import Receipt
from serving.inbox.storage import Inbox, InboxUnavailable, Pushed

WRITER = """
import sys
from pathlib import Path
from tests.serving.inbox.test_storage import push
from serving.inbox.storage import Inbox
inbox = Inbox(Path(sys.argv[1]))
for number in range(100_000):
    inbox.keep(push(f"{sys.argv[2]}-{number}"))
    print(number, flush=True)
"""


def push(name: str) -> Pushed:
    rows = [{"no": name, "part": str(n)} for n in range(3)]
    return Pushed(name, "market", name, "0" * 64, "penalties", 1, rows, [],
                  Receipt(name, "penalties", "2023-08-01", ()).to_json())  # fmt: skip


def test_push_of_one_name_is_kept_once(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox.sqlite")
    first = inbox.keep(push("A"))
    assert inbox.keep(push("A")) == first
    assert [sent.receipt for sent in inbox.waiting()] == ["A"]


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    Inbox(tmp_path / "inbox.sqlite")
    assert (tmp_path / "inbox.sqlite").stat().st_mode & 0o077 == 0


def test_a_full_disk_keeps_nothing_and_holds_up_nobody_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "inbox.sqlite"
    inbox = Inbox(path)
    inbox.keep(push("A"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
        with pytest.raises(InboxUnavailable):
            inbox.keep(push("B"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    other = Inbox(path)
    assert [sent.receipt for sent in other.waiting()] == ["A"]
    other.keep(push("C"))
    inbox.keep(push("B"))
    assert {sent.receipt for sent in other.waiting()} == {"A", "B", "C"}


@pytest.mark.slow
def test_writer_killed_at_any_moment_loses_no_answered_push_and_leaves_none_in_part(
    tmp_path: Path,
) -> None:
    path = tmp_path / "inbox.sqlite"
    told: set[str] = set()
    for run in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(run)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(1 + 7 * run):
                told.add(f"{run}-{writer.stdout.readline().strip()}")
            os.kill(writer.pid, signal.SIGKILL)
            told |= {f"{run}-{line.strip()}" for line in writer.stdout if line.endswith("\n")}
    kept = {sent.receipt: len(sent.rows) for sent in Inbox(path).waiting()}
    assert told <= set(kept)
    assert set(kept.values()) == {3}
