"""Fixtures that every package's tests share."""

from __future__ import annotations

import os
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
def spark() -> Spark:
    """The Spark environment, or a skip that says why."""
    if not os.environ.get(PYTHON):
        pytest.skip(f"{PYTHON} does not name the Python of a Spark environment; `make spark`")
    return Spark.of({PYTHON: os.environ[PYTHON], "XINHENG_SPARK_MASTER": "local[2]"})
