"""``python -m serving.batch.spark_driver job.json``: grade or explain a matrix on Spark."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from pyspark.sql.pandas.types import from_arrow_schema

from features.engines.spark_session import say, session
from serving.batch.blocks import blocks_sql
from serving.batch.engines import Job, schema_for
from serving.batch.partitions import worked
from serving.bundle.folder import load_bundle

# Of each core: small enough that little is lost with a worker.
_PARTITIONS = 4


def main(job_file: Path) -> None:
    """Leave the results of every row of the matrix in the job's folder."""
    job = Job.read(job_file)
    bundle = load_bundle(Path(job.bundle), job.trusted_keys)
    with session("xinheng scores") as spark:
        for name, path in job.tables.items():
            spark.read.parquet(path).createOrReplaceTempView(name)
        say(job.kind, 0, 1)
        rows = spark.sql(blocks_sql(bundle, job.as_of_day))
        spread = rows.repartition(_PARTITIONS * spark.sparkContext.defaultParallelism)
        schema = from_arrow_schema(schema_for(job.kind, bundle))
        spread.mapInArrow(partial(worked, job=job), schema).write.parquet(job.folder)
        say(job.kind, 1, 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
