"""Half an hour of steady work: does the memory of the service grow?

    python -m experiments.benchmarks.soak --home var/ningbo
    python -m experiments.benchmarks.soak --minutes 2     # a look, on the town of the tests

Requests come at a steady rate, of many kinds, each about the next of 2,000 businesses:
scores for the registry, explanations, changes, histories, the way back, what-if, lists,
pages, refusals, and on the town pushed records too. Before that, regulators have asked
about every business, so that what the service keeps of its answers is kept already. Its
resident memory is read every ten seconds, and the slope fitted over the last two thirds.
The aim is less than 1 MB a minute. Each minute is printed as it passes.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import httpx
import numpy as np

from experiments.benchmarks.serve import OURS, Place, place, process

EVERY = 10.0  # seconds between two looks at the memory
AT_ONCE = 16
BUSINESSES = 2_000


@dataclass(frozen=True)
class Call:
    """One request: how, where, with what body."""

    method: str
    path: str
    body: object = None
    by: str = "regulator"


@dataclass(frozen=True)
class Memory:
    """Megabytes a process holds: all that is resident, and what of it is no file's."""

    resident: float
    own: float


def memory(pid: int) -> Memory:
    """What the process holds now."""
    found = {}
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        found[name] = value
    if "VmRSS" not in found:
        raise SystemExit("the service has ended")
    return Memory(*(int(found[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon")))


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """Megabytes a minute, fitted over the last two thirds of (minute, megabytes)."""
    late = samples[len(samples) // 3 :]
    minutes, megabytes = zip(*late, strict=True)
    return float(np.polyfit(minutes, megabytes, 1)[0])


def kinds(business_id: str, number: int, *, is_town: bool) -> tuple[Call, ...]:
    """A round of requests about one business; half of them are the registry's scores."""
    score = Call("POST", "/v1/score", {"business_id": business_id}, by="registry")
    at = f"/v1/businesses/{quote(business_id, safe='')}"
    supposed = {"values": {"no_such_feature": 1.0}}
    others = [
        Call("POST", "/v1/score", {"business_id": business_id}),
        Call("GET", f"{at}/explanation"),
        Call("GET", f"{at}/way-back"),
        Call("GET", f"{at}/history"),
        Call("GET", f"{at}/changes"),
        Call("GET", f"/v1/businesses?query={quote(business_id[:6])}"),
        Call("GET", "/v1/warnings"),
        Call("GET", f"/businesses/{quote(business_id, safe='')}"),
        Call("POST", f"{at}/what-if", supposed),
        Call("POST", "/v1/score", {"business_id": f"none-{number}"}),
        Call("GET", f"/nowhere/{number}"),
    ]
    if is_town:
        row = {"编号": f"soak-{number}", "代码": business_id, "日期": "2024-05-31", "种类": "罚款"}
        others.append(Call("POST", "/v1/records/penalties", {"records": [row | {"罚款": "1"}]}))
    return tuple(itertools.chain.from_iterable((score, one) for one in others))


def calls(found: Place, *, is_town: bool) -> Iterator[Call]:
    """Requests without end."""
    for number in itertools.count():
        business_id = found.businesses[number % len(found.businesses)]
        yield from kinds(business_id, number, is_town=is_town)


class Clients:
    """Those who ask, and the statuses they were told."""

    def __init__(self, found: Place) -> None:
        self.statuses: Counter[int] = Counter()
        self._found, self._numbers = found, itertools.count()
        self._http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{OURS}", trust_env=False, timeout=60
        )

    async def ask(self, call: Call) -> None:
        """Ask and read the whole answer."""
        number = next(self._numbers)
        regulators = self._found.regulators
        key = self._found.registry if call.by == "registry" else regulators[number % 64]
        headers = {"authorization": f"Bearer {key}", "idempotency-key": f"soak-{number:09d}"}
        body: Mapping[str, object] = {} if call.body is None else {"json": call.body}
        told = await self._http.request(call.method, call.path, headers=headers, **body)  # type: ignore[arg-type]
        self.statuses[told.status_code] += 1

    async def warm(self) -> None:
        """Let regulators ask about every business once."""
        waiting = iter(self._found.businesses)

        async def one() -> None:
            for business_id in waiting:
                await self.ask(Call("POST", "/v1/score", {"business_id": business_id}))

        await asyncio.gather(*(one() for _ in range(AT_ONCE)))


async def soaked(
    found: Place, pid: int, minutes: float, rate: float, *, is_town: bool
) -> tuple[list[tuple[float, Memory]], Counter[int]]:
    """(minute, memory) every ten seconds under load, and the statuses answered."""
    clients, samples = Clients(found), []
    await clients.warm()
    clients.statuses.clear()
    began = time.monotonic()
    waiting, gate = calls(found, is_town=is_town), asyncio.Semaphore(AT_ONCE)
    under_way: set[asyncio.Task[None]] = set()

    async def one(call: Call) -> None:
        async with gate:
            await clients.ask(call)

    looked = asked = 0
    while (passed := time.monotonic() - began) < minutes * 60:
        if passed >= looked * EVERY:
            samples.append((passed / 60, memory(pid)))
            if looked % 6 == 0:
                told = samples[-1][1]
                print(f"{passed / 60:5.1f} min {told.resident:6.1f} MB, {told.own:6.1f} own, "
                      f"{asked} asked, {len(under_way)} waiting", flush=True)  # fmt: skip
            looked += 1
        while asked < passed * rate and len(under_way) < 4 * AT_ONCE:
            task = asyncio.ensure_future(one(next(waiting)))
            under_way.add(task)
            asked += 1
        for task in [task for task in under_way if task.done()]:
            under_way.remove(task)
            task.result()
        await asyncio.sleep(0.02)
    await asyncio.gather(*under_way)
    return samples, clients.statuses


def main() -> None:
    """Print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jurisdiction", default="ningbo")
    parser.add_argument("--home", type=Path, help="Without one, the town of the tests.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    given = parser.parse_args()
    with TemporaryDirectory(dir=".") as folder:
        found = place(given.jurisdiction, given.home, Path(folder), BUSINESSES)
        with process([sys.executable, "-m", "serving"], found.environment, OURS) as pid:
            samples, statuses = asyncio.run(
                soaked(found, pid, given.minutes, given.rate, is_town=given.home is None)
            )
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.0f}")
    print(f"{given.minutes:g} minutes at {given.rate:g}/s, answers by status {dict(statuses)}")
    first, last = samples[0][1], samples[-1][1]
    for what in ("resident", "own"):
        series = [(minute, getattr(one, what)) for minute, one in samples]
        print(
            f"{what}: {getattr(first, what):.0f} MB at first, {getattr(last, what):.0f} MB at "
            f"last, slope {slope(series):+.2f} MB/min"
        )


if __name__ == "__main__":
    main()
