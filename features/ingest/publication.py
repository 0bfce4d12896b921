"""The next snapshot: every source's versions, the profiles, and the manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from features.catalogue import Catalogue
from features.contracts import ByCode, Nearby, Source
from features.durable import building, publish
from features.ingest.assemble import create_links, write_attached, write_source
from features.ingest.reconciliation import Reconciliation, SourceCount
from features.ingest.text import literal
from features.profiles import create_profiles
from features.progress import Progress
from features.snapshot import (
    MANIFEST,
    PROFILES,
    DeliveredFile,
    SnapshotFile,
    SnapshotManifest,
    records_folder,
    sha256_of,
)


def publish_snapshot(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    home: Path,
    account: Reconciliation,
    *,
    added: tuple[DeliveredFile, ...],
    contracts: Mapping[str, str],
    before: SnapshotManifest | None,
    resolved: tuple[str, ...],
    progress: Progress,
) -> tuple[str, Reconciliation]:
    """Write the snapshot that `added` deliveries lead to; returns its name and account."""
    jurisdiction = catalogue.jurisdiction
    deliveries = (before.deliveries if before else ()) + added
    batches = tuple(dict.fromkeys((before.batches if before else ()) + (account.batch,)))
    files = {
        source.name: _batch_files(home, source.name, contracts[source.name], deliveries)
        for source in jurisdiction.sources
    }
    rosters = [path for name in jurisdiction.roster for path in files[name]]
    if jurisdiction.identity == "plain":
        rosters = []
    create_links(connection, rosters, [path for several in files.values() for path in several])
    parent = records_folder(home) / "snapshots"
    with building(parent) as folder:
        order = _order(jurisdiction.sources, jurisdiction.roster)
        written: dict[str, SnapshotFile] = {}
        counts = {count.source: count for count in account.sources}
        profiled = False
        for done, source in enumerate(order):
            progress(f"writing {source.name}", done, len(order))
            if not profiled and source.name not in jurisdiction.roster:
                _write_profiles(connection, catalogue, folder)
                profiled = True
            target = folder / f"{source.name}.parquet"
            if isinstance(source.subject, Nearby):
                write_attached(connection, source, files[source.name], target)
            else:
                write_source(connection, source, files[source.name], target)
            if not profiled and source is order[-1]:
                _write_profiles(connection, catalogue, folder)
                profiled = True
            written[source.name] = _described(connection, target)
        progress("writing", len(order), len(order))
        for source in order:
            target = folder / f"{source.name}.parquet"
            counts[source.name] = _held(connection, source, counts[source.name], target)
        businesses = connection.execute(
            "SELECT count(DISTINCT entity_id) FROM profiles"
        ).fetchall()[0][0]
        account = replace(
            account, businesses=businesses,
            sources=tuple(counts[s.name] for s in jurisdiction.sources),
        )  # fmt: skip
        manifest = SnapshotManifest(
            jurisdiction=jurisdiction.name,
            catalogue=catalogue.fingerprint,
            businesses=businesses,
            contracts=dict(contracts),
            sources=written,
            profiles=_described(connection, folder / PROFILES),
            batches=batches,
            deliveries=deliveries,
            resolved=tuple(sorted({*(before.resolved if before else ()), *resolved})),
            reconciliations=(account.to_json(),),
        )
        data = manifest.to_bytes()
        (folder / MANIFEST).write_bytes(data)
        name = hashlib.sha256(data).hexdigest()
        publish(folder, parent / name)
    return name, account


def _batch_files(
    home: Path, source: str, contract: str, deliveries: tuple[DeliveredFile, ...]
) -> list[Path]:
    named = dict.fromkeys(
        d.batch for d in deliveries if d.source == source and d.contract == contract
    )
    files = [records_folder(home) / "batches" / batch / f"{source}.parquet" for batch in named]
    return [file for file in files if file.exists()]


def _order(sources: tuple[Source, ...], roster: tuple[str, ...]) -> list[Source]:
    """Roster sources first, since profiles and attachments need them."""
    return sorted(sources, key=lambda s: (s.name not in roster, isinstance(s.subject, Nearby)))


def _write_profiles(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, folder: Path
) -> None:
    create_profiles(connection, catalogue.jurisdiction, lambda name: folder / f"{name}.parquet")
    connection.execute(
        f"COPY (SELECT * FROM profiles ORDER BY entity_id, from_day) "
        f"TO {literal(str(folder / PROFILES))} (FORMAT parquet, COMPRESSION zstd)"
    )


def _described(connection: duckdb.DuckDBPyConnection, path: Path) -> SnapshotFile:
    rows = connection.execute(
        f"SELECT count(*) FROM read_parquet({literal(str(path))})"
    ).fetchall()[0][0]
    return SnapshotFile(rows, sha256_of(path))


def _held(
    connection: duckdb.DuckDBPyConnection, source: Source, count: SourceCount, path: Path
) -> SourceCount:
    """The account of a source completed by what the snapshot holds of it."""
    file = f"read_parquet({literal(str(path))})"
    if isinstance(source.subject, Nearby):
        pairs, records = connection.execute(
            f"SELECT count(*), count(DISTINCT record_no) FROM {file}"
        ).fetchall()[0]
        return replace(count, records=records, attached=pairs)
    records, unnamed = connection.execute(
        f"SELECT count(*), count(*) FILTER (entity_id IS NULL) FROM {file}"
    ).fetchall()[0]
    unlinked = 0
    if isinstance(source.subject, ByCode):
        unlinked = connection.execute(
            f"SELECT count(*) FROM {file} AS r WHERE entity_id IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM profiles AS p WHERE p.entity_id = r.entity_id)"
        ).fetchall()[0][0]
    return replace(count, records=records, unlinked=unlinked, unnamed=unnamed)
