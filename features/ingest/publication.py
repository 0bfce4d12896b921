"""The next snapshot: every source's versions, the profiles, and the manifest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from features.clocks import clocks_fingerprint
from features.contracts import ByCode, Nearby, Source
from features.durable import building, publish
from features.ingest.accounting import completed
from features.ingest.assemble import write_attached, write_source
from features.ingest.holdings import Holdings
from features.ingest.linking import Stored, create_name_links
from features.ingest.reconciliation import Reconciliation
from features.ingest.register import create_register
from features.ingest.whom import create_links
from features.linkage.model import fingerprint
from features.profiles import create_profiles
from features.progress import Progress
from features.quoting import literal
from features.snapshot import (
    MANIFEST,
    MENTIONS,
    PROFILES,
    SnapshotFile,
    SnapshotManifest,
    records_folder,
    sha256_of,
)


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
        _create_links(connection, holdings)
        progress("linking names", 0, 1)
        _link_names(connection, holdings, folder / MENTIONS)
        written, profiles = _write_sources(connection, holdings, folder, progress)
        account = completed(connection, holdings, account, folder)
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
            mentions=_described(connection, folder / MENTIONS),
            linkage=fingerprint(),
            decisions=holdings.decisions,
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
    stored = {source.name: holdings.files(source.name) for source in jurisdiction.sources}
    create_register(connection, jurisdiction, stored)
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


def _link_names(connection: duckdb.DuckDBPyConnection, holdings: Holdings, target: Path) -> None:
    jurisdiction = holdings.jurisdiction
    files = {source.name: holdings.files(source.name) for source in jurisdiction.sources}
    stored = Stored(files, holdings.decisions, holdings.scored_mentions())
    create_name_links(connection, jurisdiction, stored, target)


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
    zone = ZoneInfo(holdings.jurisdiction.timezone)
    write(connection, source, holdings.files(source.name), target, zone)
    return _described(connection, target)


def _described(connection: duckdb.DuckDBPyConnection, path: Path) -> SnapshotFile:
    rows = f"SELECT count(*) FROM read_parquet({literal(str(path))})"
    return SnapshotFile(connection.execute(rows).fetchall()[0][0], sha256_of(path))
