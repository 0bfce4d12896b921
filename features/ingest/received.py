"""What a workspace already holds, and which offered files are new to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from features.clocks import without_clocks
from features.contracts import Jurisdiction, Source
from features.durable import pointed
from features.ingest.delivery import Delivery
from features.ingest.reconciliation import FileCount
from features.snapshot import DeliveredFile, Snapshot, SnapshotManifest, records_folder

# Raised whenever the meaning of stored records changes, so that none are mixed.
_RECORD_FORMAT = 3


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
    """Hash of everything that decides what a delivered row of `source` becomes.

    Clocks are left out: they are resolved when a snapshot is written, so that a
    new law needs no delivery anew.
    """
    row = without_clocks(source)
    meaning = (_RECORD_FORMAT, jurisdiction.timezone, jurisdiction.identity, row)
    return hashlib.sha256(repr(meaning).encode()).hexdigest()


@dataclass(frozen=True)
class Offer:
    """One delivered file, its hash, and whether it was ingested before."""

    delivery: Delivery
    identity: str
    known: bool

    @property
    def unchanged(self) -> FileCount:
        """The account of a file that is not read again."""
        return FileCount(
            self.delivery.source.name, self.delivery.name, identity=self.identity,
            unchanged=True,
        )  # fmt: skip


def offer(delivery: Delivery, received: Received, contract: str) -> Offer:
    """A file as it is offered to what was received, under the source's present contract."""
    identity = delivery.identity
    known = any(
        d.identity == identity and d.contract == contract and d.source == delivery.source.name
        for d in received.deliveries
    )
    return Offer(delivery, identity, known)
