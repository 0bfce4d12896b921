"""One delivery from a folder to a new snapshot, or to the news that nothing is new."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from features.catalogue import Catalogue
from features.contracts import Jurisdiction, Source
from features.durable import building, point, pointed, publish, sweep
from features.errors import Fault, OurBug, YourInput
from features.ingest.batch import (
    QUARANTINE,
    create_quarantine,
    hold_back,
    write_quarantine,
    write_records,
)
from features.ingest.delivery import Delivery, deliveries
from features.ingest.load import Loaded, create_staging, load
from features.ingest.moments import EPOCH
from features.ingest.publication import publish_snapshot
from features.ingest.reconciliation import FileCount, Reconciliation, SourceCount
from features.ingest.table import FileRefused
from features.ingest.versions import settle
from features.ingest.zone import create_zone_table
from features.progress import Progress, silent
from features.snapshot import DeliveredFile, Snapshot, SnapshotManifest, records_folder

# Raised whenever the meaning of stored records changes, so that none are mixed.
_RECORD_FORMAT = 1


@dataclass(frozen=True)
class Received:
    """The records of earlier deliveries that this one adds to."""

    manifest: SnapshotManifest | None
    name: str | None

    @classmethod
    def of(cls, home: Path) -> Received:
        """What `home` holds now."""
        if pointed(records_folder(home) / "CURRENT") is None:
            return cls(None, None)
        snapshot = Snapshot.current(home)
        return cls(snapshot.manifest, snapshot.name)

    @property
    def deliveries(self) -> tuple[DeliveredFile, ...]:
        """Every file that went in, oldest first."""
        return self.manifest.deliveries if self.manifest else ()

    @property
    def batches(self) -> tuple[str, ...]:
        """Names of the batches, oldest first."""
        return self.manifest.batches if self.manifest else ()

    def batch_files(self, home: Path, source: str, contract: str) -> list[Path]:
        """Stored records of a source under its present contract, oldest first."""
        named = dict.fromkeys(
            d.batch for d in self.deliveries if d.source == source and d.contract == contract
        )
        files = (records_folder(home) / "batches" / b / f"{source}.parquet" for b in named)
        return [file for file in files if file.exists()]


def contract_fingerprint(jurisdiction: Jurisdiction, source: Source) -> str:
    """Hash of everything that decides what a delivered row of `source` becomes."""
    meaning = (_RECORD_FORMAT, jurisdiction.timezone, jurisdiction.identity, source)
    return hashlib.sha256(repr(meaning).encode()).hexdigest()


def ingest(
    catalogue: Catalogue,
    home: Path,
    folder: Path,
    received_on: date,
    progress: Progress = silent,
    *,
    resolves: tuple[str, ...] = (),
) -> Reconciliation:
    """Read every file in `folder` that a source names and make the next snapshot.

    Parameters
    ----------
    catalogue, home, folder
        The city, its workspace, and what was delivered.
    received_on
        Day the delivery came in: from then on a correction without a date of its
        own is known.
    progress
        Told the stage, how much of it is done, and how much there is.
    resolves
        Quarantined rows that this delivery corrects.

    Returns
    -------
    The account of every row. The same files again change nothing and it says so.

    Raises
    ------
    YourInput
        The folder does not exist or holds nothing that any source names.
    """
    if not folder.is_dir():
        raise YourInput(
            str(Fault("no delivery", str(folder), "a folder", "none", "name the folder"))
        )
    with _alone(home):
        return _Run(catalogue, home, received_on, progress, resolves).go(folder)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the workspace; the lock goes when the process goes, however it goes."""
    records = records_folder(home)
    records.mkdir(parents=True, exist_ok=True)
    with (records / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for parent in (records, records / "batches", records / "snapshots"):
            sweep(parent)
        yield


@dataclass(frozen=True)
class _Offer:
    """One delivered file, its hash, and whether it was ingested before."""

    delivery: Delivery
    identity: str
    known: bool

    @property
    def unchanged(self) -> FileCount:
        """The account of a file that is not read again."""
        return FileCount(
            self.delivery.source.name, self.delivery.main.name, identity=self.identity,
            unchanged=True,
        )  # fmt: skip


@dataclass
class _Run:
    catalogue: Catalogue
    home: Path
    received_on: date
    progress: Progress
    resolves: tuple[str, ...]

    def __post_init__(self) -> None:
        self.jurisdiction = self.catalogue.jurisdiction
        self.records = records_folder(self.home)
        self.received = Received.of(self.home)
        self.contracts = {
            s.name: contract_fingerprint(self.jurisdiction, s) for s in self.jurisdiction.sources
        }

    def go(self, folder: Path) -> Reconciliation:
        offers = {s.name: self._offers(s, folder) for s in self.jurisdiction.sources}
        if not any(offers.values()):
            raise YourInput(
                str(
                    Fault(
                        "empty delivery", str(folder),
                        "files named " + ", ".join(s.files for s in self.jurisdiction.sources),
                        "none of them", "check the folder and the file names",
                    )
                )
            )  # fmt: skip
        manifest = self.received.manifest
        if (
            manifest is not None
            and manifest.catalogue == self.catalogue.fingerprint
            and all(offer.known for several in offers.values() for offer in several)
        ):
            return self._nothing_new(manifest, offers)
        with building(self.records) as work, connect(work) as connection:
            create_zone_table(connection, ZoneInfo(self.jurisdiction.timezone))
            batch = self._batch_name(offers)
            counts = self._write_batch(connection, work, batch, offers)
            return self._publish(connection, batch, counts)

    def _offers(self, source: Source, folder: Path) -> list[_Offer]:
        contract = self.contracts[source.name]
        known = {
            d.identity
            for d in self.received.deliveries
            if d.source == source.name and d.contract == contract
        }
        return [
            _Offer(delivery, identity, identity in known)
            for delivery in deliveries(source, folder)
            for identity in (delivery.identity,)
        ]

    def _batch_name(self, offers: Mapping[str, list[_Offer]]) -> str:
        named = sorted(
            (name, offer.identity)
            for name, several in offers.items()
            for offer in several
            if not offer.known
        )
        content = json.dumps([named, self.catalogue.fingerprint])
        return hashlib.sha256(content.encode()).hexdigest()

    def _nothing_new(
        self, manifest: SnapshotManifest, offers: Mapping[str, list[_Offer]]
    ) -> Reconciliation:
        last = Reconciliation.from_json(dict(manifest.reconciliations[-1]))
        sources = tuple(
            replace(last.source(name), files=tuple(o.unchanged for o in several), message=None)
            for name, several in offers.items()
        )
        return replace(
            last, snapshot=self.received.name or "", unchanged=True, sources=sources,
            received_on=self.received_on.isoformat(),
        )  # fmt: skip

    def _write_batch(
        self,
        connection: duckdb.DuckDBPyConnection,
        work: Path,
        batch: str,
        offers: Mapping[str, list[_Offer]],
    ) -> dict[str, SourceCount]:
        target = self.records / "batches" / batch
        if target.exists() and batch not in self.received.batches:
            shutil.rmtree(target)  # left by a run that was killed before its snapshot
        counts: dict[str, SourceCount] = {}
        create_quarantine(connection)
        with building(self.records / "batches") as folder:
            total = len(offers)
            for done, source in enumerate(self.jurisdiction.sources):
                self.progress(f"reading {source.name}", done, total)
                target_file = folder / f"{source.name}.parquet"
                counts[source.name] = self._read_source(
                    connection, work, offers[source.name], source, target_file
                )
            self.progress("reading", total, total)
            write_quarantine(connection, folder / QUARANTINE)
            publish(folder, target)
        return counts

    def _read_source(
        self,
        connection: duckdb.DuckDBPyConnection,
        work: Path,
        offers: list[_Offer],
        source: Source,
        target: Path,
    ) -> SourceCount:
        files = [offer.unchanged for offer in offers if offer.known]
        loaded: list[Loaded] = []
        create_staging(connection, source)
        for number, offer in enumerate(offers):
            if offer.known:
                continue
            try:
                one = load(connection, self.jurisdiction, offer.delivery, number, work)
            except FileRefused as refused:
                files.append(replace(offer.unchanged, unchanged=False, refusal=str(refused)))
                continue
            loaded.append(replace(one, count=replace(one.count, identity=offer.identity)))
        if loaded:
            held = self.received.batch_files(self.home, source.name, self.contracts[source.name])
            settled = settle(connection, source, loaded, held)
            hold_back(connection, loaded, work)
            received = (len(self.received.batches) + 1, (self.received_on - EPOCH).days)
            contested = settled.contested > 0
            write_records(connection, source, received, target, contested=contested)
            files += settled.counts
        for file in files:
            if not file.adds_up:
                raise OurBug(f"{file.file}: {file.read} rows read and not all accounted for")
        message = None if offers else f"no file {source.files} in this delivery"
        return SourceCount(source.name, tuple(files), message=message)

    def _publish(
        self, connection: duckdb.DuckDBPyConnection, batch: str, counts: dict[str, SourceCount]
    ) -> Reconciliation:
        added = tuple(
            DeliveredFile(
                file.source, file.file, file.identity, self.contracts[file.source],
                batch, self.received_on.isoformat(),
            )
            for count in counts.values() for file in count.files
            if file.refusal is None and not file.unchanged
        )  # fmt: skip
        account = Reconciliation(
            self.jurisdiction.name, batch, "", self.received_on.isoformat(),
            unchanged=False, businesses=0, sources=tuple(counts.values()),
        )  # fmt: skip
        name, account = publish_snapshot(
            connection, self.catalogue, self.home, account, added=added,
            contracts=self.contracts, before=self.received.manifest,
            resolved=self.resolves, progress=self.progress,
        )  # fmt: skip
        point(self.records / "CURRENT", name)
        return replace(account, snapshot=name)


def connect(work: Path) -> duckdb.DuckDBPyConnection:
    """An engine of our own that spills into `work`; UTC, so that no host zone leaks in."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET temp_directory = '{work}/spill'")
    connection.execute(f"SET memory_limit = '{os.environ.get('XINHENG_MEMORY', '4GB')}'")
    connection.execute("SET enable_progress_bar = false")
    return connection
