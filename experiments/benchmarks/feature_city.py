"""A snapshot of random records, in the layout of an ingested one, of any size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from features.business import row_columns
from features.catalogue import Catalogue
from features.contracts import CityWide, Column, Kind, Nearby, Source

FIRST, LAST = 17_900, 20_000  # 2019 to 2024
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
            values = rng.integers(FIRST, LAST, rows).astype(np.int32)
            empty = rng.random(rows) < 0.5
        case _:
            values = rng.integers(0, 10_000_000, rows)
    return pa.array(values, mask=empty)


def _source(source: Source, ids: np.ndarray, rows: int, rng: np.random.Generator) -> pa.Table:
    event = np.sort(rng.integers(FIRST, LAST, rows)).astype(np.int32)
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


def write_city(folder: Path, catalogue: Catalogue, businesses: int, records: int) -> None:
    """A snapshot of random records, as many in each source, one registration a business."""
    rng = np.random.default_rng(1)
    ids = np.array([f"9133{n:014d}" for n in range(businesses)])
    sources = catalogue.jurisdiction.sources
    for source in sources:
        rows = records // len(sources)
        if source.name in catalogue.jurisdiction.roster:
            rows = businesses
        if isinstance(source.subject, Nearby):
            rows *= 4
        if isinstance(source.subject, CityWide):
            rows = 1_500
        _write(_source(source, ids, rows, rng), folder / f"{source.name}.parquet")
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
    _write(pa.table(profiles), folder / "profiles.parquet")


def _write(table: pa.Table, path: Path) -> None:
    """As a snapshot's files are: groups of so many rows can be read by several threads."""
    pq.write_table(table, path, compression="zstd", row_group_size=122_880)


def spine_of(folder: Path, shape: str, days: int, rows: int) -> pa.Table:
    """``monthly``: everyone on each of a few days; ``records``: rows spread over ~900 days."""
    ids = pq.read_table(folder / "profiles.parquet", columns=["entity_id"])["entity_id"].to_pylist()
    if shape == "monthly":
        dates = np.repeat(LAST - 30 * np.arange(days)[::-1], len(ids))
        entities = np.tile(np.array(ids), days)
    else:
        rng = np.random.default_rng(2)
        dates = np.sort(rng.integers(LAST - 900, LAST, rows))
        entities = np.array(ids)[rng.integers(0, len(ids), rows)]
    return pa.table(
        {
            "row_id": np.arange(len(dates)),
            "entity_id": pa.array(entities),
            "as_of_day": pa.array(dates.astype(np.int32)),
        }
    )
