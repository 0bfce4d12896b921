"""SIGKILL of everything in the middle of writes, again and again; what was lost is counted.

    python -m experiments.benchmarks.crashes --parts 10
    python -m experiments.benchmarks.crashes --parts 2 --stores postgresql

Two processes of the service on the town of the tests (the application behind guard and
recorder, under uvicorn, with keys and the audit log on) share its stores; eight clients
push records and ask for scores without pause. At a random moment every process is
killed (with ``postgresql`` the database server and all its processes too), the stores
are compared with all that was acknowledged since, and the service is started again on
what it left. Twenty kills are a part, with stores and a seed of its own; every tenth
kill the chain is checked from its beginning, and the stores against all that was ever
acknowledged in the part. Each finished part is printed and is a line of ``--kept``; a
run that was stopped goes on behind the parts that lie there. The processes are forked
from one that has imported everything and verified the bundle, so that a start costs no
half a minute; it never opens a store.
`tests/serving/crashes` kills the service as it is started in earnest, a few times.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import platform
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
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
KILLS = 20  # of a part
CHAIN_EVERY = 10  # kills between two checks of the chain from its beginning
_FORK = multiprocessing.get_context("fork")
_Result = TypeVar("_Result")


@dataclass
class Sums:
    """What the kills of a part, or of all, lost."""

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

    def more(self, part: Sums) -> None:
        """Count the kills of a part."""
        for name, value in asdict(part).items():
            own = getattr(self, name)
            setattr(self, name, max(own, value) if name == "slowest_start" else own + value)

    def line(self, what: str) -> str:
        """One row of the results."""
        return (
            f"| {what} | {self.kills} | {self.answers:,} | {self.pushes:,} | {self.lost} | "
            f"{self.duplicated} | {self.partial} | {self.chain} | {self.slowest_start:.1f} s |"
        )


HEAD = (
    "| | kills | answers acknowledged | pushes acknowledged | lost | twice | in part | "
    "faults of the chain | slowest start |\n|---|---|---|---|---|---|---|---|---|"
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
    there.close()  # so that a process that fails is noticed
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


def killed(kind: str, seed: int, one: Town) -> Sums:
    """Kill `KILLS` times and count."""
    draw, sums = random.Random(seed), Sums()
    with place(kind, one) as (settings, server):
        warm(settings, one)
        key, ports = apart(key_of, settings), [_free_port() for _ in range(NODES)]
        ever: list[Traffic] = []
        for turn in range(1, KILLS + 1):
            nodes: list[BaseProcess] = [
                _FORK.Process(target=node, args=(settings, one, port)) for port in ports
            ]
            for process in nodes:
                process.start()
            sums.slowest_start = max(sums.slowest_start, await_ready(ports))
            traffics = [Traffic(port, key, run=f"run{turn:03d}-{port}") for port in ports]
            in_mid_traffic(traffics, draw.uniform(0.1, 1.0), nodes, server)
            ever += traffics
            whole = turn % CHAIN_EVERY == 0
            found = apart(compared, settings, ever if whole else traffics, whole)
            sums.add(traffics, found)
    return sums


def in_mid_traffic(
    traffics: list[Traffic], seconds: float, nodes: list[BaseProcess], server: Server | None
) -> None:
    """Let the clients write so long, and kill everything; the server is started again."""
    with ExitStack() as flows:
        for traffic in traffics:
            flows.enter_context(traffic.flowing(CLIENTS // NODES))
        for traffic in traffics:
            traffic.await_pushes()
        time.sleep(seconds)
        for process in nodes:
            process.kill()
        if server is not None:
            server.stop(signal.SIGKILL)
    for process in nodes:
        process.join()
    if server is not None:
        server.start()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def main() -> None:
    """Print the table, a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=10, help=f"of {KILLS} kills each")
    parser.add_argument("--stores", choices=("embedded", "postgresql"), default="embedded")
    parser.add_argument("--seed", type=int, default=1, help="of the first part")
    parser.add_argument("--kept", type=Path, default=Path("var/crashes"), help="folder of results")
    given = parser.parse_args()
    given.kept.mkdir(parents=True, exist_ok=True)
    file, sums, one = given.kept / f"{given.stores}.jsonl", Sums(), town()
    done = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    known = {part.pop("seed"): Sums(**part) for part in done}
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.0f}; ", end="")
    print(f"{given.stores} stores, {NODES} nodes, {CLIENTS} clients.\n\n{HEAD}", flush=True)
    for seed in range(given.seed, given.seed + given.parts):
        if seed not in known:
            known[seed] = killed(given.stores, seed, one)
            with file.open("a") as lines:
                lines.write(json.dumps({"seed": seed, **asdict(known[seed])}) + "\n")
        sums.more(known[seed])
        print(known[seed].line(f"seed {seed}"), flush=True)
    print(sums.line("all"))


if __name__ == "__main__":
    main()
