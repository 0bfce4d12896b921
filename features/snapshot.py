"""All records of a city as they were held after one delivery.

A snapshot is a folder named by the SHA-256 of its manifest, which in turn names
the hash of every file. It never changes; the pointer ``CURRENT`` is replaced
last, and any earlier snapshot can still be opened.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from features.durable import pointed
from features.errors import Fault, OurBug, YourInput
from features.linkage.decision import LinkDecision

FORMAT = 3
MANIFEST = "manifest.json"
PROFILES = "profiles.parquet"
MENTIONS = "mentions.parquet"


@dataclass(frozen=True)
class SnapshotFile:
    """One Parquet file of a snapshot: how many rows it holds, and its hash."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class DeliveredFile:
    """A file that went into the records: which, under which contract, when."""

    source: str
    file: str
    identity: str
    contract: str
    batch: str
    received_on: str


@dataclass(frozen=True)
class SnapshotManifest:
    """What a snapshot is made of and from.

    `contracts` and `clocks` name, by source, the declarations that decided what
    its rows became and how long they are used; `linkage` names the weights by which
    names were linked, `decisions` what persons said about them, oldest first.
    """

    jurisdiction: str
    catalogue: str
    businesses: int
    contracts: Mapping[str, str]
    clocks: Mapping[str, str]
    sources: Mapping[str, SnapshotFile]
    profiles: SnapshotFile
    batches: tuple[str, ...]
    deliveries: tuple[DeliveredFile, ...]
    resolved: tuple[str, ...]
    mentions: SnapshotFile
    linkage: str
    decisions: tuple[LinkDecision, ...]
    reconciliations: tuple[Mapping[str, Any], ...]

    @property
    def received_on(self) -> str:
        """The day the delivery that made it came in."""
        return str(self.reconciliations[-1]["received_on"])

    def to_bytes(self) -> bytes:
        """Canonical JSON: equal manifests have equal bytes, and so equal names."""
        data = {
            "format": FORMAT,
            "jurisdiction": self.jurisdiction,
            "catalogue": self.catalogue,
            "businesses": self.businesses,
            "contracts": dict(self.contracts),
            "clocks": dict(self.clocks),
            "sources": {name: vars(file) for name, file in self.sources.items()},
            "profiles": vars(self.profiles),
            "batches": list(self.batches),
            "deliveries": [vars(delivery) for delivery in self.deliveries],
            "resolved": list(self.resolved),
            "mentions": vars(self.mentions),
            "linkage": self.linkage,
            "decisions": [vars(decision) for decision in self.decisions],
            "reconciliations": [dict(one) for one in self.reconciliations],
        }
        text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return text.encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> SnapshotManifest:
        """The manifest that `to_bytes` wrote."""
        read = json.loads(data)
        return cls(
            jurisdiction=read["jurisdiction"],
            catalogue=read["catalogue"],
            businesses=read["businesses"],
            contracts=read["contracts"],
            clocks=read["clocks"],
            sources={name: SnapshotFile(**file) for name, file in read["sources"].items()},
            profiles=SnapshotFile(**read["profiles"]),
            batches=tuple(read["batches"]),
            deliveries=tuple(DeliveredFile(**one) for one in read["deliveries"]),
            resolved=tuple(read["resolved"]),
            mentions=SnapshotFile(**read["mentions"]),
            linkage=read["linkage"],
            decisions=tuple(LinkDecision(**one) for one in read["decisions"]),
            reconciliations=tuple(read["reconciliations"]),
        )


@dataclass(frozen=True)
class Snapshot:
    """A folder of Parquet files, one per source, and the profiles of businesses."""

    name: str
    folder: Path

    @classmethod
    def current(cls, home: Path) -> Snapshot:
        """The snapshot that the last finished ingest made.

        Raises
        ------
        YourInput
            Nothing was ever ingested into `home`.
        """
        name = pointed(records_folder(home) / "CURRENT")
        if name is None:
            raise YourInput(
                str(
                    Fault(
                        "no records", str(home), "a snapshot made by an ingest", "none",
                        "run `xinheng records add` first",
                    )
                )
            )  # fmt: skip
        return cls.open(home, name)

    @classmethod
    def open(cls, home: Path, name: str) -> Snapshot:
        """Any snapshot by its name, or by the first characters of it.

        Raises
        ------
        YourInput
            There is no such snapshot, or more than one begins like that.
        """
        parent = records_folder(home) / "snapshots"
        beginning = re.fullmatch("[0-9a-f]+", name) is not None
        found = sorted(parent.glob(f"{name}*")) if beginning else []
        if len(found) != 1:
            raise YourInput(
                str(
                    Fault(
                        "unknown snapshot", str(home), "the name of one snapshot",
                        f"a name that {len(found)} have", "see `xinheng records snapshots`",
                    )
                )
            )  # fmt: skip
        snapshot = cls(found[0].name, found[0])
        if hashlib.sha256((found[0] / MANIFEST).read_bytes()).hexdigest() != snapshot.name:
            raise OurBug(f"the manifest of snapshot {snapshot.name[:12]} was changed")
        return snapshot

    def source(self, name: str) -> Path:
        """The Parquet file with the records of a source."""
        return self.folder / f"{name}.parquet"

    @property
    def profiles(self) -> Path:
        """The Parquet file with the history of every business's profile."""
        return self.folder / PROFILES

    @property
    def mentions(self) -> Path:
        """The Parquet file of who is called what in records without a code."""
        return self.folder / MENTIONS

    @cached_property
    def manifest(self) -> SnapshotManifest:
        """What the snapshot is made of and from."""
        return SnapshotManifest.from_bytes((self.folder / MANIFEST).read_bytes())

    def verify(self) -> None:
        """Check every file against its hash.

        Raises
        ------
        OurBug
            A file was changed after it was written; the message names all of them.
        """
        files = {self.source(name): file for name, file in self.manifest.sources.items()}
        files[self.profiles] = self.manifest.profiles
        files[self.mentions] = self.manifest.mentions
        changed = [p.name for p, file in files.items() if sha256_of(p) != file.sha256]
        if changed:
            raise OurBug(f"snapshot {self.name[:12]}: changed files {', '.join(sorted(changed))}")


def records_folder(home: Path) -> Path:
    """Where a workspace keeps batches, quarantine and snapshots."""
    return home / "records"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
