"""Small worlds for tests: a snapshot written by hand, in the snapshot's layout."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.business import PROFILE, BusinessRecords, row_columns
from features.catalogue import Catalogue
from features.contracts import CityWide, Kind, Source
from features.snapshot import MANIFEST, MENTIONS, Snapshot, SnapshotFile, SnapshotManifest

Cell = int | float | str | None
TYPES = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.int32(),
    Kind.MASK: pa.int64(),
    Kind.DAY: pa.int32(),
    Kind.INSTANT: pa.int64(),
    Kind.INTEGER: pa.int64(),
    Kind.MONEY: pa.int64(),
    Kind.DECIMAL: pa.int64(),
    Kind.FLAG: pa.int32(),
}
RECORD_TYPES = {
    "entity_id": pa.string(),
    "event_key": pa.string(),
    "record_no": pa.int64(),
    "known_us": pa.int64(),
}
MENTION_TYPES = {
    **dict.fromkeys(("source", "mention", "name"), pa.string()),
    **{"records": pa.int64(), "place": pa.int32(), "entity_id": pa.string()},
    **{"roster_name": pa.string(), "from_day": pa.int32(), "weight": pa.float64()},
    **{"probability": pa.int32(), "state": pa.string(), "decided_on": pa.string()},
    "linked_by": pa.int32(),
}
PROFILE_TYPES = {
    **dict.fromkeys(("entity_id", "name", "district", "sector", "form"), pa.string()),
    **dict.fromkeys(("latitude", "longitude"), pa.float64()),
}


def day(text: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


@dataclass(frozen=True)
class World:
    """Rows as written, and the snapshot that holds them."""

    folder: Path
    catalogue: Catalogue
    rows: Mapping[str, Sequence[Mapping[str, Cell]]]
    people: Sequence[Mapping[str, Cell]] = field(default_factory=list)

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(f"world at {self.folder}", self.folder)


def numbered(rows: Iterable[Mapping[str, Cell]]) -> list[dict[str, Cell]]:
    """The rows with lifecycle columns filled in and ranked as the snapshot ranks them."""
    whole = []
    for row in rows:
        known = row.get("known_day", row["event_day"])
        assert isinstance(known, int)
        base: dict[str, Cell] = {
            "entity_id": None, "version": 1, "known_day": known,
            "known_us": known * 86_400_000_000, "superseded_day": None, "retracted_day": None,
            "repaired_day": None, "usable_until_day": None, "disputed_day": None,
            "settled_day": None, "final_day": None, "counted_from_day": None,
        }  # fmt: skip
        whole.append(base | dict(row))
    ranks: dict[tuple[Cell, ...], int] = {}
    for row in sorted(whole, key=_rank):
        row["record_no"] = ranks.setdefault(_rank(row), len(ranks))
    return whole


def _rank(row: Mapping[str, Cell]) -> tuple[str, int, int, str, int]:
    event, known, version = row["event_day"], row["known_us"], row["version"]
    assert isinstance(event, int)
    assert isinstance(known, int)
    assert isinstance(version, int)
    # A record near several businesses was numbered before it belonged to any.
    whose = "~" if "distance_m" in row or row["entity_id"] is None else str(row["entity_id"])
    return (whose, event, known, str(row["event_key"]), version)


def schema_of(source: Source) -> pa.Schema:
    """Types of a source's snapshot file."""
    declared = {c.name: TYPES[c.kind] for c in source.columns}
    return pa.schema(
        [(c, declared.get(c, RECORD_TYPES.get(c, pa.int32()))) for c in row_columns(source)]
    )


def write_world(
    folder: Path,
    catalogue: Catalogue,
    rows: Mapping[str, Iterable[Mapping[str, Cell]]],
    profiles: Iterable[Mapping[str, Cell]] = (),
    mentions: Iterable[Mapping[str, Cell]] = (),
) -> World:
    """Write a snapshot that holds `rows` and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    kept: dict[str, list[dict[str, Cell]]] = {}
    for source in catalogue.jurisdiction.sources:
        columns = row_columns(source)
        whole = [{c: row.get(c) for c in columns} for row in numbered(rows.get(source.name, ()))]
        whole.sort(key=lambda r: (r["entity_id"] is None, r["entity_id"] or "", r["record_no"]))
        kept[source.name] = whole
        table = pa.Table.from_pylist(whole, schema=schema_of(source))
        pq.write_table(table, folder / f"{source.name}.parquet")
    people = [{c: row.get(c) for c in PROFILE} for row in profiles]
    schema = pa.schema([(c, PROFILE_TYPES.get(c, pa.int32())) for c in PROFILE])
    pq.write_table(pa.Table.from_pylist(people, schema=schema), folder / "profiles.parquet")
    named = [{c: row.get(c) for c in MENTION_TYPES} for row in mentions]
    schema = pa.schema(list(MENTION_TYPES.items()))
    pq.write_table(pa.Table.from_pylist(named, schema=schema), folder / MENTIONS)
    (folder / MANIFEST).write_bytes(_manifest(catalogue).to_bytes())
    return World(folder, catalogue, kept, people)


def _manifest(catalogue: Catalogue) -> SnapshotManifest:
    """A manifest by which nobody decided about any name; nothing reads the rest."""
    return SnapshotManifest(
        catalogue.jurisdiction.name, catalogue.fingerprint, 0, {}, {}, {}, SnapshotFile(0, ""),
        (), (), (), SnapshotFile(0, ""), "", (), ({"received_on": "2024-05-31"},),
    )  # fmt: skip


def spine_of(pairs: Sequence[tuple[str, int]]) -> pa.Table:
    """The spine of (business, as-of day) pairs, numbered in order."""
    return pa.table(
        {
            "row_id": pa.array(range(len(pairs)), pa.int64()),
            "entity_id": pa.array([entity for entity, _ in pairs], pa.string()),
            "as_of_day": pa.array([day for _, day in pairs], pa.int32()),
        }
    )


def city_rows(world: World) -> dict[str, list[Mapping[str, Cell]]]:
    """Rows of the city-wide sources."""
    return {
        s.name: list(world.rows[s.name])
        for s in world.catalogue.jurisdiction.sources
        if isinstance(s.subject, CityWide)
    }


def own_records(world: World, entity_id: str) -> BusinessRecords:
    """The business's own rows as written, without links."""
    own = {
        name: [row for row in rows if row["entity_id"] == entity_id]
        for name, rows in world.rows.items()
    }
    return BusinessRecords(
        entity_id,
        own | city_rows(world),  # type: ignore[arg-type]  # floats stand in profiles only
        profile=[row for row in world.people if row["entity_id"] == entity_id],
    )
