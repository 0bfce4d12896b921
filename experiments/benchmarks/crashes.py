"""SIGKILL of everything in the middle of writes, again and again; what was lost is counted.

    python -m experiments.benchmarks.crashes --kills 200
    python -m experiments.benchmarks.crashes --kills 200 --stores postgresql

Two processes of the service on the town of the tests (the application behind guard and
recorder, under uvicorn, with keys and the audit log on) share its stores; eight clients
push records and ask for scores without pause. At a random moment every process is
killed (with ``postgresql`` the database server and all its processes too), the stores
are compared with all that was acknowledged since, and the service is started again on
what it left. The processes are forked from one that has imported everything and
verified the bundle, so that a start costs no half a minute; it never opens a store.
`tests/serving/crashes` kills the service as it is started in earnest, a few times.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import platform
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import uvicorn

from serving.answers.answer import answer, subject_of
from serving.answers.desk import Desk
from serving.answers.edition import Editions, open_edition
from serving.auth.keys import ApiKeys, Wanted
from serving.doors.api import DOORS, application
from serving.doors.console.pages import refusal_page
from serving.doors.guard import Guard, Reach
from serving.doors.recording import Recorder
from serving.inbox import Inbox
from serving.review import Reviews
from serving.settings import Settings
from serving.slow_heads import PromptHeads
from serving.store.scores import Scores
from tests.postgres import Server, running
from tests.serving.crashes.found import Found, found_at
from tests.serving.crashes.traffic import Traffic
from tests.serving.town import N, Town, settings_of, town
from tests.serving.where import Where

CLIENTS, NODES = 8, 2
CHAIN_EVERY = 10  # kills between two checks of the chain from its beginning
_FORK = multiprocessing.get_context("fork")
_Result = TypeVar("_Result")


@dataclass
class Sums:
    """What all kills together lost."""

    kills: int = 0
    answers: int = 0
    pushes: int = 0
    lost: int = 0
    duplicated: int = 0
    partial: int = 0
    chain: int = 0
    slowest_start: float = 0.0

    def add(self, traffics: list[Traffic], found: Found) -> None:
        """Count one kill."""
        self.kills += 1
        self.answers += sum(len(one.audit_ids) for one in traffics)
        self.pushes += sum(len(one.pushes) for one in traffics)
        self.lost += len(found.lost_answers) + len(found.lost_pushes)
        self.duplicated += len(found.duplicated)
        self.partial += len(found.partial)
        self.chain += len(found.chain)

    def line(self) -> str:
        """One row of the results."""
        return (
            f"| {self.kills} | {self.answers:,} | {self.pushes:,} | {self.lost} | "
            f"{self.duplicated} | {self.partial} | {self.chain} | {self.slowest_start:.1f} s |"
        )


HEAD = (
    "| kills | answers acknowledged | pushes acknowledged | lost | twice | in part | "
    "faults of the chain | slowest start |\n|---|---|---|---|---|---|---|---|"
)


@contextmanager
def place(kind: str, one: Town) -> Iterator[tuple[Settings, Server | None]]:
    """A workspace with the town's scores and empty stores of that kind."""
    with TemporaryDirectory(prefix="crashes-") as named, ExitStack() as stack:
        folder, server, address = Path(named), None, ""
        for part in ("scores", "bundles"):
            (folder / part).symlink_to(one.home / part)
        if kind == "postgresql":
            server = stack.enter_context(running(is_durable=True))
            address = server.new_database().replace("+psycopg", "")
        yield (
            replace(
                settings_of(one), home=folder, stores=address, heads=folder / "heads", is_demo=False
            ),
            server,
        )


def node(settings: Settings, one: Town, port: int) -> None:
    """Serve, as a worker of the service does."""
    desk = Desk.of(settings)
    desk = replace(
        desk,
        editions=Editions(
            settings, desk.metrics, Inbox(desk.stores.inbox), Reviews(desk.stores.review),
            lambda *known: open_edition(*known, at_hand=one.bundle),
        ),
    )  # fmt: skip
    guard = Guard(
        Recorder(application(desk), desk, DOORS, refusal_page), DOORS, language="zh",
        metrics=desk.metrics, gatekeeper=desk.gatekeeper, reach=Reach(only_here=False),
    )  # fmt: skip
    uvicorn.run(guard, host="127.0.0.1", port=port, http=PromptHeads, log_config=None)


def warm(settings: Settings, one: Town) -> None:
    """Build the tables of explanations once: whoever is forked has them."""
    scores = Scores.open(settings.home, one.scores.name)
    edition = open_edition(settings, scores, one.catalogue, at_hand=one.bundle)
    for number in range(1, N + 1):
        answer(edition, subject_of(edition, f"TOWN-{number:03d}")).to_json("registry")


def apart(function: Callable[..., _Result], *given: object) -> _Result:
    """What the function gives in a process of its own: here no store is ever opened."""
    here, there = _FORK.Pipe()
    process = _FORK.Process(target=lambda: there.send(function(*given)))
    process.start()
    result: _Result = here.recv()
    process.join()
    return result


def key_of(settings: Settings) -> str:
    """A new key of the registry."""
    with Where.of(settings.home, settings.stores) as where:
        keys = ApiKeys(settings.home / "auth", where.stores().auth)
        return keys.create(Wanted("registry", "registry", purpose="登记"))[1]


def compared(settings: Settings, traffics: list[Traffic], with_chain: bool) -> Found:
    """The stores against what all clients were told."""
    with Where.of(settings.home, settings.stores) as where:
        return found_at(where, *traffics, with_chain=with_chain)


def await_ready(ports: list[int]) -> float:
    """Seconds until every node is ready."""
    began = time.monotonic()
    for port in ports:
        while time.monotonic() - began < 120:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.02)
            finally:
                connection.close()
        else:
            raise SystemExit("a node did not become ready")
    return time.monotonic() - began


def killed(kind: str, kills: int, seed: int) -> Sums:
    """Kill so many times and count."""
    draw, sums, one = random.Random(seed), Sums(), town()
    with place(kind, one) as (settings, server):
        warm(settings, one)
        key, ports = apart(key_of, settings), [_free_port() for _ in range(NODES)]
        for turn in range(kills):
            nodes: list[BaseProcess] = [
                _FORK.Process(target=node, args=(settings, one, port)) for port in ports
            ]
            for process in nodes:
                process.start()
            sums.slowest_start = max(sums.slowest_start, await_ready(ports))
            traffics = [Traffic(port, key, run=f"run{turn:03d}-{port}") for port in ports]
            with ExitStack() as flows:
                for traffic in traffics:
                    flows.enter_context(traffic.flowing(CLIENTS // NODES))
                for traffic in traffics:
                    traffic.await_pushes()
                time.sleep(draw.uniform(0.1, 1.0))
                for process in nodes:
                    process.kill()
                if server is not None:
                    server.stop(signal.SIGKILL)
            for process in nodes:
                process.join()
            if server is not None:
                server.start()
            with_chain = turn % CHAIN_EVERY == 0 or turn == kills - 1
            sums.add(traffics, apart(compared, settings, traffics, with_chain))
    return sums


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--stores", choices=("embedded", "postgresql"), default="embedded")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.0f}; ", end="")
    print(f"{given.stores} stores, {NODES} nodes, {CLIENTS} clients, seed {given.seed}.\n")
    print(HEAD)
    print(killed(given.stores, given.kills, given.seed).line())


if __name__ == "__main__":
    main()
