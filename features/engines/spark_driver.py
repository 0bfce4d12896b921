"""``python -m features.engines.spark_driver job.json``: a program's steps on Spark.

Each step is written as Parquet and read back as a table under its name before one
that reads it runs: one statement of all steps is planned for many minutes, and a lost
worker costs at most a few steps. Steps are many and most are small, so those that do
not read one another run side by side.
"""

from __future__ import annotations

import re
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from pyspark.sql import SparkSession

from features.engines.spark import Job
from features.engines.spark_session import say, session

# Steps that are planned and started at once.
_TOGETHER = 4


def main(job_file: Path) -> None:
    """Run every step of the job and leave its rows where they are to go."""
    job = Job.read(job_file)
    with session("xinheng features") as spark, ThreadPoolExecutor(_TOGETHER) as threads:
        for name, path in job.tables.items():
            spark.read.parquet(path).createOrReplaceTempView(name)
        made: dict[str, Future[None]] = {}
        for name, sql, to in job.steps:
            # A step waits only for earlier ones, which began before it: no circle.
            before = [made[word] for word in dict.fromkeys(re.findall(r"\w+", sql)) if word in made]
            made[name] = threads.submit(_run, spark, name, sql, to, before)
        for done, (name, step) in enumerate(made.items()):
            say(name, done, len(made))
            step.result()


def _run(spark: SparkSession, name: str, sql: str, to: str, before: list[Future[None]]) -> None:
    """Write the rows of a step when those it reads are written."""
    for step in before:
        step.result()
    frame = spark.sql(sql)
    frame.write.parquet(to)
    spark.read.schema(frame.schema).parquet(to).createOrReplaceTempView(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
