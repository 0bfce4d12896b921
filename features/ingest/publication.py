"""The next snapshot: every source's versions, the profiles, and the manifest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from features.catalogue import Catalogue
from features.clocks import clocks_fingerprint
from features.contracts import ByCode, Jurisdiction, Nearby, Source
from features.durable import building, publish
from features.ingest.assemble import create_links, write_attached, write_source
from features.ingest.reconciliation import Reconciliation, SourceCount
from features.profiles import create_profiles
from features.progress import Progress
from features.quoting import literal
from features.snapshot import (
    MANIFEST,
    PROFILES,
    DeliveredFile,
    SnapshotFile,
    SnapshotManifest,
    records_folder,
    sha256_of,
)


@dataclass(frozen=True)
class Holdings:
    """What the next snapshot is made of: all deliveries, and the snapshot before."""

    home: Path
    catalogue: Catalogue
    contracts: Mapping[str, str]
    before: SnapshotManifest | None
    added: tuple[DeliveredFile, ...]

    @property
    def jurisdiction(self) -> Jurisdiction:
        """The city."""
        return self.catalogue.jurisdiction

    @property
    def deliveries(self) -> tuple[DeliveredFile, ...]:
        """Every file that went in, oldest first."""
        return (self.before.deliveries if self.before else ()) + self.added

    def files(self, source: str) -> list[Path]:
        """Stored records of a source under its present contract, oldest first."""
        contract = self.contracts[source]
        named = dict.fromkeys(
            d.batch for d in self.deliveries if d.source == source and d.contract == contract
        )
        batches = records_folder(self.home) / "batches"
        files = [batches / batch / f"{source}.parquet" for batch in named]
        return [file for file in files if file.exists()]

    def same_as_before(self, source: Source, profiles: SnapshotFile | None) -> Path | None:
        """The file of a source in the snapshot before, when the next would be the same.

        `profiles` is the next snapshot's, none while the roster is written.
        """
        before = self.before
        if before is None or before.contracts.get(source.name) != self.contracts[source.name]:
            return None
        if before.clocks.get(source.name) != clocks_fingerprint(source):
            return None
        changed = {delivery.source for delivery in self.added}
        linked = self.jurisdiction.identity == "uscc" and changed & set(self.jurisdiction.roster)
        moved = isinstance(source.subject, Nearby) and profiles != before.profiles
        if source.name in changed or linked or moved:
            return None
        name = hashlib.sha256(before.to_bytes()).hexdigest()
        return records_folder(self.home) / "snapshots" / name / f"{source.name}.parquet"


def publish_snapshot(
    connection: duckdb.DuckDBPyConnection,
    holdings: Holdings,
    account: Reconciliation,
    resolved: Sequence[str],
    progress: Progress,
) -> tuple[str, Reconciliation]:
    """Write the snapshot that `holdings` lead to; returns its name and the full account."""
    before = holdings.before
    parent = records_folder(holdings.home) / "snapshots"
    with building(parent) as folder:
        written, profiles = _write_sources(connection, holdings, folder, progress)
        account = _completed(connection, holdings, account, folder)
        manifest = SnapshotManifest(
            jurisdiction=holdings.jurisdiction.name,
            catalogue=holdings.catalogue.fingerprint,
            businesses=account.businesses,
            contracts=dict(holdings.contracts),
            clocks={s.name: clocks_fingerprint(s) for s in holdings.jurisdiction.sources},
            sources=written,
            profiles=profiles,
            batches=tuple(dict.fromkeys((*(before.batches if before else ()), account.batch))),
            deliveries=holdings.deliveries,
            resolved=tuple(sorted({*(before.resolved if before else ()), *resolved})),
            reconciliations=(account.to_json(),),
        )
        data = manifest.to_bytes()
        (folder / MANIFEST).write_bytes(data)
        name = hashlib.sha256(data).hexdigest()
        publish(folder, parent / name)
    return name, account


def _write_sources(
    connection: duckdb.DuckDBPyConnection, holdings: Holdings, folder: Path, progress: Progress
) -> tuple[dict[str, SnapshotFile], SnapshotFile]:
    """The file of every source and the profiles; roster sources first, as others need them."""
    jurisdiction = holdings.jurisdiction
    rosters = [s for s in jurisdiction.sources if s.name in jurisdiction.roster]
    others = [s for s in jurisdiction.sources if s.name not in jurisdiction.roster]
    total = len(jurisdiction.sources)
    _create_links(connection, holdings)
    written = {}
    for done, source in enumerate(rosters):
        progress(f"writing {source.name}", done, total)
        written[source.name] = _write(connection, holdings, source, folder, None)
    create_profiles(connection, jurisdiction, lambda name: folder / f"{name}.parquet")
    connection.execute(
        "COPY (SELECT * FROM profiles ORDER BY entity_id, from_day) "
        f"TO {literal(str(folder / PROFILES))} (FORMAT parquet, COMPRESSION zstd)"
    )
    profiles = _described(connection, folder / PROFILES)
    for done, source in enumerate(others, len(rosters)):
        progress(f"writing {source.name}", done, total)
        written[source.name] = _write(connection, holdings, source, folder, profiles)
    progress("writing", total, total)
    return written, profiles


def _create_links(connection: duckdb.DuckDBPyConnection, holdings: Holdings) -> None:
    jurisdiction = holdings.jurisdiction
    roster: list[Path] = []
    if jurisdiction.identity == "uscc":
        roster = [path for name in jurisdiction.roster for path in holdings.files(name)]
    files = [
        path
        for source in jurisdiction.sources
        if isinstance(source.subject, ByCode)
        for path in holdings.files(source.name)
    ]
    create_links(connection, roster, files)


def _write(
    connection: duckdb.DuckDBPyConnection,
    holdings: Holdings,
    source: Source,
    folder: Path,
    profiles: SnapshotFile | None,
) -> SnapshotFile:
    target = folder / f"{source.name}.parquet"
    same = holdings.same_as_before(source, profiles)
    if same is not None and holdings.before is not None:
        os.link(same, target)  # one file in both: neither is ever written to again
        return holdings.before.sources[source.name]
    write = write_attached if isinstance(source.subject, Nearby) else write_source
    write(connection, source, holdings.files(source.name), target)
    return _described(connection, target)


def _described(connection: duckdb.DuckDBPyConnection, path: Path) -> SnapshotFile:
    return SnapshotFile(_number(connection, f"SELECT count(*) FROM {_file(path)}"), sha256_of(path))


def _completed(
    connection: duckdb.DuckDBPyConnection, holdings: Holdings, account: Reconciliation, folder: Path
) -> Reconciliation:
    """The account with what the snapshot in `folder` holds of each source."""
    businesses = _number(connection, "SELECT count(DISTINCT entity_id) FROM profiles")
    counts = {count.source: count for count in account.sources}
    sources = tuple(
        _held(connection, holdings, source, counts[source.name], folder)
        for source in holdings.jurisdiction.sources
    )
    return replace(account, businesses=businesses, sources=sources)


def _held(
    connection: duckdb.DuckDBPyConnection,
    holdings: Holdings,
    source: Source,
    count: SourceCount,
    folder: Path,
) -> SourceCount:
    file = _file(folder / f"{source.name}.parquet")
    if isinstance(source.subject, Nearby):
        stored = holdings.files(source.name)
        records = sum(_number(connection, f"SELECT count(*) FROM {_file(p)}") for p in stored)
        pairs, attached = next(
            _rows(connection, f"SELECT count(*), count(DISTINCT record_no) FROM {file}")
        )
        return replace(count, records=records, attached=pairs, unlinked=records - attached)
    records, unnamed, unlinked = next(
        _rows(
            connection,
            "SELECT count(*), count(*) FILTER (entity_id IS NULL), "
            "count(*) FILTER (entity_id IS NOT NULL AND "
            f"entity_id NOT IN (SELECT entity_id FROM profiles)) FROM {file}",
        )
    )
    if not isinstance(source.subject, ByCode):
        return replace(count, records=records)
    return replace(count, records=records, unlinked=unlinked, unnamed=unnamed)


def _file(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[int, ...]]:
    yield from connection.execute(query).fetchall()


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    (found,) = next(_rows(connection, query))
    return found
