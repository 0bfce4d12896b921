"""What asking who looks and recording the answer cost a request, in processor time.

    python experiments/benchmarks/audit.py --jurisdiction ningbo --home var/ningbo
    python -m experiments.benchmarks.audit      # on the town of the tests: small models

One business is scored and explained a request, 16 at a time, in one process and
without a socket. Four ways take turns, round by round: the application behind the
guard alone; with an API key checked; with every answer recorded, on disk, before it
is given; and with both, as it is served. Processor time of all threads, medians.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.answers.desk import Desk
from serving.answers.edition import trusted_keys
from serving.auth.gatekeeper import Gatekeeper
from serving.auth.keys import Wanted
from serving.auth.rates import Rate, Rates
from serving.doors.api import DOORS, application
from serving.doors.console.pages import refusal_page
from serving.doors.guard import Guard
from serving.doors.recording import Recorder
from serving.settings import Settings

CLIENTS, ROUNDS = 16, 5


class Unrecorded:
    """What the recorder does without recording: a desk for each request."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["xinheng.desk"] = self._desk.serving(scope["xinheng.caller"])
        await self._app(scope, receive, send)


def ways(settings: Settings, desk: Desk) -> tuple[dict[str, ASGIApp], str]:
    """The four ways to serve, and the key that opens those that ask for one."""
    app = application(desk)
    unlimited = Rates({}, Rate(1e9, 1e9))
    folder = settings.home / "auth"
    asking = Gatekeeper(folder, rates=unlimited)
    open_to_all = Gatekeeper(folder, is_demo=True, rates=unlimited)
    _, key = asking.keys.create(Wanted("benchmark", "auditor"))
    plain, recording = Unrecorded(app, desk), Recorder(app, desk, DOORS, refusal_page)

    def guarded(inner: ASGIApp, gatekeeper: Gatekeeper) -> Guard:
        return Guard(inner, DOORS, language="zh", metrics=desk.metrics, gatekeeper=gatekeeper)

    return {
        "neither": guarded(plain, open_to_all),
        "key": guarded(plain, asking),
        "record": guarded(recording, open_to_all),
        "key and record": guarded(recording, asking),
    }, key


async def ask(app: ASGIApp, key: str, bodies: Iterator[bytes]) -> None:
    """Ask about each business once."""
    headers = [
        (b"host", b"127.0.0.1"), (b"content-type", b"application/json"),
        (b"authorization", f"Bearer {key}".encode()), (b"x-purpose", b"benchmark"),
    ]  # fmt: skip
    for body in bodies:
        status = 0

        async def receive(body: bytes = body) -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)

        scope: Scope = {
            "type": "http", "method": "POST", "path": "/v1/score", "raw_path": b"/v1/score",
            "query_string": b"", "headers": headers, "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 3000), "scheme": "http", "root_path": "", "http_version": "1.1",
        }  # fmt: skip
        await app(scope, receive, send)
        if status != 200:
            raise SystemExit(f"answered {status}")


async def measured(app: ASGIApp, key: str, bodies: Sequence[bytes]) -> tuple[float, float]:
    """Processor time and elapsed time a request, in microseconds."""
    waiting = iter(bodies)
    processor, elapsed = time.process_time(), time.perf_counter()
    await asyncio.gather(*(ask(app, key, waiting) for _ in range(CLIENTS)))
    n = len(bodies) / 1e6
    return (time.process_time() - processor) / n, (time.perf_counter() - elapsed) / n


def each(function: Callable[[], object], times: int = 20_000) -> float:
    """Processor time of one call, in microseconds."""
    function()
    began = time.process_time()
    for _ in range(times):
        function()
    return (time.process_time() - began) / times * 1e6


async def compare(settings: Settings, bodies: Sequence[bytes]) -> None:
    """Print the table."""
    desk = Desk.of(settings)
    desk.editions.refresh()
    apps, key = ways(settings, desk)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in apps}
    for turn in range(ROUNDS + 1):
        for name, app in apps.items():
            one = await measured(app, key, bodies)
            if turn:  # the first warms up
                taken[name].append(one)
    desk.audit.close()
    base = statistics.median(processor for processor, _ in taken["neither"])
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.0f}; ", end="")
    print(f"{len(bodies)} requests a round, {ROUNDS} rounds, {CLIENTS} at a time.\n")
    print("| | processor µs a request | times the first | elapsed µs a request |")
    print("|---|---|---|---|")
    for name, some in taken.items():
        processor = statistics.median(one for one, _ in some)
        elapsed = statistics.median(one for _, one in some)
        print(f"| {name} | {processor:,.0f} | {processor / base:.2f} | {elapsed:,.0f} |")
    keys = Gatekeeper(settings.home / "auth").keys
    print(f"\nChecking a key alone: {each(lambda: keys.caller(key)):.1f} µs of processor time.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jurisdiction", default="ningbo")
    parser.add_argument("--home", type=Path, help="Without one, the town of the tests.")
    parser.add_argument("--requests", type=int, default=400)
    given = parser.parse_args()
    import pyarrow.parquet as pq

    source = told(given.jurisdiction, given.home) if given.home else the_town()
    name = (source.home / "scores" / "CURRENT").read_text(encoding="utf-8").strip()
    table = pq.read_table(source.home / "scores" / name / "scores.parquet", columns=["entity_id"])
    everyone: list[str] = table["entity_id"].to_pylist()
    bodies = [
        json.dumps({"business_id": everyone[i * len(everyone) // given.requests]}).encode()
        for i in range(given.requests)
    ]
    with tempfile.TemporaryDirectory(dir=".") as folder:
        for part in ("scores", "bundles"):
            (Path(folder) / part).symlink_to(source.home / part)
        asyncio.run(compare(replace(source, home=Path(folder)), bodies))


def told(jurisdiction: str, home: Path) -> Settings:
    """The workspace that the command line names."""
    settings = Settings(jurisdiction, home.resolve())
    return replace(settings, trusted_keys=tuple(trusted_keys(settings)))


def the_town() -> Settings:
    """The town of the service's tests."""
    from tests.serving.town import settings_of, town

    return settings_of(town())


if __name__ == "__main__":
    main()
