"""Run a job in the Spark environment: another Python, another process, one job file.

PySpark wants an older pandas than the rest of the house, so it lives in an
environment of its own (``make spark``). What it runs reads and writes Parquet in
a folder that every worker sees, and says on its standard output how far it is.

========================  ===========================================================
``XINHENG_SPARK_PYTHON``  the Python of that environment
``XINHENG_SPARK_MASTER``  where Spark runs; without one ``local[*]``
========================  ===========================================================
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from features.errors import Fault, OurConfiguration, XinhengError
from features.progress import Progress

PYTHON, MASTER = "XINHENG_SPARK_PYTHON", "XINHENG_SPARK_MASTER"
_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Spark:
    """Which Python drives Spark, and which master it asks for executors."""

    python: Path
    master: str = "local[*]"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Spark:
        """As the environment variables say.

        Raises
        ------
        OurConfiguration
            They name no Python, or one that is not there.
        """
        named = environment.get(PYTHON, "")
        if not named or not Path(named).is_file():
            got = "nothing" if not named else "a file that is not there"
            raise OurConfiguration(
                str(
                    Fault("no Spark environment", f"environment variable {PYTHON}",
                          "the Python of an environment with pyspark", got,
                          "run `make spark` and name .venv-spark/bin/python")
                )
            )  # fmt: skip
        return cls(Path(named), environment.get(MASTER) or "local[*]")

    def run(self, module: str, job: Path, log: Path, progress: Progress) -> None:
        """Run ``python -m module job`` to its end, telling `progress` what it says.

        Raises
        ------
        XinhengError
            It ended otherwise than well; its log tells why.
        """
        environment = {**os.environ, **self._environment()}
        with (
            log.open("wb") as errors,
            subprocess.Popen(
                [self.python, "-m", module, str(job)],
                # It ends when this end of the pipe does: a killed parent leaves no orphan.
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment,
            ) as driver,
        ):  # fmt: skip
            assert driver.stdout is not None  # it was asked for
            for line in driver.stdout:
                stage, done, total = json.loads(line)
                progress(stage, done, total)
            driver.stdin.close()  # type: ignore[union-attr]  # it was asked for
            code = driver.wait()
        if code:
            raise XinhengError(
                str(Fault("Spark job failed", module, "a job that ends well", f"exit code {code}",
                          f"read {log}"))
            )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        found = {
            MASTER: self.master,
            "PYSPARK_PYTHON": str(self.python),
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")])
            ),
        }
        if self.master.startswith("local") or "127.0.0.1" in self.master:
            found["SPARK_LOCAL_IP"] = "127.0.0.1"
        return found
