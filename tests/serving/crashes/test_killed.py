"""A worker killed, the disk full, new scores: all under load, over HTTP.

`experiments/benchmarks/crashes.py` kills everything, two hundred times.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from features.builder import build
from features.durable import point
from serving.answers.answer import answer, subject_of
from serving.answers.edition import open_edition
from serving.batch import score_everyone
from serving.store.scores import CURRENT, Scores
from tests.features.worlds import spine_of
from tests.serving.crashes.found import found_at
from tests.serving.crashes.service import Service, service
from tests.serving.crashes.traffic import Traffic
from tests.serving.town import AS_OF_DAY, N, Town, settings_of
from tests.serving.where import Where

CLIENTS = 8


def workers_of(one: Service) -> set[int]:
    """The processes that answer: children of ours that import the application."""
    assert one.process is not None
    children = Path(f"/proc/{one.process.pid}/task/{one.process.pid}/children").read_text()
    return {
        int(pid)
        for pid in children.split()
        if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    }


@pytest.mark.slow
def test_killed_worker_costs_its_requests_under_way_and_is_replaced(
    the_town: Town, tmp_path: Path
) -> None:
    with Where.of(tmp_path) as where, service(the_town, where, workers=2) as one:
        before = workers_of(one)
        assert len(before) == 2
        traffic = Traffic(one.port, one.key())
        with traffic.flowing(CLIENTS):
            traffic.await_pushes(2 * CLIENTS)
            os.kill(min(before), signal.SIGKILL)
            killed = time.monotonic()
            while len(workers_of(one) - {min(before)}) < 2:
                assert time.monotonic() - killed < 15
                time.sleep(0.05)
            time.sleep(2)
        # A client has one request under way, and its next finds the other worker.
        assert traffic.lost <= CLIENTS
        assert set(traffic.statuses) <= {200, 503}
        found = found_at(where, traffic)
        assert found.is_whole, found


@dataclass(frozen=True)
class Editions:
    """Two sets of scores of one workspace, and what each answers."""

    names: tuple[str, str]
    answers: tuple[dict[str, bytes], dict[str, bytes]]


@pytest.fixture(name="both")
def two_editions(the_town: Town, tmp_path: Path) -> Iterator[tuple[Where, Editions]]:
    """A workspace with the town's scores, and those of a month before."""
    home = tmp_path / "home"
    for part in ("bundles", "features"):
        (home / part).parent.mkdir(exist_ok=True)
        (home / part).symlink_to(the_town.home / part)
    (home / "scores").mkdir()
    (home / "scores" / the_town.scores.name).symlink_to(the_town.scores.folder)
    pairs = [(f"TOWN-{i:03d}", AS_OF_DAY - 31) for i in range(1, N + 1)]
    matrix = build(the_town.catalogue, the_town.world.snapshot, spine_of(pairs), tmp_path / "built")
    args = (the_town.catalogue, the_town.world.snapshot, the_town.bundle, matrix)
    other = score_everyone(*args, home)
    names = (the_town.scores.name, other.name)
    settings = replace(settings_of(the_town), home=home)
    answers = []
    for name in names:
        edition = open_edition(settings, Scores.open(home, name), the_town.catalogue)
        everyone = [f"TOWN-{i:03d}" for i in range(1, N + 1)]
        answers.append(
            {one: answer(edition, subject_of(edition, one)).to_json("registry") for one in everyone}
        )
    with Where.of(home) as where:
        yield where, Editions(names, (answers[0], answers[1]))


@pytest.mark.slow
def test_new_scores_are_taken_up_under_load_without_an_error_or_a_mix(
    the_town: Town, both: tuple[Where, Editions]
) -> None:
    where, editions = both
    point(where.folder / "scores" / CURRENT, editions.names[0])
    with service(the_town, where, workers=2) as one:
        headers = {"authorization": f"Bearer {one.key()}"}
        stop = threading.Event()
        first, second = editions.answers

        def ask(place: int) -> Counter[str]:
            seen: Counter[str] = Counter()
            draw = random.Random(place)
            with httpx.Client(headers=headers, trust_env=False, timeout=30) as http:
                while not stop.is_set():
                    business = f"TOWN-{draw.randint(1, N):03d}"
                    url = f"http://127.0.0.1:{one.port}/v1/score"
                    told = http.post(url, json={"business_id": business})
                    if told.status_code != 200:
                        seen["error"] += 1
                    elif told.content not in (first[business], second[business]):
                        seen["mixed"] += 1
                    else:
                        seen["first" if told.content == first[business] else "second"] += 1
            return seen

        with ThreadPoolExecutor(CLIENTS) as threads:
            clients = [threads.submit(ask, place) for place in range(CLIENTS)]
            for turn in range(1, 7):
                time.sleep(0.5)
                point(where.folder / "scores" / CURRENT, editions.names[turn % 2])
            stop.set()
            seen = sum((client.result() for client in clients), Counter[str]())
    assert seen["error"] == seen["mixed"] == 0
    assert min(seen["first"], seen["second"]) > CLIENTS


@pytest.mark.slow
def test_full_disk_is_answered_503_and_recovered_from(the_town: Town, tmp_path: Path) -> None:
    """The limit on the size of files makes every write of the service fail."""
    with Where.of(tmp_path) as where, service(the_town, where) as one:
        assert one.process is not None
        traffic = Traffic(one.port, one.key())
        _, hard = resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE)
        with traffic.flowing(4):
            traffic.await_pushes(4)
            resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (8192, hard))
            time.sleep(1)
            resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
            back = time.monotonic()
            while not traffic.acknowledged_since(back):
                assert time.monotonic() - back < 10
                time.sleep(0.02)
            time.sleep(0.5)
        assert set(traffic.statuses) == {200, 503}
        assert traffic.refused_without_advice == traffic.lost == 0
        found = found_at(where, traffic)
        assert found.is_whole, found
