"""``python -m features.engines.spark_driver job.json``: a program's steps on Spark.

Each step is written as Parquet and read back as a table under its name before the
next one runs: one statement of all steps is planned for many minutes, and a lost
worker costs at most one step.
"""

from __future__ import annotations

import sys
from pathlib import Path

from features.engines.spark import Job
from features.engines.spark_session import say, session


def main(job_file: Path) -> None:
    """Run every step of the job and leave its rows where they are to go."""
    job = Job.read(job_file)
    with session("xinheng features") as spark:
        for name, path in job.tables.items():
            spark.read.parquet(path).createOrReplaceTempView(name)
        for done, (name, sql, to) in enumerate(job.steps):
            say(name, done, len(job.steps))
            frame = spark.sql(sql)
            frame.write.parquet(to)
            written = spark.read.schema(frame.schema).parquet(to)
            written.createOrReplaceTempView(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
