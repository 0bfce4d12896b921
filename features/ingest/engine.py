"""The embedded engine that a delivery is staged in, and the lock on its workspace."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from features.durable import sweep
from features.memory import limit_sql
from features.snapshot import records_folder

_WRITTEN = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 1000"
# A snapshot's files are read by other engines too, a batch only by this one.
SNAPSHOT_FILE = f"({_WRITTEN})"
BATCH_FILE = f"({_WRITTEN}, PARQUET_VERSION v2)"


def connect(work: Path, received_day: int | None = None) -> duckdb.DuckDBPyConnection:
    """An engine of our own that spills into `work`; UTC, so that no host zone leaks in.

    `received_day` is the day what it reads came in; without it, rules about it hold.
    """
    connection = duckdb.connect()
    connection.execute(
        f"SET VARIABLE received_day = {'NULL' if received_day is None else received_day}"
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET temp_directory = '{work}/spill'")
    connection.execute(limit_sql())
    connection.execute("SET enable_progress_bar = false")
    return connection


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the workspace; the lock goes when the process goes, however it goes."""
    records = records_folder(home)
    records.mkdir(parents=True, exist_ok=True)
    with (records / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for parent in (records, records / "batches", records / "snapshots"):
            sweep(parent)
        yield
