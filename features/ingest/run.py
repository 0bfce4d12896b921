"""One delivery to a new snapshot, or to the news that nothing is new."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from features.catalogue import Catalogue
from features.contracts import Source
from features.durable import building, point, publish
from features.errors import Fault, OurBug, YourInput
from features.ingest.batch import (
    QUARANTINE,
    create_quarantine,
    hold_back,
    write_quarantine,
    write_records,
)
from features.ingest.delivery import Delivery, deliveries
from features.ingest.engine import alone, connect
from features.ingest.holdings import Holdings
from features.ingest.load import Loaded, create_records, create_staging, drop_records, load
from features.ingest.moments import EPOCH
from features.ingest.publication import publish_snapshot
from features.ingest.received import Offer, Received, contract_fingerprint, offer
from features.ingest.reconciliation import Reconciliation, SourceCount
from features.ingest.table import FileRefused
from features.ingest.versions import check_identifiers, settle
from features.ingest.zone import create_zone_table
from features.linkage.decision import LinkDecision
from features.progress import Progress, silent
from features.snapshot import DeliveredFile, SnapshotManifest, records_folder


def ingest(
    catalogue: Catalogue,
    home: Path,
    folder: Path,
    received_on: date,
    progress: Progress = silent,
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
    sources = catalogue.jurisdiction.sources
    delivered = {source.name: deliveries(source, folder) for source in sources}
    if not any(delivered.values()):
        raise YourInput(
            str(
                Fault(
                    "empty delivery", str(folder),
                    "files named " + ", ".join(source.files for source in sources),
                    "none of them", "check the folder and the file names",
                )
            )
        )  # fmt: skip
    with alone(home):
        return take_in(catalogue, home, received_on, delivered, progress=progress)


def ingest_file(
    catalogue: Catalogue, home: Path, source: Source, path: Path, received_on: date
) -> Reconciliation:
    """Take in one file of one source, whatever it is called."""
    delivered: dict[str, Sequence[Delivery]] = {s.name: () for s in catalogue.jurisdiction.sources}
    with alone(home):
        return take_in(
            catalogue, home, received_on,
            {**delivered, source.name: [Delivery(source, path, ())]}, progress=silent,
        )  # fmt: skip


def take_in(
    catalogue: Catalogue,
    home: Path,
    received_on: date,
    delivered: Mapping[str, Sequence[Delivery]],
    *,
    progress: Progress,
    resolves: Sequence[str] = (),
) -> Reconciliation:
    """Add the deliveries of every source; the caller holds the workspace alone."""
    return _Run(catalogue, home, received_on, progress, tuple(resolves)).go(delivered)


def submit(
    catalogue: Catalogue,
    home: Path,
    source: str,
    rows: Sequence[Mapping[str, str | None]],
    received_on: date,
    *,
    resolves: Sequence[str] = (),
    progress: Progress = silent,
) -> Reconciliation:
    """Add single records of one source, given as heading → delivered text.

    They pass the same gate as a file; rows with faults go to quarantine.
    `resolves` names quarantined rows that these replace.

    Raises
    ------
    YourInput
        There is no such source, or there are no rows.
    """
    named = {one.name: one for one in catalogue.jurisdiction.sources}
    if source not in named or not rows:
        got = f"{len(rows)} rows of a source of another name"
        expected = f"rows of one of {', '.join(named)}"
        raise YourInput(str(Fault("nothing to add", "submission", expected, got, "name a source")))
    with alone(home), building(records_folder(home)) as folder:
        path = folder / f"submitted-{received_on.isoformat()}.jsonl"
        lines = (json.dumps(dict(row), ensure_ascii=False) + "\n" for row in rows)
        path.write_text("".join(lines), encoding="utf-8")
        delivered = {name: [Delivery(named[name], path, ())] if name == source else []
                     for name in named}  # fmt: skip
        return take_in(
            catalogue, home, received_on, delivered, progress=progress, resolves=resolves
        )


def republish(
    catalogue: Catalogue,
    home: Path,
    decisions: Sequence[LinkDecision],
    progress: Progress = silent,
) -> Reconciliation:
    """The next snapshot of what `home` holds, with more decisions about links."""
    with alone(home):
        received = Received.of(home)
        assert received.manifest is not None  # decisions are about its mentions
        last = Reconciliation.from_json(dict(received.manifest.reconciliations[-1]))
        day = date.fromisoformat(last.received_on)
        return _Run(catalogue, home, day, progress, decisions=tuple(decisions)).again(last)


@dataclass
class _Run:
    catalogue: Catalogue
    home: Path
    received_on: date
    progress: Progress
    resolves: tuple[str, ...] = ()
    decisions: tuple[LinkDecision, ...] = ()

    def __post_init__(self) -> None:
        self.jurisdiction = self.catalogue.jurisdiction
        self.records = records_folder(self.home)
        self.received = Received.of(self.home)
        self.contracts = {
            s.name: contract_fingerprint(self.jurisdiction, s) for s in self.jurisdiction.sources
        }

    def go(self, delivered: Mapping[str, Sequence[Delivery]]) -> Reconciliation:
        """Add these deliveries of each source."""
        offers = {
            name: [offer(one, self.received, self.contracts[name]) for one in several]
            for name, several in delivered.items()
        }
        manifest = self.received.manifest
        if (
            manifest is not None
            and manifest.catalogue == self.catalogue.fingerprint
            and all(one.known for several in offers.values() for one in several)
        ):
            return self._nothing_new(manifest, offers)
        received_day = (self.received_on - EPOCH).days
        with building(self.records) as work, connect(work, received_day) as connection:
            create_zone_table(connection, ZoneInfo(self.jurisdiction.timezone))
            batch = self._batch_name(offers)
            counts = self._write_batch(connection, work, batch, offers)
            return self._publish(connection, batch, counts, self._added(batch, counts))

    def again(self, last: Reconciliation) -> Reconciliation:
        """The same records once more, as the decisions link them."""
        with building(self.records) as work, connect(work) as connection:
            create_zone_table(connection, ZoneInfo(self.jurisdiction.timezone))
            return self._publish(connection, last.batch, {s.source: s for s in last.sources}, ())

    def _batch_name(self, offers: Mapping[str, Sequence[Offer]]) -> str:
        named = sorted(
            (name, one.identity)
            for name, several in offers.items()
            for one in several
            if not one.known
        )
        content = json.dumps([named, self.catalogue.fingerprint])
        return hashlib.sha256(content.encode()).hexdigest()

    def _nothing_new(
        self, manifest: SnapshotManifest, offers: Mapping[str, Sequence[Offer]]
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
        offers: Mapping[str, Sequence[Offer]],
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
        offers: Sequence[Offer],
        source: Source,
        target: Path,
    ) -> SourceCount:
        files = [one.unchanged for one in offers if one.known]
        loaded: list[Loaded] = []
        create_staging(connection)
        for number, new in enumerate(offers):
            if new.known:
                continue
            try:
                one = load(connection, self.jurisdiction, new.delivery, number, work)
            except FileRefused as refused:
                files.append(replace(new.unchanged, unchanged=False, refusal=str(refused)))
                continue
            loaded.append(replace(one, count=replace(one.count, identity=new.identity)))
        if loaded:
            create_records(connection, loaded)
            check_identifiers(connection, source, self.jurisdiction.identity)
            held = self.received.batch_files(self.home, source.name, self.contracts[source.name])
            settled = settle(connection, source, loaded, held)
            hold_back(connection, loaded, work)
            received = (len(self.received.batches) + 1, (self.received_on - EPOCH).days)
            contested = settled.contested > 0
            write_records(connection, source, received, target, contested=contested)
            drop_records(connection, loaded)
            files += settled.counts
        for file in files:
            if not file.adds_up:
                raise OurBug(f"{file.file}: {file.read} rows read and not all accounted for")
        message = None if offers else f"no file {source.files} in this delivery"
        return SourceCount(source.name, tuple(files), message=message)

    def _added(self, batch: str, counts: Mapping[str, SourceCount]) -> tuple[DeliveredFile, ...]:
        return tuple(
            DeliveredFile(
                file.source, file.file, file.identity, self.contracts[file.source],
                batch, self.received_on.isoformat(),
            )
            for count in counts.values() for file in count.files
            if file.refusal is None and not file.unchanged
        )  # fmt: skip

    def _publish(
        self,
        connection: duckdb.DuckDBPyConnection,
        batch: str,
        counts: Mapping[str, SourceCount],
        added: tuple[DeliveredFile, ...],
    ) -> Reconciliation:
        account = Reconciliation(
            self.jurisdiction.name, batch, "", self.received_on.isoformat(),
            unchanged=False, businesses=0, sources=tuple(counts.values()),
        )  # fmt: skip
        holdings = Holdings(
            self.home, self.catalogue, self.contracts, self.received.manifest, added,
            self.decisions,
        )  # fmt: skip
        name, account = publish_snapshot(
            connection, holdings, account, self.resolves, self.progress
        )
        point(self.records / "CURRENT", name)
        return replace(account, snapshot=name)
