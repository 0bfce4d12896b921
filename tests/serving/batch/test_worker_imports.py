from __future__ import annotations

import subprocess
import sys

# What the environment of `make spark` lacks and a driver or worker might come to import.
ABSENT = ("apsw", "psycopg", "starlette", "bentoml", "lightgbm", "mlflow", "sklearn", "shap")
# All that `features.engines.spark_driver` and `serving.batch.spark_driver` import of ours.
OURS = (
    "features.engines.order", "features.engines.spark", "features.spark",
    "serving.batch", "serving.batch.blocks", "serving.batch.partitions",
)  # fmt: skip


def test_a_clusters_drivers_and_workers_import_no_store_and_no_service() -> None:
    lines = ["import sys"]
    lines += [f"sys.modules[{name!r}] = None" for name in ABSENT]
    lines += [f"import {name}" for name in OURS]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
