"""Requests a second of the scoring endpoint, beside BentoML's no-op and MLflow's scoring server.

    python experiments/benchmarks/serve.py --jurisdiction ningbo --home var/ningbo
    python -m experiments.benchmarks.serve      # on the town of the tests: small models

One business is scored a request, asked with an API key, recorded in the audit log and on
disk before it is answered: for the registry, which is told tier and flags, and for
regulators, who are told the whole explanation. A regulator's first request about a
business works the answer out; later ones find it kept, so that both are told apart, and
so are those of the registry. Beside it, on this machine and in the same run, round by
round in turns: a BentoML method that does nothing with the same body, under the same
runner; and ``mlflow models serve`` scoring the same model on the same numbers, without
explanation, given as MLflow's documents give them (a data frame) and as bare numbers.
Each service has one process; the clients share the machine. The aims: at least 80 % of
the no-op's rate, at least 20 times MLflow's, and a p99 of at most 3 times the no-op's,
at 16 clients.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import platform
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

CLIENTS, REGULATORS = 16, 64
OURS, NOOP, MLFLOW = 3871, 3872, 3873
NOTHING = "BentoML method that does nothing"
FRAME = "mlflow models serve, a data frame"


@dataclass(frozen=True)
class Asked:
    """What is asked of one service: where, which bodies, each with the next of the keys.

    `few` asks a twentieth; `once` starts each round where the one before ended.
    """

    port: int
    path: str
    bodies: Sequence[bytes]
    keys: Sequence[str] = ()
    few: bool = False
    once: bool = False

    def request(self, place: int) -> bytes:
        """The bytes of one request."""
        body = self.bodies[place % len(self.bodies)]
        told = {"host": f"127.0.0.1:{self.port}", "content-type": "application/json",
                "content-length": str(len(body))}  # fmt: skip
        if self.keys:
            told["authorization"] = f"Bearer {self.keys[place % len(self.keys)]}"
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"POST {self.path} HTTP/1.1\r\n{head}\r\n".encode() + body


@dataclass(frozen=True)
class Measured:
    """What one round took; requests a second and milliseconds."""

    rate: float
    p50: float
    p99: float


async def measured(asked: Asked, first: int, requests: int) -> Measured:
    """Send so many requests, `CLIENTS` at a time over as many connections."""
    waiting = iter([asked.request(place) for place in range(first, first + requests)])
    latencies: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", asked.port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise SystemExit(head.decode())
            await _rest(reader, head)
            latencies.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    rate = len(latencies) / (time.perf_counter() - began)
    ordered = sorted(latencies)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return Measured(rate, 1000 * p50, 1000 * p99)


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

    uvicorn.run(NoOp.to_asgi(), host="127.0.0.1", port=NOOP, access_log=False, log_level="error")


@contextmanager
def process(command: Sequence[str], environment: Mapping[str, str], port: int) -> Iterator[int]:
    """A service process for as long as the block lasts; its id."""
    started = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 180
        while not _answers(port):
            if time.monotonic() > until or started.poll() is not None:
                raise SystemExit(f"{command[1:4]} does not answer on port {port}")
            time.sleep(0.2)
        yield started.pid
    finally:
        started.terminate()
        started.wait(60)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as one:
            one.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            return bool(one.recv(64))
    except OSError:
        return False


@dataclass(frozen=True)
class Place:
    """A scored workspace, what to ask of it, and keys to ask with.

    Regulators have many: one of them may ask fifty times a second.
    """

    environment: Mapping[str, str]
    businesses: tuple[str, ...]
    vectors: tuple[Sequence[float], ...]
    features: tuple[str, ...]
    model: str
    registry: str
    regulators: tuple[str, ...]


def place(jurisdiction: str, home: Path | None, own: Path, n: int) -> Place:
    """`n` businesses of the workspace `home`, or of the town; what is written goes to `own`."""
    import pyarrow.parquet as pq

    from features.catalogue import load_catalogue
    from serving.answers.edition import open_edition, trusted_keys
    from serving.auth.keys import ApiKeys, Wanted
    from serving.database import Stores
    from serving.manifest import CREDIT
    from serving.settings import Settings
    from serving.store.scores import Scores

    if home is None:
        from tests.serving.town import settings_of, town

        settings = settings_of(town())
    else:
        settings = Settings(jurisdiction, home)
    scores = Scores.current(settings.home)
    if scores is None:
        raise SystemExit("no scores in this workspace: xinheng run")
    trusted = tuple(trusted_keys(settings))
    edition = open_edition(
        replace(settings, trusted_keys=trusted), scores, load_catalogue(settings.jurisdiction)
    )
    ids: list[str] = pq.read_table(scores.table, columns=["entity_id"])["entity_id"].to_pylist()
    chosen = tuple(ids[i * len(ids) // n] for i in range(min(n, len(ids))))
    subjects = [edition.store.subject(one) for one in chosen]
    vectors = [edition.store.vector(one.no) for one in subjects if one is not None]
    for part in ("scores", "bundles"):
        (own / part).symlink_to((settings.home / part).resolve())
    model = (
        settings.home
        / "bundles"
        / edition.bundle.name
        / edition.bundle.manifest.models[CREDIT].file
    )
    programs = str(Path(sys.executable).parent)  # where MLflow looks for uvicorn
    environment = {
        **os.environ, "PATH": f"{programs}:{os.environ['PATH']}",
        "BENTOML_DO_NOT_TRACK": "true", "MLFLOW_DISABLE_TELEMETRY": "true",
        "XINHENG_JURISDICTION": settings.jurisdiction, "XINHENG_HOME": str(own.resolve()),
        "XINHENG_PORT": str(OURS), "XINHENG_TRUSTED_KEYS": ",".join(trusted),
    }  # fmt: skip
    keys = ApiKeys(own / "auth", Stores.of(own).auth)
    registry = keys.create(Wanted("benchmark", "registry"))[1]
    wanted = Wanted("benchmark", "regulator", purpose="benchmark")
    regulators = tuple(keys.create(wanted)[1] for _ in range(REGULATORS))
    found = tuple(vector.tolist() for vector in vectors if vector is not None)
    text, names = model.read_text(encoding="utf-8"), tuple(edition.bundle.feature_names)
    return Place(environment, chosen, found, names, text, registry, regulators)


def mlflow_model(model: str, folder: Path) -> list[str]:
    """The command that serves the model as MLflow does."""
    import lightgbm
    import mlflow.lightgbm

    booster = lightgbm.Booster(model_str=model)
    mlflow.lightgbm.save_model(booster, str(folder), pip_requirements=[])
    return [sys.executable, "-m", "mlflow", "models", "serve", "-m", str(folder), "-p",
            str(MLFLOW), "--env-manager", "local", "--workers", "1"]  # fmt: skip


def compare(found: Place, folder: Path, requests: int, rounds: int) -> None:
    """Print the table of all three, medians over the rounds."""
    services = services_of(found, requests)
    commands = {
        OURS: [sys.executable, "-m", "serving"],
        NOOP: [sys.executable, __file__, "--noop"],
        MLFLOW: mlflow_model(found.model, folder / "mlflow"),
    }
    seen: dict[str, list[Measured]] = {name: [] for name in services}
    with ExitStack() as stack:
        for port, command in commands.items():
            stack.enter_context(process(command, found.environment, port))
        for turn in range(rounds + 1):
            for name, asked in services.items():
                n = max(requests // (20 if asked.few else 1), 5 * CLIENTS)
                first = turn * n if asked.once else 0
                if turn == 0 and asked.once:
                    continue
                one = asyncio.run(measured(asked, first, n))
                if turn:  # the first warms up
                    seen[name].append(one)
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.0f}; ", end="")
    print(f"{CLIENTS} clients, {requests:,} requests a round, {rounds} rounds in turns, medians.\n")
    print(
        "| | a second | p50 ms | p99 ms | rate to the no-op's | rate to MLflow's | p99 to no-op's |"
    )
    print("|---|---|---|---|---|---|---|")
    noop, mlflow = medians(seen[NOTHING]), medians(seen[FRAME])
    for name, all_rounds in seen.items():
        one = medians(all_rounds)
        print(
            f"| {name} | {one.rate:,.0f} | {one.p50:.1f} | {one.p99:.1f} | "
            f"{one.rate / noop.rate:.2f} | {one.rate / mlflow.rate:.1f} | "
            f"{one.p99 / noop.p99:.2f} |"
        )


def services_of(found: Place, requests: int) -> dict[str, Asked]:
    """What is asked of whom. `again` asks about few businesses, the others each once."""
    by_id = [json.dumps({"business_id": one}).encode() for one in found.businesses]
    few, names = by_id[: min(150, requests)], list(found.features)
    rest = by_id[len(few) :] or by_id
    vectors = [_no_nan(vector) for vector in found.vectors]
    bare = [json.dumps({"inputs": [one]}).encode() for one in vectors]
    framed = [
        # A column of nulls is no column of numbers to MLflow; what is scored costs the same.
        json.dumps({"dataframe_split": {"columns": names, "data": [[x or 0.0 for x in one]]}})
        for one in vectors
    ]
    return {
        "registry: tier, recorded": Asked(OURS, "/v1/score", rest, [found.registry], once=True),
        "registry, asked again": Asked(OURS, "/v1/score", few, [found.registry]),
        "regulator: explained, recorded": Asked(
            OURS, "/v1/score", rest, found.regulators, once=True
        ),
        "regulator, asked again": Asked(OURS, "/v1/score", few, found.regulators),
        NOTHING: Asked(NOOP, "/score", few),
        FRAME: Asked(MLFLOW, "/invocations", [one.encode() for one in framed], few=True),
        "mlflow models serve, bare numbers": Asked(MLFLOW, "/invocations", bare, few=True),
    }


def medians(rounds: Sequence[Measured]) -> Measured:
    """The median of each figure."""
    return Measured(
        *(
            statistics.median(getattr(one, figure) for one in rounds)
            for figure in ("rate", "p50", "p99")
        )
    )


def _no_nan(vector: Sequence[float]) -> list[float | None]:
    """JSON has no NaN; MLflow reads null as missing."""
    return [None if math.isnan(value) else value for value in vector]


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jurisdiction", default="ningbo")
    parser.add_argument("--home", type=Path, help="Without one, the town of the tests.")
    parser.add_argument("--requests", type=int, default=4000, help="of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--noop", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.noop:
        noop()
        return
    with TemporaryDirectory(dir=".") as folder:
        own = Path(folder)
        n = 500 + given.requests * (given.rounds + 1)
        found = place(given.jurisdiction, given.home, own, n)
        compare(found, own, given.requests, given.rounds)


if __name__ == "__main__":
    main()
