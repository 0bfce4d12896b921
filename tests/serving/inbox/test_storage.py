"""What was answered is kept, whole, whatever happens next."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from features.arrivals import Arrival
from serving.database import Unavailable
from serving.inbox.receipt import Receipt
from serving.inbox.storage import Inbox, Pushed
from tests.serving.where import Where

WRITER = """
import sys
from pathlib import Path
from tests.serving.inbox.test_storage import push
from serving.inbox import Inbox
from tests.serving.where import Where
inbox = Inbox(Where(Path(sys.argv[1]), sys.argv[3]).stores().inbox)
for number in range(100_000):
    inbox.keep(push(f"{sys.argv[2]}-{number}"))
    print(number, flush=True)
"""


def push(name: str) -> Pushed:
    rows = [{"no": name, "part": str(n)} for n in range(3)]
    return Pushed(name, "market", name, "0" * 64, "penalties", 1, rows, [],
                  Receipt(name, "penalties", "2023-08-01", ()).to_json())  # fmt: skip


def inbox_at(where: Where) -> Inbox:
    return Inbox(where.stores().inbox)


def test_push_of_one_name_is_kept_once(where: Where) -> None:
    inbox, other = inbox_at(where), inbox_at(where)
    first = inbox.keep(push("A"))
    assert other.keep(replace(push("A"), receipt="B")) == first
    assert [sent.receipt for sent in inbox.waiting()] == ["A"]


def test_pushes_of_one_name_at_once_are_answered_alike_and_kept_once(where: Where) -> None:
    inboxes = [inbox_at(where) for _ in range(4)]
    pushes = [replace(push(f"A{n}"), key="A") for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda inbox, one: inbox.keep(one), inboxes, pushes))
    assert len(set(told)) == 1
    assert len(inboxes[0].waiting()) == 1


def test_records_count_for_other_processes_within_a_second_and_for_the_own_at_once(
    where: Where,
) -> None:
    inbox, other = inbox_at(where), inbox_at(where)
    assert (inbox.last, other.last, other.of("B-1")) == (0, 0, ())
    arrived = [Arrival("penalties", {"entity_id": "B-1", "n": n}, 1, "A") for n in range(2)]
    inbox.keep(replace(push("A"), arrivals=arrived))
    assert (inbox.last, inbox.of("B-1")) == (2, tuple(arrived))
    until = time.monotonic() + 1
    while other.last < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert (other.last, other.of("B-1", last=1)) == (2, tuple(arrived[:1]))
    assert other.of("B-2") == ()


def test_numbers_of_what_was_forgotten_are_not_used_again(where: Where) -> None:
    inbox = inbox_at(where)
    inbox.keep(replace(push("A"), arrivals=[Arrival("penalties", {"entity_id": "B-1"}, 1, "A")]))
    inbox.collected(["A"])
    assert len(inbox.of("B-1")) == 1
    inbox.forget()
    assert inbox.of("B-1") == ()
    inbox.keep(replace(push("B"), arrivals=[Arrival("penalties", {"entity_id": "B-1"}, 2, "B")]))
    assert inbox.last == 2
    assert [one.receipt for one in inbox.of("B-1")] == ["B"]
    assert inbox.of("B-1", last=1) == ()


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    inbox_at(Where(tmp_path)).waiting()
    (file,) = (tmp_path / "inbox").glob("*.sqlite")
    assert file.stat().st_mode & 0o077 == 0


def test_a_full_disk_keeps_nothing_and_holds_up_nobody_afterwards(tmp_path: Path) -> None:
    where = Where(tmp_path)
    inbox = inbox_at(where)
    inbox.keep(push("A"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
        with pytest.raises(Unavailable):
            inbox.keep(push("B"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    other = inbox_at(where)
    assert [sent.receipt for sent in other.waiting()] == ["A"]
    other.keep(push("C"))
    inbox.keep(push("B"))
    assert {sent.receipt for sent in other.waiting()} == {"A", "B", "C"}


@pytest.mark.slow
def test_writer_killed_at_any_moment_loses_no_answered_push_and_leaves_none_in_part(
    where: Where,
) -> None:
    told: set[str] = set()
    for run in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(where.folder), str(run), where.address],
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            assert writer.stdout is not None
            for _ in range(1 + 7 * run):
                told.add(f"{run}-{writer.stdout.readline().strip()}")
            os.kill(writer.pid, signal.SIGKILL)
            told |= {f"{run}-{line.strip()}" for line in writer.stdout if line.endswith("\n")}
    kept = {sent.receipt: len(sent.rows) for sent in inbox_at(where).waiting()}
    assert told <= set(kept)
    assert set(kept.values()) == {3}
