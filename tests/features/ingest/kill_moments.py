"""Ingests a second delivery over and over, killed (SIGKILL) at another moment each time.

    python -m tests.features.ingest.kill_moments FOLDER

FOLDER gets an office that took in one delivery. Each attempt works on a copy of
it in a process of its own and dies just before its n-th change to the file
system, or after a while, in the middle of what the engine writes. Prints, as JSON,
the snapshots before and after, and for each attempt which one a reader then found
whole and, every third time, which one the next run made.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from features.ingest import ingest
from features.snapshot import Snapshot
from tests.features.ingest.town import Office, source

_CHANGES = {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.link", "shutil.rmtree"}
_WRITING = os.O_WRONLY | os.O_RDWR
_WITHIN = 12  # moments within the work, beside those between changes
_AGAIN = 3  # every so manieth attempt is followed by a run that is left alone
SECOND = date(2024, 6, 30)


def take_in(office: Office, home: Path) -> None:
    ingest(office.catalogue, home, office.folder, SECOND)


def die_before(change: int) -> None:
    """Kill this process when it is about to change the file system for the n-th time."""
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        opened = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if event in _CHANGES or opened:
            seen += 1
            if seen == change:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def in_a_child(work: Callable[[], None], after: float | None = None) -> bool:
    """Do `work` in a child, killed `after` so many seconds; whether it came to its end."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def whole(home: Path) -> str:
    """The snapshot a reader finds, every byte of it checked."""
    snapshot = Snapshot.current(home)
    snapshot.verify()
    return snapshot.name


def main(folder: Path) -> None:
    office = Office(folder, source())
    office.deliver("penalties.csv", "no,code,day,fine\nA1,1,2023-05-01,20\nA2,2,2023-06-01,")
    in_a_child(lambda: take_in(office, office.home))
    office.deliver("penalties-2.csv", "no,code,day,fine\nA1,1,2023-05-01,30\nA3,3,soon,1")
    before, done, attempts = whole(office.home), folder / "done", []
    shutil.copytree(office.home, done)
    started = time.perf_counter()
    in_a_child(lambda: take_in(office, done))
    duration = time.perf_counter() - started

    def attempt(change: int, after: float | None) -> bool:
        home = folder / "attempt"
        shutil.copytree(office.home, home)

        def work() -> None:
            if after is None:
                die_before(change)
            take_in(office, home)

        finished = in_a_child(work, after)
        found = whole(home)
        if not finished:
            again = len(attempts) % _AGAIN == 0
            if again:
                in_a_child(lambda: take_in(office, home))
            attempts.append((found, whole(home) if again else None))
        shutil.rmtree(home)
        return finished

    for within in range(_WITHIN):
        attempt(0, duration * (within + 0.5) / _WITHIN)
    changes = 1
    while not attempt(changes, None):
        changes += 1
    print(json.dumps({"before": before, "after": whole(done), "attempts": attempts,
                      "changes": changes - 1}))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
