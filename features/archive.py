"""Every snapshot a workspace ever made, and the records in any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from features.errors import Fault, YourInput
from features.snapshot import MANIFEST, Snapshot, records_folder


def every_snapshot(home: Path) -> tuple[Snapshot, ...]:
    """All snapshots of a workspace in the order they were made."""
    parent = records_folder(home) / "snapshots"
    names = [path.parent.name for path in parent.glob(f"*/{MANIFEST}")]
    found = [Snapshot.open(home, name) for name in sorted(names) if not name.startswith(".")]
    # Deliveries are only ever added; a resubmitted row is a delivery too.
    return tuple(sorted(found, key=lambda one: (len(one.manifest.deliveries), one.name)))


def records_of_source(
    snapshot: Snapshot,
    source: str,
    limit: int,
    *,
    business: str | None = None,
    unlinked: bool = False,
) -> Iterator[Mapping[str, int | str | None]]:
    """The first `limit` records of a source, of all businesses or of one.

    `unlinked` leaves only those that name nobody on the roster.

    Raises
    ------
    YourInput
        The snapshot holds no such source.
    """
    if source not in snapshot.manifest.sources:
        expected = ", ".join(snapshot.manifest.sources)
        raise YourInput(
            str(Fault("unknown source", f"snapshot {snapshot.name[:12]}", expected, source,
                      "use one of these names"))
        )  # fmt: skip
    with duckdb.connect() as connection:
        cursor = connection.execute(
            "SELECT * FROM read_parquet(?) WHERE (? IS NULL OR entity_id = ?) AND NOT (? AND "
            "COALESCE(entity_id IN (SELECT entity_id FROM read_parquet(?)), FALSE)) "
            "ORDER BY record_no, version LIMIT ?",
            [
                str(snapshot.source(source)),
                business,
                business,
                unlinked,
                str(snapshot.profiles),
                limit,
            ],
        )
        names = [described[0] for described in cursor.description or ()]
        for row in cursor.fetchall():
            yield dict(zip(names, row, strict=True))
