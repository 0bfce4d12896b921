"""The audit log's group commit on both kinds of store: records a second, durable each.

    python -m experiments.benchmarks.audit_commit

Groups of several sizes are appended to an embedded store and to one in a PostgreSQL
server on this machine (fsync on, over a socket file), in turns, round by round. A
record is about one of 5,000 businesses and keeps its request, as in the service.
Processor time is this process's; the server's own is not in it.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from serving.audit import Ledger
from serving.audit.ledger import append
from serving.database import Database, Stores
from tests.postgres import running
from tests.serving.audit.logs import entry

SIZES, SECONDS, ROUNDS = (1, 16, 64, 512), 0.7, 3
KEY = b"k" * 32


def commit(ledger: Ledger, database: Database, first: int, size: int) -> None:
    """Append one group, as the service's writer does."""
    group = [entry(first + i, f"B-{(first + i) * 7919 % 5000:05d}") for i in range(size)]
    with database.writing() as rows:
        append(rows, ledger.within(rows).end(), group, KEY)


def measured(ledger: Ledger, database: Database, size: int) -> tuple[float, float, float]:
    """Records a second, processor µs a record, median ms a commit."""
    done, taken = 0, []
    began, processor = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < SECONDS:
        at = time.perf_counter()
        commit(ledger, database, done, size)
        taken.append(time.perf_counter() - at)
        done += size
    elapsed, used = time.perf_counter() - began, time.process_time() - processor
    return done / elapsed, used / done * 1e6, statistics.median(taken) * 1000


def main() -> None:
    """Print the table."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=".")))
        server = stack.enter_context(running(is_durable=True))
        address = server.new_database().replace("+psycopg", "")
        kinds = {"SQLite": Stores.of(folder), "PostgreSQL": Stores.of(folder, address)}
        for stores in kinds.values():
            stack.callback(stores.close)
        ledgers = {name: Ledger.of(stores.audit) for name, stores in kinds.items()}
        print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.0f}\n")
        print(
            "| store | records a commit | records a second | processor µs a record | ms a commit |"
        )
        print("|---|---|---|---|---|")
        for size in SIZES:
            found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in kinds}
            for turn in range(ROUNDS + 1):
                for name, stores in kinds.items():
                    one = measured(ledgers[name], stores.audit, size)
                    if turn:  # the first warms up
                        found[name].append(one)
            for name, rounds in found.items():
                rate, used, ms = (statistics.median(values) for values in zip(*rounds, strict=True))
                print(f"| {name} | {size} | {rate:,.0f} | {used:,.0f} | {ms:.2f} |")


if __name__ == "__main__":
    main()
