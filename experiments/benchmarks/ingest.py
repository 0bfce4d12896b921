"""How long it takes to take records in, against merely rewriting the same files.

    python experiments/benchmarks/ingest.py make CITY --businesses 70000
    python experiments/benchmarks/ingest.py run CITY

Question: what do validation, identification, deduplication and the snapshot cost
beyond reading? The alternative is DuckDB reading the same CSV files as text and
writing them as Parquet, on the same cores. Prediction: at most four times that,
in memory that does not grow with the rows.

The city is the synthetic one; sixteen departments, the largest ones, deliver, all
in UTF-8, because DuckDB reads nothing else. Every measure runs in a process of its
own, interleaved, under a limit on memory; processor seconds and peak memory are
the child's.

A smaller size is a smaller city, not the first rows of a large one: of those the
registration would be missing, and every name would be looked for in vain.

Verdict (2026-11): 5.5 times the processor time at 20 million rows, not four, and memory
up to the engine's limit, not flat. See results/ingest.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

SOURCES = 16
RECEIVED = date(2026, 7, 31)
LIMIT_GIB = 8


def make(folder: Path, businesses: int) -> None:
    """Write the deliveries of a synthetic city and keep its sixteen largest sources."""
    from features.catalogue import load_catalogue
    from features.synthetic import generate

    with tempfile.TemporaryDirectory(dir=folder.parent) as whole:
        city = generate(Path(whole), businesses, end=RECEIVED)
        largest = sorted(city.rows, key=lambda name: -city.rows[name])[:SOURCES]
        folder.mkdir(parents=True, exist_ok=True)
        for source in load_catalogue("ningbo").jurisdiction.sources:
            if source.name not in largest:
                continue
            for delivery in city.deliveries:
                for path in delivery.folder.glob(source.files):
                    _as_utf8(path, folder / path.name)
    rows = {name: city.rows[name] for name in largest}
    print(f"{sum(rows.values()):,} records of {len(rows)} sources, {_size(folder) / 2**30:.2f} GiB")


def _as_utf8(path: Path, target: Path) -> None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as read, \
                 target.open("w", encoding="utf-8", newline="") as written:  # fmt: skip
                shutil.copyfileobj(read, written, 1 << 22)
        except UnicodeDecodeError:
            continue
        return


def rewrite(folder: Path, target: Path) -> None:
    """DuckDB alone: every file read as text and written as Parquet."""
    from features.memory import limit_sql

    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = '{target}'")
        connection.execute(limit_sql())
        for path in sorted(folder.glob("*.csv")):
            connection.execute(
                f"COPY (SELECT * FROM read_csv('{path}', all_varchar=true, header=true)) "
                f"TO '{target / path.stem}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            )


def ingest(folder: Path, target: Path) -> None:
    """Take the same files in: validate, identify, deduplicate, make the snapshot."""
    from features.catalogue import load_catalogue
    from features.ingest import ingest as take_in

    account = take_in(load_catalogue("ningbo"), target, folder, RECEIVED)
    print(account.to_table(), file=sys.stderr)


def measured(what: str, folder: Path) -> dict[str, float]:
    """Wall and processor seconds and peak memory of one run in a process of its own."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as target:
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, __file__, "child", what, str(folder), target],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "processor": processor, **json.loads(done.stdout)}


def child(what: str, folder: Path, target: Path) -> None:
    """Do one of the two under the limit on memory, and say how much was used."""
    limit = LIMIT_GIB * 2**30
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    {"rewrite": rewrite, "ingest": ingest}[what](folder, target)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({"gib": peak}))


def run(folder: Path, runs: int) -> None:
    """Print the medians of interleaved runs."""
    found: dict[str, list[dict[str, float]]] = {"rewrite": [], "ingest": []}
    for _ in range(runs):
        for what, times in found.items():
            times.append(measured(what, folder))
    medians = {
        what: {key: statistics.median(one[key] for one in times) for key in times[0]}
        for what, times in found.items()
    }
    print(f"{_rows(folder):,} rows, {_size(folder) / 2**30:.2f} GiB of CSV")
    for what, median in medians.items():
        print(
            f"{what:8} {median['wall']:8.1f} s wall {median['processor']:8.1f} s processor "
            f"{median['gib']:6.2f} GiB at most"
        )
    ratio = {key: medians["ingest"][key] / medians["rewrite"][key] for key in ("wall", "processor")}
    print(f"ratio    {ratio['wall']:8.2f}        {ratio['processor']:8.2f}")


def _rows(folder: Path) -> int:
    with duckdb.connect() as connection:
        counted = connection.execute(
            f"SELECT count(*) FROM read_csv('{folder}/*.csv', columns={{'line': 'VARCHAR'}}, "
            "delim='\x01', header=false, quote='', auto_detect=false)"
        ).fetchall()
    return int(counted[0][0]) - len(list(folder.glob("*.csv")))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.csv"))


def main() -> None:
    """Make a city, or run on one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["make", "run", "child"])
    parser.add_argument("arguments", nargs="+")
    parser.add_argument("--businesses", type=int, default=70_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    match given.what, given.arguments:
        case "make", [folder]:
            make(Path(folder), given.businesses)
        case "run", [folder]:
            run(Path(folder), given.runs)
        case "child", [what, folder, target]:
            child(what, Path(folder), Path(target))


if __name__ == "__main__":
    main()
