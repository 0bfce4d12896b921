"""Requests a second of the scoring endpoint, beside a BentoML method that does nothing.

    python experiments/benchmarks/serve.py --jurisdiction ningbo --home var/ningbo

One business is scored and explained a request; each request asks about another
one. Both services run under uvicorn in one process of their own on this machine,
which also runs the clients: the numbers are for comparison with each other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLIENTS = 16


@dataclass(frozen=True)
class Measured:
    """What one run of requests took; seconds."""

    requests: int
    seconds: float
    latencies: tuple[float, ...]

    def line(self, name: str) -> str:
        ordered = sorted(self.latencies)
        p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        rate = self.requests / self.seconds
        return f"| {name} | {rate:,.0f} | {1000 * p50:.1f} | {1000 * p99:.1f} |"


async def run(port: int, path: str, bodies: Sequence[bytes]) -> Measured:
    """Send each body once, `CLIENTS` at a time over as many connections."""
    waiting = iter(bodies)
    latencies: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in waiting:
            began = time.perf_counter()
            writer.write(
                f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n"
                f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
                + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise SystemExit(head.decode())
            await _rest(reader, head)
            latencies.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return Measured(len(latencies), time.perf_counter() - began, tuple(latencies))


async def _rest(reader: asyncio.StreamReader, head: bytes) -> None:
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        return
    while int((await reader.readline()).strip() or b"0", 16):  # chunked
        await reader.readline()
    await reader.readline()


def noop() -> None:
    """Serve a BentoML method that does nothing, as plainly as ours is served."""
    import bentoml
    import uvicorn

    quiet = {"metrics": {"enabled": False}, "logging": {"access": {"enabled": False}}}

    @bentoml.service(name="noop", **quiet)
    class NoOp:
        @bentoml.api
        def score(self, business_id: str) -> dict[str, str]:
            return {"business_id": business_id}

    port = int(os.environ["NOOP_PORT"])
    uvicorn.run(NoOp.to_asgi(), host="127.0.0.1", port=port, access_log=False, log_level="error")


@contextmanager
def process(
    command: list[str], environment: dict[str, str], port: int, ready: str
) -> Iterator[None]:
    """A service process for as long as the block lasts."""
    started = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as one:
                    one.sendall(f"GET {ready} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
                    if b" 200 " in one.recv(64):
                        break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        started.terminate()
        started.wait(30)


def businesses(home: Path, n: int) -> list[str]:
    """`n` identifiers, spread over the whole city."""
    import pyarrow.parquet as pq

    name = (home / "scores" / "CURRENT").read_text(encoding="utf-8").strip()
    ids = pq.read_table(home / "scores" / name / "scores.parquet", columns=["entity_id"])
    everyone: list[str] = ids["entity_id"].to_pylist()
    step = max(len(everyone) // n, 1)
    return [everyone[(i * step) % len(everyone)] for i in range(n)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jurisdiction", default="ningbo")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--noop", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.noop:
        noop()
        return
    ids = businesses(given.home, given.requests)
    bodies = [json.dumps({"business_id": one}).encode() for one in ids]
    environment = {
        **os.environ,
        "BENTOML_DO_NOT_TRACK": "true",
        "XINHENG_JURISDICTION": given.jurisdiction,
        "XINHENG_HOME": str(given.home.resolve()),
        "XINHENG_PORT": "3871",
        "XINHENG_DEMO": "yes",
        "NOOP_PORT": "3872",
    }
    print(f"| {CLIENTS} clients, {len(bodies):,} requests | a second | p50 ms | p99 ms |")
    print("|---|---|---|---|")
    with process([sys.executable, "-m", "serving"], environment, 3871, "/readyz"):
        asyncio.run(run(3871, "/v1/score", bodies[:200]))
        print(asyncio.run(run(3871, "/v1/score", bodies)).line("POST /v1/score, explained"))
        print(asyncio.run(run(3871, "/score", bodies[:1000])).line("the same as a BentoML method"))
    command = [sys.executable, __file__, "--noop", "--home", str(given.home)]
    with process(command, environment, 3872, "/readyz"):
        asyncio.run(run(3872, "/score", bodies[:200]))
        print(asyncio.run(run(3872, "/score", bodies)).line("BentoML method that does nothing"))


if __name__ == "__main__":
    main()
