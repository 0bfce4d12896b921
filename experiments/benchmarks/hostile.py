"""Clients that mean harm: how far does memory grow, and are others served meanwhile?

    python -m experiments.benchmarks.hostile                      # on the town of the tests
    python -m experiments.benchmarks.hostile --home var/ningbo

Bodies that are too large, too deep, endless, broken or no JSON come sixteen at a time,
round after round; the growth of the service's resident memory is read after every round,
the largest is printed. The aim is at most 50 MB. Then 10,000 connections that never
finish a request's head, opened as fast as they are taken: half send nothing more, half a
byte now and then. The aim is that each is closed within ten seconds of its beginning,
while others are served. Both sides need a descriptor for each connection; where the hard
limit is too low the connections come in waves.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from experiments.benchmarks.serve import OURS, Asked, measured, place, process
from experiments.benchmarks.soak import memory

CLIENTS = 16
SLOW = 10_000
_SPARE = 500  # descriptors for everything else
_OPENING = 500  # connections being opened at once


def hostile(key: str) -> list[bytes]:
    """Requests whose bodies mean harm."""
    head = (
        f"POST /v1/score HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n"
        "content-type: application/json\r\n"
    ).encode()

    def sized(body: bytes) -> bytes:
        return head + f"content-length: {len(body)}\r\n\r\n".encode() + body

    chunk = b"10000\r\n" + b"[" * 65536 + b"\r\n"
    tiny = b"1\r\n[\r\n"
    many = b'{"business_id":"a",' + b",".join(b'"k%d":1' % n for n in range(200)) + b"}"
    return [
        sized(b"[" * 1000),
        sized(b'{"business_id":' + b'{"a":' * 150 + b"1"),
        sized(b'{"business_id": 1e400}'),
        sized(b'{"business_id": ' + b"9" * 3000 + b"}"),
        sized(b'{"business_id": "\\ud800"}'),
        sized(b"\xff" * 1000),
        sized(b'{"a":1,"a":2}'),
        sized(many),
        sized(b"x" * 4_000_000),
        head + b"content-length: 9999999999999\r\n\r\n" + b"x" * 100_000,
        head + b"transfer-encoding: chunked\r\n\r\n" + chunk * 64,
        head + b"transfer-encoding: chunked\r\n\r\n" + tiny * 3_000,
        head + b"x-long: " + b"a" * 60_000 + b"\r\n\r\n",
        head + b"content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
        b"GET /" + b"%2e" * 20_000 + b" HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01" + bytes(500),
    ]


async def attacked(key: str, times: int) -> Counter[str]:
    """Send every hostile request so many times, sixteen at once; what each was answered."""
    waiting = iter([one for _ in range(times) for one in hostile(key)])
    told: Counter[str] = Counter()

    async def client() -> None:
        for request in waiting:
            told[await _told(request)] += 1

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return told


async def _told(request: bytes) -> str:
    """The status answered to the request, or that there was none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", OURS)
    try:
        writer.write(request)
        async with asyncio.timeout(15):
            line = await reader.readline()
        return line.split(b" ")[1].decode() if line.startswith(b"HTTP/") else "closed"
    except OSError:
        return "closed"
    except TimeoutError:
        return "nothing in 15 s"
    finally:
        writer.close()


@dataclass
class Siege:
    """What became of the half-open connections, and of others."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    most_at_once: int = 0
    served: int = 0
    slowest: float = 0.0
    _open: int = 0

    async def half_open(self, opening: asyncio.Semaphore, place: int) -> None:
        """One connection that never finishes its head."""
        try:
            async with opening:
                reader, writer = await asyncio.open_connection("127.0.0.1", OURS)
        except OSError:
            self.failed += 1
            return
        began = time.monotonic()
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        closed = asyncio.ensure_future(reader.read())
        writer.write(b"POST /v1/score HTTP/1.1\r\nhost:")
        while not closed.done() and time.monotonic() - began < 60:
            await asyncio.wait({closed}, timeout=1.0 if place % 2 else 60.0)
            if not closed.done() and place % 2:
                writer.write(b" ")
        writer.close()
        self._open -= 1
        if closed.done():
            closed.exception()  # reset is closed too
            self.seconds.append(time.monotonic() - began)
        else:
            self.failed += 1

    async def under(self, asked: Asked, connections: int) -> None:
        """That many at once, while others ask."""
        opening = asyncio.Semaphore(_OPENING)
        every = [asyncio.ensure_future(self.half_open(opening, n)) for n in range(connections)]
        while not all(one.done() for one in every):
            began = time.monotonic()
            await measured(asked, self.served, CLIENTS)
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.served += CLIENTS
            await asyncio.sleep(0.05)
        await asyncio.gather(*every)


def main() -> None:
    """Print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jurisdiction", default="ningbo")
    parser.add_argument("--home", type=Path, help="Without one, the town of the tests.")
    parser.add_argument("--rounds", type=int, default=10, help="of hostile bodies")
    parser.add_argument("--times", type=int, default=20, help="each body in a round")
    given = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the service inherits it
    at_once = min(SLOW, hard - _SPARE)
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.0f}, ", end="")
    print(f"at most {hard:,} descriptors a process", flush=True)
    with TemporaryDirectory(dir=".") as folder:
        found = place(given.jurisdiction, given.home, Path(folder), 500)
        bodies = [json.dumps({"business_id": one}).encode() for one in found.businesses]
        asked = Asked(OURS, "/v1/score", bodies, [found.registry])
        with process([sys.executable, "-m", "serving"], found.environment, OURS) as pid:
            asyncio.run(measured(asked, 0, 500))
            before, told, grown = memory(pid).resident, Counter[str](), [0.0]
            for _ in range(given.rounds):
                told += asyncio.run(attacked(found.registry, given.times))
                grown.append(memory(pid).resident - before)
            print(f"{told.total():,} hostile requests, answered {dict(sorted(told.items()))}")
            print(
                f"resident memory: {before:.0f} MB before, at most {max(grown):+.0f} MB, ", end=""
            )
            print(f"after each round {' '.join(f'{one:+.1f}' for one in grown[1:])}", flush=True)
            siege, before = Siege(), memory(pid).resident
            for wave in range(-(-SLOW // at_once)):
                asyncio.run(siege.under(asked, min(at_once, SLOW - wave * at_once)))
            print(
                f"{len(siege.seconds):,} half-open connections, {siege.most_at_once:,} at once, "
                f"{siege.failed} not opened or not closed: closed after {min(siege.seconds):.1f} "
                f"to {max(siege.seconds):.1f} s; {siege.served:,} others served meanwhile, "
                f"{CLIENTS} at a time in at most {siege.slowest:.1f} s; "
                f"{memory(pid).resident - before:+.0f} MB"
            )


if __name__ == "__main__":
    main()
