"""What building features costs, beside reading the records and beside data frames.

    python experiments/benchmarks/build_features.py all --businesses 1420000 --records 20000000

Question: does one pass per source stay near the cost of reading it, and within one
and a half times of the same features well written in Polars? Prediction: within a
few times the scan plus the time to write the matrix; ahead of Polars, because a
record meets the as-of day once for all its features.

Every method runs in a process of its own, in turn, so that its peak memory is its
own; processor time is what other work on the machine disturbs least. ``scan``
reads the columns that features read and counts them for each business; ``build``
is all features with links and peers, from Parquet to a Parquet matrix; ``alone`` the
same without links and peers, which is what ``polars`` and ``pandas`` compute (into
memory only) and what their values are compared with; ``pandas`` and ``featuretools``
run on a part of the businesses. The table is results/build_features.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from experiments.benchmarks import feature_city
from experiments.benchmarks.frames import columns_of, own, with_pandas, with_polars
from features.builder import Matrix, build
from features.catalogue import Catalogue, load_catalogue
from features.snapshot import Snapshot

RESULTS = Path(__file__).parent / "results" / "build_features.md"


class Case:
    """One city, one spine, and the methods that can be run on them."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.folder = Path(arguments.folder)
        self.catalogue = load_catalogue(arguments.city)
        self.snapshot = Snapshot("benchmark", self.folder)
        self.spine = feature_city.spine_of(
            self.folder, arguments.shape, arguments.days, arguments.rows
        )
        self.days: list[int] = sorted(set(self.spine["as_of_day"].to_pylist()))
        city = self.catalogue.jurisdiction
        self.own = own(city.features)
        self.files = {s.name: self.snapshot.source(s.name) for s in city.sources}

    def scan(self) -> None:
        """Read the columns that features read; count them for each business and source."""
        with duckdb.connect() as connection:
            for source in self.catalogue.jurisdiction.sources:
                mine = [f for f in self.catalogue.jurisdiction.features if f.source == source.name]
                if mine:
                    counts = ", ".join(f"COUNT({c})" for c in columns_of(source, mine))
                    connection.execute(
                        f"CREATE OR REPLACE TEMP TABLE counted AS SELECT entity_id, {counts} "
                        f"FROM read_parquet('{self.files[source.name]}') GROUP BY entity_id"
                    )

    def build(self) -> Matrix:
        """Every feature, written."""
        return self._built(self.catalogue)

    def alone(self) -> Matrix:
        """The features over a business's own records, written."""
        city = replace(self.catalogue.jurisdiction, features=self.own)
        return self._built(replace(self.catalogue, jurisdiction=city))

    def _built(self, catalogue: Catalogue) -> Matrix:
        home = Path(tempfile.mkdtemp(dir=self.folder))
        return build(catalogue, self.snapshot, self.spine, home)

    def polars(self) -> list[pa.Table]:
        """The same for each date, in memory."""
        import polars as pl

        every = pl.DataFrame({"entity_id": self.spine["entity_id"].unique()})
        city = self.catalogue.jurisdiction
        return [with_polars(city, self.own, self.files, every, day).to_arrow() for day in self.days]

    def pandas(self) -> list[object]:
        """The same for each date, in memory."""
        import pandas as pd

        every = pd.Index(self.spine["entity_id"].unique().to_pandas())
        city = self.catalogue.jurisdiction
        return [with_pandas(city, self.own, self.files, every, day) for day in self.days]


def compare(case: Case) -> None:
    """Stop unless Polars and pandas give the builder's values."""
    import numpy as np

    matrix = case.alone().read().to_pandas().set_index("entity_id")
    for name, frame in (
        ("polars", case.polars()[0].to_pandas().set_index("entity_id")),
        ("pandas", case.pandas()[0]),
    ):
        for feature in case.own:
            ours, theirs = matrix[feature.name], frame[feature.name].reindex(matrix.index)
            close = np.isclose(ours, theirs.astype(float), rtol=1e-9, equal_nan=True)
            assert close.all(), f"{name} differs in {feature.name}"
    print(f"{len(case.own)} features agree on {len(matrix):,} rows")


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Wall and processor seconds, and the peak memory of the process in GiB."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "wall": time.perf_counter() - wall, "cpu": cpu, "peak": after.ru_maxrss / 2**20,
    }  # fmt: skip


METHODS = ("scan", "build", "alone", "polars")


def rounds(arguments: argparse.Namespace, methods: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Medians of each method over interleaved rounds, each in a process of its own."""
    seen: dict[str, list[dict[str, float]]] = {}
    for _ in range(arguments.runs):
        for method in methods:
            done = subprocess.run(
                [sys.executable, __file__, "run", "--method", method, "--folder", arguments.folder,
                 "--city", arguments.city, "--shape", arguments.shape, "--days",
                 str(arguments.days), "--rows", str(arguments.rows)],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            seen.setdefault(method, []).append(json.loads(done.stdout))
            print(method, done.stdout.strip(), flush=True)
    return {
        method: {k: statistics.median(run[k] for run in runs) for k in runs[0]}
        for method, runs in seen.items()
    }


def table(title: str, found: dict[str, dict[str, float]], against: dict[str, int]) -> str:
    """One Markdown table; `against` scales a method that ran on a part of the businesses."""
    lines = [f"## {title}", "", "| | wall s | processor s | peak GiB | processor, × scan |",
             "|---|---|---|---|---|"]  # fmt: skip
    for method, one in found.items():
        part = against.get(method, 1)
        ratio = one["cpu"] * part / found["scan"]["cpu"]
        name = method if part == 1 else f"{method}, one in {part} (ratio scaled up)"
        lines.append(
            f"| {name} | {one['wall']:.1f} | {one['cpu']:.1f} | {one['peak']:.1f} | {ratio:.1f} |"
        )
    return "\n".join(lines) + "\n"


def everything(arguments: argparse.Namespace) -> None:
    """Make the city, run all comparisons, write the results after each."""
    catalogue = load_catalogue(arguments.city)
    texts = [heading(arguments, catalogue)]
    with tempfile.TemporaryDirectory() as named:
        for name, part in (("whole", 1), ("tenth", 10)):
            (Path(named) / name).mkdir()
            feature_city.write_city(
                Path(named) / name, catalogue, arguments.businesses // part,
                arguments.records // part,
            )  # fmt: skip
        arguments.folder, arguments.days = str(Path(named) / "tenth"), 1
        compare(Case(arguments))
        tenth = rounds(arguments, ("pandas",))
        arguments.folder = str(Path(named) / "whole")
        for days in (1, 8):
            arguments.days = days
            found = rounds(arguments, METHODS)
            if days == 1:
                found |= tenth
            texts.append(table(f"{days} as-of date{'s' * (days > 1)}", found, {"pandas": 10}))
            RESULTS.write_text("\n".join(texts), encoding="utf-8")


def heading(arguments: argparse.Namespace, catalogue: Catalogue) -> str:
    """What was measured, where."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    city = catalogue.jurisdiction
    return (
        f"# What building features costs\n\nCommit {commit}, {os.cpu_count()} CPUs "
        f"({platform.machine()}), load {os.getloadavg()[0]:.0f} from other work at the start; "
        f"{arguments.businesses:,} businesses, {arguments.records:,} random records, "
        f"{len(city.features)} features of {city.title.en}, of which {len(own(city.features))} "
        f"are over a business's own records (`alone`, `polars`, `pandas`). Medians of "
        f"{arguments.runs} interleaved runs, each in its own process. Made by "
        "`python experiments/benchmarks/build_features.py all`.\n"
    )


def main() -> None:
    """Run one method, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["make", "run", "compare", "all"])
    parser.add_argument("--method", choices=[*METHODS, "pandas"])
    parser.add_argument("--folder", default=".")
    parser.add_argument("--city", default="ningbo")
    parser.add_argument("--shape", choices=["monthly", "records"], default="monthly")
    parser.add_argument("--businesses", type=int, default=50_000)
    parser.add_argument("--records", type=int, default=700_000)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--rows", type=int, default=24_518)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.what == "all":
        everything(arguments)
    elif arguments.what == "make":
        Path(arguments.folder).mkdir(parents=True, exist_ok=True)
        feature_city.write_city(
            Path(arguments.folder), load_catalogue(arguments.city), arguments.businesses,
            arguments.records,
        )  # fmt: skip
    elif arguments.what == "compare":
        compare(Case(arguments))
    else:
        print(json.dumps(measured(getattr(Case(arguments), arguments.method))))


if __name__ == "__main__":
    main()
