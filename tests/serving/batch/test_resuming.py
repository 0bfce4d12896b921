"""A scoring run that is killed goes on where it stopped, to the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from serving.batch import explain_everyone, score_everyone
from serving.store.scores import MANIFEST, Scores
from tests.serving.town import N, Town, town

_BLOCK = 10  # rows: the town has five blocks
# Scores the town into a folder, in small blocks; says what it begins; and kills itself a
# few milliseconds after a given number of beginnings.
_RUN = """
import os, signal, sys, threading, time
from pathlib import Path
from features.builder import Matrix
from features.catalogue import load_catalogue
from features.snapshot import Snapshot
from serving.batch import engines, explain_everyone, score_everyone
from serving.bundle.folder import load_bundle
from tests.serving.bundles import TRUSTED

what, declared, name, snapshot, matrix, bundle, out, at, after = sys.argv[1:]
engines.ROWS = int(os.environ["BLOCK"])
told = 0
def kill():
    time.sleep(float(after))
    os.kill(os.getpid(), signal.SIGKILL)
def progress(stage, done, total):
    global told
    print(stage, done, total, flush=True)
    told += 1
    if told == int(at):
        threading.Thread(target=kill).start() if float(after) else kill()
parts = Snapshot(name, Path(snapshot)), load_bundle(Path(bundle), TRUSTED), Matrix(Path(matrix))
if what == "scores":
    score_everyone(load_catalogue(declared), *parts, Path(out), progress)
else:
    explain_everyone(*parts, Path(out), progress)
"""


@dataclass(frozen=True)
class Run:
    """What one run began, and whether it was killed."""

    began: list[tuple[str, int, int]]
    was_killed: bool


def command(one: Town, out: Path, what: str, at: int = 0, after: float = 0.0) -> list[str]:
    snapshot = one.world.snapshot
    given = (
        what, one.catalogue.folder, snapshot.name, snapshot.folder, one.matrix.folder,
        one.home / "bundles" / one.bundle.name, out, at, after,
    )  # fmt: skip
    return [sys.executable, "-c", _RUN, *map(str, given)]


ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "BLOCK": str(_BLOCK)}


def run(one: Town, out: Path, what: str, at: int, after: float = 0.0) -> Run:
    done = subprocess.run(
        command(one, out, what, at, after), env=ENVIRONMENT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    began = [(stage, int(place), int(total)) for stage, place, total in lines]
    return Run(began, done.returncode != 0)


@pytest.fixture(scope="module", name="town")
def the_town() -> Town:
    return town()


@pytest.mark.slow
def test_run_killed_again_and_again_does_nothing_twice_and_ends_in_the_same_bytes(
    town: Town, tmp_path: Path
) -> None:
    """Killed at some beginnings at once, at others within the work that began."""
    begun: dict[str, int] = {}
    killed = 0
    while True:
        one = run(town, tmp_path, "scores", at=6, after=(0.0, 0.004, 0.02)[killed % 3])
        assert not (one.was_killed and Scores.current(tmp_path))
        for stage, place, total in one.began:
            # The last that a killed run began is begun again; what is before it is not.
            kind = "scores" if stage == "scores" else "store"
            if place < total:
                assert place >= begun.get(kind, 0)
                begun[kind] = place
        if not one.was_killed:
            break
        killed += 1
    assert killed >= 3
    there = Scores.current(tmp_path)
    assert there is not None
    assert there.manifest == town.scores.manifest
    names = sorted(path.name for path in town.scores.folder.iterdir())
    assert sorted(path.name for path in there.folder.iterdir()) == names
    for name in names:
        assert (there.folder / name).read_bytes() == (town.scores.folder / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "scores").iterdir()) == sorted(
        [there.name, "CURRENT"]
    )


@pytest.mark.slow
def test_contributions_of_a_killed_run_are_not_shared_out_again(town: Town, tmp_path: Path) -> None:
    assert run(town, tmp_path, "contributions", at=3).was_killed
    rest = run(town, tmp_path, "contributions", at=0)
    assert rest.began[0] == ("contributions", 2 * _BLOCK, N)
    file = explain_everyone(town.world.snapshot, town.bundle, town.matrix, tmp_path / "whole")
    (there,) = (tmp_path / "points").glob("*/points.parquet")
    assert there.read_bytes() == file.read_bytes()


@pytest.mark.slow
def test_two_runs_at_once_publish_one_set_of_scores(town: Town, tmp_path: Path) -> None:
    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command(town, tmp_path, "scores"), env=ENVIRONMENT, stdout=subprocess.DEVNULL
        )

    both = [started(), started()]
    assert [one.wait() for one in both] == [0, 0]
    scores = Scores.current(tmp_path)
    assert scores is not None
    scores.verify()
    assert scores.manifest == town.scores.manifest


def test_an_error_leaves_nothing_for_the_next_run(town: Town, tmp_path: Path) -> None:
    def fail(stage: str, _done: int, _total: int) -> None:
        if stage == "links":
            raise ValueError("to blame")

    args = (town.catalogue, town.world.snapshot, town.bundle, town.matrix, tmp_path)
    with pytest.raises(ValueError, match="to blame"):
        score_everyone(*args, fail)
    assert list((tmp_path / "scores").iterdir()) == []
    assert (score_everyone(*args).folder / MANIFEST).is_file()
