"""What every job in the Spark environment does: start, report, end with its parent."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

from features.spark import MASTER


@contextmanager
def session(name: str) -> Iterator[SparkSession]:
    """A Spark session on the master the environment names, stopped at the end."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    path = os.environ.get("PYTHONPATH", "")
    builder = (
        SparkSession.builder.appName(name)
        .master(os.environ.get(MASTER) or "local[*]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.executorEnv.PYTHONPATH", path)
        .config("spark.executorEnv.OMP_NUM_THREADS", "1")
        # Steps are many and small: what Spark joins, it sizes itself.
        .config("spark.sql.adaptive.enabled", "true")
        .config("spark.sql.session.timeZone", "UTC")
    )
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def say(stage: str, done: int, total: int) -> None:
    """Tell the parent how far the job is."""
    print(json.dumps([stage, done, total]), flush=True)


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(1)
