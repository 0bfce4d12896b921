"""A Spark standalone cluster on loopback: a master and workers that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from features.spark import Spark

_PATIENCE_S = 300


@dataclass(frozen=True)
class Cluster:
    """Its Spark, and its workers, each the leader of a group of processes."""

    spark: Spark
    workers: tuple[subprocess.Popen[bytes], ...]

    def kill(self, worker: int) -> None:
        """Kill a worker and its executors as a power cut would."""
        os.killpg(self.workers[worker].pid, signal.SIGKILL)


@contextmanager
def cluster(spark: Spark, folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster of one-core workers; everything it started is gone afterwards."""
    home = subprocess.run(
        [spark.python, "-c", "import pyspark; print(pyspark.__path__[0])"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    master = f"spark://127.0.0.1:{_free_port()}"
    log = folder / "master.log"
    started = [_start(home, log, "master.Master", "--port", master.rpartition(":")[2])]
    try:
        _wait_for(log, "I have been elected leader", 1)
        for number in range(workers):
            place = folder / f"worker-{number}"
            started.append(
                _start(home, folder / f"worker-{number}.log", "worker.Worker", master, "--cores",
                       "1", "--memory", "1g", "--work-dir", str(place))
            )  # fmt: skip
        _wait_for(log, "Registering worker", workers)
        yield Cluster(replace(spark, master=master), tuple(started[1:]))
    finally:
        for process in started:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # killed by the test
            finally:
                process.wait()


def _start(home: str, log: Path, role: str, *arguments: str) -> subprocess.Popen[bytes]:
    program = [f"{home}/bin/spark-class", f"org.apache.spark.deploy.{role}"]
    with log.open("wb") as file:
        return subprocess.Popen(
            [*program, "--host", "127.0.0.1", "--webui-port", "0", *arguments],
            stdout=file, stderr=file, start_new_session=True,
            env={**os.environ, "SPARK_HOME": home, "SPARK_LOCAL_IP": "127.0.0.1"},
        )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(log: Path, words: str, times: int) -> None:
    until = time.monotonic() + _PATIENCE_S
    while log.read_text(errors="replace").count(words) < times:
        assert time.monotonic() < until, f"{log} never said {times} times: {words}"
        time.sleep(0.2)
