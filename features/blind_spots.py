"""What the records do not let us see: whom they mean, and whom they never mention."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from features.catalogue import Catalogue
from features.contracts import Source
from features.ingest.deciding import mentions
from features.quoting import literal
from features.snapshot import Snapshot

_SHOWN = 100


@dataclass(frozen=True)
class UnlinkedSource:
    """Records of one source that are linked to no business.

    Parameters
    ----------
    records
        All that are held.
    nameless
        Those without a code that name nobody on the roster.
    names, for_review
        Under how many names, and how many of these wait for a person.
    strangers
        Those with a code that is not on the roster.
    most
        Unlinked names with most records.
    """

    source: str
    records: int
    nameless: int
    names: int
    for_review: int
    strangers: int
    most: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class BlindSpots:
    """Unlinked records by source, and businesses that only one source knows.

    `uncovered` counts businesses about which nothing is known but from the one source
    that introduced them: no other department ever delivered a record.
    """

    sources: tuple[UnlinkedSource, ...]
    businesses: int
    uncovered: int


def blind_spots(catalogue: Catalogue, home: Path) -> BlindSpots:
    """The blind spots of the current snapshot; sources without any are left out."""
    snapshot = Snapshot.current(home)
    sources = [s for s in catalogue.jurisdiction.sources if s.names_business]
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE roster AS SELECT DISTINCT entity_id FROM "
            f"read_parquet({literal(str(snapshot.profiles))})"
        )
        found = tuple(_unlinked(connection, snapshot, sources))
        known = " UNION ALL ".join(
            f"SELECT DISTINCT entity_id FROM read_parquet({literal(str(snapshot.source(s.name)))})"
            for s in sources
        )
        businesses, uncovered = connection.execute(
            f"SELECT count(*), count(*) FILTER (n = 1) FROM (SELECT entity_id, count(*) AS n "
            f"FROM ({known}) WHERE entity_id IN (SELECT entity_id FROM roster) GROUP BY 1)"
        ).fetchall()[0]
    return BlindSpots(found, businesses, uncovered)


def _unlinked(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, sources: list[Source]
) -> Iterator[UnlinkedSource]:
    for source in sources:
        records, nameless, strangers = connection.execute(
            "SELECT count(*), count(*) FILTER (entity_id IS NULL), "
            "count(*) FILTER (entity_id NOT IN (SELECT entity_id FROM roster)) "
            f"FROM read_parquet({literal(str(snapshot.source(source.name)))})"
        ).fetchall()[0]
        if not nameless and not strangers:
            continue
        said = [m for m in mentions(snapshot, source=source.name) if m.state != "linked"]
        yield UnlinkedSource(
            source.name, records, nameless, len(said),
            sum(m.state == "review" for m in said), strangers,
            tuple((m.name, m.records) for m in said[:_SHOWN]),
        )  # fmt: skip
