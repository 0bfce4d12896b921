"""The stores of a service, opened where its settings say."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from features.errors import OurConfiguration
from serving.database.embedded import Embedded
from serving.database.interface import Database
from serving.database.migrations import STORES
from serving.errors import refusal

_PURPOSE = b"xinheng secret fingerprint"


@dataclass(frozen=True)
class Stores:
    """One store for each subject, so that none waits for the writes of another.

    Parameters
    ----------
    audit
        What was answered.
    inbox
        Records pushed between two scorings, with their receipts.
    auth
        API keys.
    review
        Objections and overrides.
    """

    audit: Database
    inbox: Database
    auth: Database
    review: Database

    @classmethod
    def of(cls, home: Path, address: str = "") -> Stores:
        """The stores of the workspace `home`; nothing is opened yet.

        Parameters
        ----------
        address
            Of the PostgreSQL database that several nodes share; empty for files in
            the workspace.
        """
        if address:
            # Who serves from files needs no driver.
            from serving.database.postgresql import PostgreSQL

            return cls(*(PostgreSQL(address, store) for store in STORES))
        return cls(*(embedded(home / store, store) for store in STORES))

    def __iter__(self) -> Iterator[Database]:
        return iter((self.audit, self.inbox, self.auth, self.review))

    def prepare(self) -> None:
        """Open and migrate every store; raises what `Database.prepare` raises."""
        for one in self:
            one.prepare()

    def close(self) -> None:
        """Let go of every store."""
        for one in self:
            one.close()


def embedded(folder: Path, store: str) -> Embedded:
    """The store of that name in its file in `folder`."""
    return Embedded(folder / f"{store}.sqlite", store)


def agree(database: Database, name: str, secret: bytes) -> None:
    """Hold that a secret is the one the store was begun with, on whichever node.

    Secrets stay in files, out of the database that holds what they protect; of each
    the store keeps a fingerprint.

    Raises
    ------
    OurConfiguration
        The store was begun with another one.
    """
    own = hmac.new(secret, _PURPOSE, hashlib.sha256).hexdigest()
    with database.writing() as rows:
        rows.all("INSERT INTO secret VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, own)
        found = rows.one("SELECT fingerprint FROM secret WHERE name = ?", name)
    if found is None or not hmac.compare_digest(str(found[0]), own):
        raise refusal(
            OurConfiguration, "another secret", f"the store {database.store}",
            f"the {name} it was begun with", "another one",
            "copy the folders auth and keys of the first node's workspace to this one",
        )  # fmt: skip
