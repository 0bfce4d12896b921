"""``python -m features.engines.spark_driver job.json``: a program's steps on Spark.

Each step is written as Parquet and read back as a table under its name before one
that reads it runs: one statement of all steps is planned for many minutes, and a lost
worker costs at most a few steps. Steps are many and most are small, so those that do
not read one another run side by side.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from pyspark.sql import SparkSession

from features.engines.order import side_by_side
from features.engines.spark import Job
from features.engines.spark_session import say, session

# Steps that are planned and started at once.
_TOGETHER = 4


def main(job_file: Path) -> None:
    """Run every step of the job and leave its rows where they are to go."""
    job = Job.read(job_file)
    with session("xinheng features") as spark:
        for name, path in job.tables.items():
            spark.read.parquet(path).createOrReplaceTempView(name)
        steps = {name: (sql, to) for name, sql, to in job.steps}
        texts = {name: sql for name, (sql, _) in steps.items()}
        run = partial(_run, spark, steps)
        for done, name in enumerate(side_by_side(texts, run, _TOGETHER), 1):
            say(name, done, len(steps))


def _run(spark: SparkSession, steps: dict[str, tuple[str, str]], name: str) -> None:
    """Write the rows of a step, and read them back under its name."""
    sql, to = steps[name]
    frame = spark.sql(sql)
    frame.write.parquet(to)
    spark.read.schema(frame.schema).parquet(to).createOrReplaceTempView(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
