"""Half an hour under load: does memory grow? And hostile bodies: by how much?

    python -m experiments.benchmarks.soak --home var/ningbo
    python -m experiments.benchmarks.soak --home var/ningbo --minutes 2     # a look

Sixteen clients ask without pause, each about other businesses. The resident memory of
the service is read every ten seconds; its slope is fitted over the last two thirds.
Then bodies that are too large, too deep, endless, broken or no JSON come, sixteen at a
time, and the growth beyond what was before is printed. The aims: less than 1 MB a
minute, and at most 50 MB. Last, 10,000 connections that never finish a request's head:
the aim is all closed within ten seconds, and others served meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from experiments.benchmarks.serve import CLIENTS, OURS, Asked, measured, place, process

SLOW = 10_000
EVERY = 10.0


def resident(pid: int) -> float:
    """Megabytes of memory the process holds."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("the service has ended")


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """Megabytes a minute, fitted over the last two thirds of (minute, megabytes)."""
    late = samples[len(samples) // 3 :]
    minutes, megabytes = zip(*late, strict=True)
    return float(np.polyfit(minutes, megabytes, 1)[0])


async def soaked(asked: Asked, pid: int, minutes: float) -> list[tuple[float, float]]:
    """(minute, megabytes) every ten seconds under load."""
    began, samples = time.monotonic(), []
    while time.monotonic() - began < minutes * 60:
        until = time.monotonic() + EVERY
        while time.monotonic() < until:
            await measured(asked, 0, 500)
        samples.append(((time.monotonic() - began) / 60, resident(pid)))
    return samples


def hostile(key: str) -> list[bytes]:
    """Requests whose bodies mean harm."""
    head = (
        f"POST /v1/score HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n"
        "content-type: application/json\r\n"
    ).encode()

    def sized(body: bytes) -> bytes:
        return head + f"content-length: {len(body)}\r\n\r\n".encode() + body

    chunk = b"10000\r\n" + b"[" * 65536 + b"\r\n"
    return [
        sized(b"[" * 1000),
        sized(b'{"business_id":' + b'{"a":' * 150 + b"1"),
        sized(b'{"business_id": 1e400}'),
        sized(b"\xff" * 1000),
        sized(b'{"a":1,"a":2}'),
        sized(b"x" * 4_000_000),
        head + b"content-length: 9999999999999\r\n\r\n" + b"x" * 100_000,
        head + b"transfer-encoding: chunked\r\n\r\n" + chunk * 64,
    ]


async def attacked(key: str, times: int) -> None:
    """Send every hostile request so many times, sixteen at once; answers are not looked at."""
    waiting = iter([one for _ in range(times) for one in hostile(key)])

    async def client() -> None:
        for request in waiting:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", OURS)
                writer.write(request)
                async with asyncio.timeout(10):
                    await reader.read(4096)
                writer.close()
            except (OSError, TimeoutError):
                continue

    await asyncio.gather(*(client() for _ in range(CLIENTS)))


async def besieged(asked: Asked, connections: int) -> tuple[int, float, int]:
    """How many half-open connections there were, seconds to the last's end, others served."""

    async def half_open() -> float:
        reader, writer = await asyncio.open_connection("127.0.0.1", OURS)
        began = time.monotonic()
        writer.write(b"POST /v1/score HTTP/1.1\r\nhost:")
        try:
            async with asyncio.timeout(60):
                await reader.read()
        except (OSError, TimeoutError):
            pass
        writer.close()
        return time.monotonic() - began

    every = [asyncio.ensure_future(half_open()) for _ in range(connections)]
    served = 0
    while not all(one.done() for one in every):
        await measured(asked, 0, 100)
        served += 100
    taken = [one.result() for one in every if one.exception() is None]
    return len(taken), max(taken), served


def main() -> None:
    """Print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jurisdiction", default="ningbo")
    parser.add_argument("--home", type=Path, help="Without one, the town of the tests.")
    parser.add_argument("--minutes", type=float, default=30)
    given = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with TemporaryDirectory(dir=".") as folder:
        found = place(given.jurisdiction, given.home, Path(folder), 2000)
        bodies = [json.dumps({"business_id": one}).encode() for one in found.businesses]
        asked = Asked(OURS, "/v1/score", bodies, [found.registry])
        with process([sys.executable, "-m", "serving"], found.environment, OURS) as pid:
            samples = asyncio.run(soaked(asked, pid, given.minutes))
            print(f"{given.minutes:g} minutes: {samples[0][1]:.0f} MB at first, ", end="")
            print(f"{samples[-1][1]:.0f} MB at last, slope {slope(samples):+.2f} MB/min")
            before = resident(pid)
            asyncio.run(attacked(found.registry, 200))
            print(f"hostile bodies: {resident(pid) - before:+.0f} MB")
            opened, seconds, served = asyncio.run(besieged(asked, min(SLOW, hard - 500)))
            print(
                f"{opened:,} half-open connections: the last closed after {seconds:.1f} s, ", end=""
            )
            print(f"{served:,} others served meanwhile")


if __name__ == "__main__":
    main()
