"""What the next snapshot is made of, and what of the one before stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from features.catalogue import Catalogue
from features.clocks import clocks_fingerprint
from features.contracts import Jurisdiction, Nearby, Source
from features.ingest.register import registering
from features.linkage.decision import LinkDecision, in_order
from features.linkage.model import fingerprint
from features.snapshot import (
    MENTIONS,
    DeliveredFile,
    SnapshotFile,
    SnapshotManifest,
    records_folder,
)


@dataclass(frozen=True)
class Holdings:
    """What the next snapshot is made of: all deliveries, and the snapshot before."""

    home: Path
    catalogue: Catalogue
    contracts: Mapping[str, str]
    before: SnapshotManifest | None
    added: tuple[DeliveredFile, ...]
    decided: tuple[LinkDecision, ...] = ()

    @property
    def jurisdiction(self) -> Jurisdiction:
        """The city."""
        return self.catalogue.jurisdiction

    @property
    def deliveries(self) -> tuple[DeliveredFile, ...]:
        """Every file that went in, oldest first."""
        return (self.before.deliveries if self.before else ()) + self.added

    @property
    def decisions(self) -> tuple[LinkDecision, ...]:
        """Every decision about a link, oldest first."""
        return in_order((*(self.before.decisions if self.before else ()), *self.decided))

    @property
    def changed(self) -> frozenset[str]:
        """Sources with records that the snapshot before does not hold."""
        return frozenset(delivery.source for delivery in self.added)

    @property
    def naming(self) -> frozenset[str]:
        """Sources that say whom other records can be about: the roster, the registration."""
        return registering(self.jurisdiction) | frozenset(self.jurisdiction.roster)

    def scored_mentions(self) -> Path | None:
        """Mentions of the snapshot before, where their candidates would be the same."""
        before, roster = self.before, self.naming
        if before is None or before.linkage != fingerprint() or self.changed & roster:
            return None
        if any(before.contracts.get(name) != self.contracts[name] for name in roster):
            return None
        name = hashlib.sha256(before.to_bytes()).hexdigest()
        return records_folder(self.home) / "snapshots" / name / MENTIONS

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
        roster_changed = self.changed & self.naming
        linked = self.jurisdiction.identity == "uscc" and roster_changed
        named = source.by_name is not None and (
            roster_changed or self.decided or before.linkage != fingerprint()
        )
        moved = isinstance(source.subject, Nearby) and profiles != before.profiles
        if source.name in self.changed or linked or named or moved:
            return None
        name = hashlib.sha256(before.to_bytes()).hexdigest()
        return records_folder(self.home) / "snapshots" / name / f"{source.name}.parquet"
