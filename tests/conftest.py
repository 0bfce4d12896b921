"""Fixtures that every package's tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from features.spark import PYTHON, Spark
from tests.postgres import postgres, postgres_address

__all__ = ["postgres", "postgres_address"]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder that holds chicago/ and beijing/, or a skip that says why."""
    named = os.environ.get("XINHENG_REAL_DATA")
    if not named:
        pytest.skip("XINHENG_REAL_DATA does not name the folder with the real records")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"XINHENG_REAL_DATA names {folder}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """The Spark environment, set for small jobs, or a skip that says why."""
    if not os.environ.get(PYTHON):
        pytest.skip(f"{PYTHON} does not name the Python of a Spark environment; `make spark`")
    folder = tmp_path_factory.mktemp("spark")
    (folder / "spark-defaults.conf").write_text(
        "spark.sql.shuffle.partitions 4\nspark.executor.memory 768m\n", encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        # Its machines end before the second compiler and a parallel collector pay off.
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield Spark.of({PYTHON: os.environ[PYTHON], "XINHENG_SPARK_MASTER": "local[2]"})
