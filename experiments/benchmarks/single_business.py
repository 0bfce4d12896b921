"""What computing one business's features costs inside a request.

    python experiments/benchmarks/single_business.py

Question: are all features of a business with about 200 records computed in at most
10 ms (median, warm), and is plain Python over its rows faster than an in-process
DuckDB that runs the batch's own SQL over the same rows? Prediction: well below
10 ms, and a hundred times faster, because the SQL is planned anew in every request.

In turn, for many businesses: ``python`` is `SingleEngine.compute` over rows that are
at hand; ``a record arrives`` puts a judged record among the rows first; ``judged`` reads
and judges it as well; ``duckdb`` runs the batch's steps over tables that hold only
this business's rows and those it is linked to. Values must be equal. Every way but the
last runs several times for each business. Processor time is what other work on the
machine disturbs least.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from experiments.benchmarks import feature_city
from features.arrivals import Arrival, Arrivals
from features.as_of import FOREVER
from features.business import BusinessRecords
from features.catalogue import Catalogue, load_catalogue
from features.engines.duckdb import connect
from features.engines.single import SingleEngine
from features.engines.sql import Program, program
from features.expressions import Row
from features.ingest.pushed import judge
from features.peers import Peers
from features.records_of import RecordReader
from features.snapshot import Snapshot
from features.windows import bounds

RESULTS = Path(__file__).parent / "results" / "single_business.md"
DAY = feature_city.LAST
ROUNDS = 5
PUSHED = {
    "行政相对人名称": "某某食品店", "行政处罚决定书文号": "甬市监处罚〔2024〕1号",
    "处罚类别": "罚款", "罚款金额(万元)": "0.5", "处罚决定日期": "2024-08-01",
    "处罚机关": "宁波市市场监督管理局", "处罚程序": "普通程序", "处罚确定日期": "2024-09-01",
    "数据更新时间": "2024-09-02 10:00:00",
}  # fmt: skip


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """Elapsed and processor time of one run."""
    start, before = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - before)


def tables_of(
    connection: duckdb.DuckDBPyConnection, plan: Program, records: BusinessRecords
) -> duckdb.DuckDBPyConnection:
    """A connection whose tables hold only what the business's features read."""
    who = {records.entity_id, *(o for others in records.links.values() for o in others)}
    alone = duckdb.connect()
    for name in ("profiles", *(f"source_{s}" for s in plan.sources)):
        rows = connection.sql(
            f"SELECT * FROM {name} WHERE entity_id IN (SELECT UNNEST($1)) OR entity_id IS NULL",
            params=[sorted(who)],
        ).to_arrow_table()
        alone.register("given", rows)
        alone.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    spine = {"row_id": [0], "entity_id": [records.entity_id], "as_of_day": [DAY]}
    for name, columns in (("spine", spine), ("bounds", bounds([DAY], plan.windows))):
        table = pa.table(columns)
        cast = [f.with_type(pa.int32()) if pa.types.is_integer(f.type) else f for f in table.schema]
        alone.register("given", table.cast(pa.schema(cast)))
        alone.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    return alone


def by_sql(connection: duckdb.DuckDBPyConnection, plan: Program) -> dict[str, float | None]:
    """Every feature of the one row of the spine."""
    for step in (*plan.kept, *plan.steps):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {step.name} AS\n{step.sql}")
    (row,) = connection.sql(plan.matrix()).fetchall()
    return dict(zip(plan.features, row[3:], strict=True))


class Bench:
    """The engines over one snapshot, and the times of every business measured."""

    def __init__(self, catalogue: Catalogue) -> None:
        city = catalogue.jurisdiction
        # Without peers, whose means a request reads from what the batch saved.
        own = replace(city, features=tuple(f for f in city.features if not f.peers))
        self.plan = program(replace(catalogue, jurisdiction=own))
        self.catalogue, self.engine = catalogue, SingleEngine(catalogue)
        self.arriving, self.penalties = Arrivals(city), city.source("penalties")
        self.times: dict[str, list[tuple[float, float]]] = {}
        self.sizes: list[tuple[int, int]] = []

    def compute(self, records: BusinessRecords) -> dict[str, float | None]:
        """Every feature of the business."""
        return self.engine.compute(records, DAY, Peers())

    def arrived(self, records: BusinessRecords, row: Row) -> dict[str, float | None]:
        """Every feature once a judged penalty stands among the records."""
        arrival = Arrival("penalties", row, DAY, "receipt")
        return self.compute(self.arriving.among(records, [arrival])[0])

    def judged(self, records: BusinessRecords, pushed: dict[str, str]) -> dict[str, float | None]:
        """The same from the text that was pushed."""
        (accepted,) = judge(self.catalogue, self.penalties, [pushed]).accepted
        return self.arrived(records, accepted.row)

    def measure(self, records: BusinessRecords, connection: duckdb.DuckDBPyConnection) -> None:
        """Time every way on one business, once warm, and compare their values."""
        linked = sum(len(r) for by in records.linked.values() for r in by.values())
        self.sizes.append((sum(map(len, records.own.values())), linked))
        pushed = {**PUSHED, "行政相对人代码_1(统一社会信用代码)": records.entity_id}
        (accepted,) = judge(self.catalogue, self.penalties, [pushed]).accepted
        with tables_of(connection, self.plan, records) as alone:
            values, by = self.compute(records), by_sql(alone, self.plan)
            assert {name: values[name] for name in by} == by
            for name, work in {
                "python": lambda: self.compute(records),
                "arrives": lambda: self.arrived(records, accepted.row),
                "judged": lambda: self.judged(records, pushed),
                "duckdb": lambda: by_sql(alone, self.plan),
            }.items():
                for _ in range(1 if name == "duckdb" else ROUNDS):
                    self.times.setdefault(name, []).append(milliseconds(work))


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, default=500)
    parser.add_argument("--records", type=int, default=80_000)
    parser.add_argument("--of", type=int, default=60, help="businesses measured")
    arguments = parser.parse_args()
    catalogue = load_catalogue("ningbo")
    bench = Bench(catalogue)
    with tempfile.TemporaryDirectory() as named:
        feature_city.write_city(Path(named), catalogue, arguments.businesses, arguments.records)
        snapshot = Snapshot("benchmark", Path(named))
        names = [source.name for source in catalogue.jurisdiction.sources]
        files = {f"source_{name}": snapshot.source(name) for name in names}
        with (
            RecordReader(catalogue, snapshot, FOREVER) as reader,
            connect({"profiles": snapshot.profiles, **files}) as connection,
        ):
            for number in range(arguments.of):
                bench.measure(reader.of(f"9133{number:014d}"), connection)
    write(bench.times, bench.sizes, len(catalogue.jurisdiction.features))


def write(
    times: dict[str, list[tuple[float, float]]], sizes: list[tuple[int, int]], features: int
) -> None:
    """The table of medians and 95th percentiles."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    own, linked = (statistics.median(column) for column in zip(*sizes, strict=True))
    titles = {
        "python": "plain Python over the rows",
        "arrives": "the same after a judged record arrived",
        "judged": "the same, and the record read and judged",
        "duckdb": "in-process DuckDB, the batch's SQL",
    }
    base = statistics.median(used for _, used in times["python"])
    lines = [
        "# What one business costs in a request",
        "",
        f"Commit {commit}; {len(sizes)} businesses, medians of {own:.0f} own and {linked:.0f} "
        f"linked records, {features} features; milliseconds, warm, in turn, load "
        f"{os.getloadavg()[0]:.0f} on {os.cpu_count()} CPUs from other work. Made by "
        "`python experiments/benchmarks/single_business.py`.",
        "",
        "| | processor, median | 95th percentile | × plain Python | elapsed, median "
        "| 95th percentile |",
        "|---|---|---|---|---|---|",
    ]
    for name, found in times.items():
        (wall, wall_high), (used, used_high) = (
            (statistics.median(one), sorted(one)[int(0.95 * len(one))])
            for one in zip(*found, strict=True)
        )
        lines.append(
            f"| {titles[name]} | {used:.2f} | {used_high:.2f} | {used / base:.1f} "
            f"| {wall:.2f} | {wall_high:.2f} |"
        )
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
