"""How long it takes to build features, against a bare scan of the same columns.

    python experiments/benchmarks/build_features.py monthly --businesses 50000 --days 8
    python experiments/benchmarks/build_features.py records --rows 24518

Question: does one pass per source stay near the cost of reading it, for few
as-of days with many rows each (``monthly``) and for many days with few rows each
(``records``)? Prediction: within a few times the scan plus the time to write the
matrix. Every run is interleaved with a bare scan and the medians are printed.

Verdict (2026-11, 151 features of Ningbo, processor seconds on two busy cores):
50,000 businesses × 8 days over 700,000 records 7.4 s, 17 scans, of which a third
is putting together and writing 60 million values; 1.4 million businesses × 1 day
over 5 million records 15.7 s, 6.5 scans, 1.5 GiB; 24,518 rows on 900 days 1.9 s,
4.4 scans. The cost of few records is the spine's, of many the aggregates'.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from features.builder import build
from features.business import row_columns
from features.catalogue import Catalogue, load_catalogue
from features.contracts import CityWide, Column, Kind, Nearby, Source
from features.engines.sql import program
from features.snapshot import Snapshot

_FIRST, _LAST = 17_900, 20_000  # 2019 to 2024
_TYPES = {
    "entity_id": pa.string(), "event_key": pa.string(), "record_no": pa.int64(),
    "known_us": pa.int64(),
}  # fmt: skip


def _values(column: Column, rows: int, rng: np.random.Generator) -> pa.Array:
    empty = rng.random(rows) < 0.05
    match column.kind:
        case Kind.TEXT:
            return pa.array(np.char.add("t", rng.integers(0, max(rows // 3, 2), rows).astype(str)))
        case Kind.CODE:
            values = rng.integers(0, len(column.labels), rows).astype(np.int32)
        case Kind.MASK:
            values = rng.integers(0, 1 << min(len(column.labels), 60), rows)
        case Kind.FLAG:
            values = rng.integers(0, 2, rows).astype(np.int32)
        case Kind.DAY:
            values = rng.integers(_FIRST, _LAST, rows).astype(np.int32)
            empty = rng.random(rows) < 0.5
        case _:
            values = rng.integers(0, 10_000_000, rows)
    return pa.array(values, mask=empty)


def _source(source: Source, ids: np.ndarray, rows: int, rng: np.random.Generator) -> pa.Table:
    event = np.sort(rng.integers(_FIRST, _LAST, rows)).astype(np.int32)
    columns: dict[str, pa.Array] = {
        "entity_id": pa.array(ids[rng.integers(0, len(ids), rows)]),
        "event_key": pa.array(np.char.add("k", np.arange(rows).astype(str))),
        "record_no": pa.array(np.arange(rows)),
        "version": pa.array(np.ones(rows, np.int32)),
        "event_day": pa.array(event),
        "known_day": pa.array(event + rng.integers(0, 20, rows).astype(np.int32)),
    }
    if isinstance(source.subject, CityWide):
        columns["entity_id"] = pa.nulls(rows, pa.string())
    columns["known_us"] = pa.array(
        np.asarray(columns["known_day"]).astype(np.int64) * 86_400_000_000
    )
    for name, share in (("superseded_day", 0.05), ("repaired_day", 0.02)):
        columns[name] = pa.array(event + 200, mask=rng.random(rows) > share)
    columns["usable_until_day"] = pa.array(event + 3 * 365, mask=rng.random(rows) < 0.5)
    for name in row_columns(source):
        if name == "distance_m":
            columns[name] = pa.array(rng.integers(0, 500, rows).astype(np.int32))
        elif name not in columns:
            declared = [c for c in source.columns if c.name == name]
            columns[name] = (
                _values(declared[0], rows, rng) if declared else pa.nulls(rows, pa.int32())
            )
    table = pa.table({name: columns[name] for name in row_columns(source)})
    return table.sort_by([("entity_id", "ascending"), ("record_no", "ascending")])


def write_city(folder: Path, catalogue: Catalogue, businesses: int, records: int) -> list[str]:
    """A snapshot of random records; returns the businesses."""
    rng = np.random.default_rng(1)
    ids = np.array([f"9133{n:014d}" for n in range(businesses)])
    sources = catalogue.jurisdiction.sources
    for source in sources:
        rows = records // len(sources)
        if isinstance(source.subject, Nearby):
            rows *= 4
        if isinstance(source.subject, CityWide):
            rows = 1_500
        pq.write_table(_source(source, ids, rows, rng), folder / f"{source.name}.parquet")
    codes = rng.integers(0, 12, (2, businesses)).astype(str)
    profiles = {
        "entity_id": pa.array(ids), "name": pa.array(ids), "district": pa.array(codes[0]),
        "sector": pa.array(codes[1]), "form": pa.nulls(businesses, pa.string()),
        "latitude": pa.nulls(businesses, pa.float64()),
        "longitude": pa.nulls(businesses, pa.float64()),
        "established_day": pa.nulls(businesses, pa.int32()),
        "closed_day": pa.nulls(businesses, pa.int32()),
        "from_day": pa.array(np.zeros(businesses, np.int32)),
        "to_day": pa.nulls(businesses, pa.int32()),
    }  # fmt: skip
    pq.write_table(pa.table(profiles), folder / "profiles.parquet")
    return list(ids)


def spine_of(shape: str, ids: list[str], days: int, rows: int) -> pa.Table:
    """``monthly``: everyone on each of a few days; ``records``: rows spread over ~900 days."""
    if shape == "monthly":
        dates = np.repeat(_LAST - 30 * np.arange(days)[::-1], len(ids))
        entities = np.tile(np.array(ids), days)
    else:
        rng = np.random.default_rng(2)
        dates = np.sort(rng.integers(_LAST - 900, _LAST, rows))
        entities = np.array(ids)[rng.integers(0, len(ids), rows)]
    return pa.table(
        {
            "row_id": np.arange(len(dates)),
            "entity_id": pa.array(entities),
            "as_of_day": pa.array(dates.astype(np.int32)),
        }
    )


def scan(catalogue: Catalogue, snapshot: Snapshot) -> None:
    """Read every declared column of every source that a feature reads, and no more."""
    with duckdb.connect() as connection:
        for name in program(catalogue).sources:
            columns = row_columns(catalogue.jurisdiction.source(name))
            counts = ", ".join(f"MAX({c})" for c in columns if c not in ("event_key",))
            connection.execute(
                f"SELECT {counts} FROM read_parquet('{snapshot.source(name)}')"
            ).fetchall()


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shape", choices=["monthly", "records"])
    parser.add_argument("--city", default="ningbo")
    parser.add_argument("--businesses", type=int, default=50_000)
    parser.add_argument("--records", type=int, default=700_000)
    parser.add_argument("--days", type=int, default=8)
    parser.add_argument("--rows", type=int, default=24_518)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    catalogue = load_catalogue(arguments.city)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "city").mkdir()
        ids = write_city(home / "city", catalogue, arguments.businesses, arguments.records)
        snapshot = Snapshot("benchmark", home / "city")
        spine = spine_of(arguments.shape, ids, arguments.days, arguments.rows)
        scans, builds = [], []
        for run in range(arguments.runs):
            scans.append(timed(lambda: scan(catalogue, snapshot)))
            target = home / str(run)
            builds.append(timed(lambda at=target: build(catalogue, snapshot, spine, at)))
    scanned, built = (
        [statistics.median(column) for column in zip(*times, strict=True)]
        for times in (scans, builds)
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    features = len(catalogue.jurisdiction.features)
    print(f"{spine.num_rows:,} rows × {features} features, {arguments.records:,} records")
    print(f"scan  {scanned[0]:8.2f} s wall {scanned[1]:8.2f} s processor")
    print(f"build {built[0]:8.2f} s wall {built[1]:8.2f} s processor")
    print(f"ratio {built[0] / scanned[0]:8.1f}        {built[1] / scanned[1]:8.1f}")
    print(f"peak memory {peak:.2f} GiB, with the city's making")


if __name__ == "__main__":
    main()
