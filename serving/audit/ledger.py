"""The audit log: a chain in one store, appended to in whole groups (`serving.database`).

==============  ==========================================================================
``meta``        ``chain``: the name of the chain, 64 hex digits at random
``entry``       the chain: place, canonical record, link; and the subject's number, which is
                not part of the chain
``head``        signed ends of the chain (`serving.audit.heads`)
``subject``     business → pseudonym, with the salt that made it
``request``     place → request, with the salt of its commitment
==============  ==========================================================================

A commit that returned survives a power cut, and a killed process leaves the last
whole group. Several processes, and nodes, may write: a group takes the store's lock,
reads the end of the chain and appends to it. What the chain says, and how it is
checked, is in `serving.audit.verify`.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from features.errors import OurConfiguration
from serving.audit import entry as entries
from serving.audit.entry import Entry
from serving.audit.verify import digest_of, link_of
from serving.database import Database, Reader, Rows

FILE = "audit.sqlite"
_PAGE = 1_000
_CHAIN = "SELECT value FROM meta WHERE key = 'chain'"


class AuditRefused(OurConfiguration):
    """The audit log is not one this code can go on with."""


@dataclass(frozen=True)
class Found:
    """A record in the chain."""

    seq: int
    record: bytes
    link: bytes

    @property
    def audit_id(self) -> str:
        """The name of the record: its place, and the beginning of its link."""
        return name_of(self.seq, self.link)


def name_of(seq: int, link: bytes) -> str:
    """The name of the record at `seq`.

    >>> name_of(12, bytes.fromhex("9f86d081884c7d65") + bytes(24))
    '12-9f86d081884c7d65'
    """
    return f"{seq}-{link.hex()[:16]}"


@dataclass(frozen=True)
class Ledger:
    """The log as it is read: committed records, or those seen within a transaction.

    Parameters
    ----------
    rows
        The store, or a transaction on it.
    chain
        Name of the chain.
    """

    rows: Reader
    chain: str

    @classmethod
    def of(cls, database: Database) -> Ledger:
        """The log in the store, begun when it is empty; raises Unavailable."""
        found = database.one(_CHAIN)
        if found is None:
            with database.writing() as rows:
                new = secrets.token_hex(32)
                rows.all("INSERT INTO meta VALUES ('chain', ?) ON CONFLICT DO NOTHING", new)
                found = rows.one(_CHAIN)
        assert found is not None  # it was inserted, here or by another process
        return cls(database, str(found[0]))

    def within(self, rows: Rows) -> Ledger:
        """The log as a transaction sees it."""
        return replace(self, rows=rows)

    def end(self) -> tuple[int, bytes]:
        """Place and link of the last record; 0 and the chain's name before the first."""
        last = self.rows.one("SELECT seq, link FROM entry ORDER BY seq DESC LIMIT 1")
        return (0, bytes.fromhex(self.chain)) if last is None else (last[0], last[1])

    def at(self, seq: int) -> Found | None:
        """The record at a place, or none."""
        row = self.rows.one("SELECT seq, record, link FROM entry WHERE seq = ?", seq)
        return None if row is None else Found(*row)

    def named(self, audit_id: str) -> Found | None:
        """The record of that name, or none; a record that was changed has another name."""
        place, _, start = audit_id.partition("-")
        if not (place.isascii() and place.isdigit() and len(place) <= 18 and len(start) == 16):
            return None
        found = self.at(int(place))
        return found if found is not None and found.audit_id == audit_id else None

    def between(self, after: int, last: int) -> Iterator[Found]:
        """Records after one place up to another, a page at a time."""
        while after < last:
            page = self.rows.all(
                "SELECT seq, record, link FROM entry WHERE seq > ? AND seq <= ? "
                "ORDER BY seq LIMIT ?",
                after, last, _PAGE,
            )  # fmt: skip
            if not page:
                return
            yield from (Found(*row) for row in page)
            after = page[-1][0]

    def about(self, business_id: str, before: int, limit: int) -> list[Found]:
        """Records about a business with a place below `before`, newest first."""
        rows = self.rows.all(
            "SELECT e.seq, e.record, e.link FROM subject s JOIN entry e ON e.subject = s.no "
            "WHERE s.business_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?",
            business_id, before, limit,
        )  # fmt: skip
        return [Found(*row) for row in rows]

    def newest(self, before: int, limit: int) -> list[Found]:
        """Records with a place below `before`, newest first."""
        rows = self.rows.all(
            "SELECT seq, record, link FROM entry WHERE seq < ? ORDER BY seq DESC LIMIT ?",
            before, limit,
        )  # fmt: skip
        return [Found(*row) for row in rows]

    def request_of(self, seq: int) -> bytes | None:
        """The request kept beside the record; None when it was not kept or was deleted."""
        row = self.rows.one("SELECT document FROM request WHERE seq = ?", seq)
        return None if row is None else bytes(row[0])

    def subject_of(self, seq: int) -> str | None:
        """The business a record is about; None when it is about none or was forgotten."""
        row = self.rows.one(
            "SELECT s.business_id FROM entry e JOIN subject s ON s.no = e.subject WHERE e.seq = ?",
            seq,
        )
        return None if row is None else str(row[0])


def append(rows: Rows, end: tuple[int, bytes], group: Sequence[Entry], key: bytes) -> list[Found]:
    """Append the group after the `end` of the chain, within a transaction.

    Parameters
    ----------
    key
        Secret that pseudonyms are keyed with.
    """
    seq, link = end
    at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    subjects = _subjects(rows, {one.about for one in group if one.about}, key)
    found: list[Found] = []
    links, requests = [], []
    for one in group:
        seq += 1
        no, pseudonym = subjects[one.about] if one.about else (None, None)
        committed = None
        if one.request:
            salt = os.urandom(16)
            committed = entries.commitment(salt, one.request)
            requests.append((seq, salt, one.request))
        written = entries.record(one, seq, at, pseudonym, committed)
        link = link_of(link, digest_of(written))
        links.append((seq, written, link, no))
        found.append(Found(seq, written, link))
    rows.each("INSERT INTO entry VALUES (?, ?, ?, ?)", links)
    rows.each("INSERT INTO request VALUES (?, ?, ?)", requests)
    return found


def forget(database: Database, business_id: str) -> int:
    """Delete what links records to a business; how many lost their link.

    The chain stays whole: records keep a pseudonym that nothing opens any more.
    """
    named = business_id.encode()
    with database.erasing() as rows:
        found = rows.one("SELECT no FROM subject WHERE business_id = ?", business_id)
        number = -1 if found is None else found[0]
        linked = rows.one("SELECT COUNT(*) FROM entry WHERE subject = ?", number)
        rows.all(
            "DELETE FROM request WHERE seq IN (SELECT seq FROM entry WHERE subject = ?)", number
        )
        naming = [(seq,) for seq, document in _requests(rows) if named in document]
        rows.each("DELETE FROM request WHERE seq = ?", naming)
        rows.all("UPDATE entry SET subject = NULL WHERE subject = ?", number)
        rows.all("DELETE FROM subject WHERE no = ?", number)
    return 0 if linked is None else int(linked[0])


def _requests(rows: Rows) -> Iterator[tuple[int, bytes]]:
    """Every request that is kept, a page at a time."""
    after = 0
    while page := rows.all(
        "SELECT seq, document FROM request WHERE seq > ? ORDER BY seq LIMIT ?", after, _PAGE
    ):
        yield from ((seq, bytes(document)) for seq, document in page)
        after = page[-1][0]


def _subjects(rows: Rows, named: Collection[str], key: bytes) -> Mapping[str, tuple[int, str]]:
    """Number and pseudonym of each business, made when it first occurs."""
    if not named:
        return {}
    known = {
        str(business_id): (int(no), str(pseudonym))
        for business_id, no, pseudonym in rows.all(
            "SELECT business_id, no, pseudonym FROM subject WHERE business_id IN "
            f"({', '.join('?' * len(named))})",
            *named,
        )
    }
    new = sorted(set(named) - set(known))
    if new:
        last = rows.step("subject", len(new))
        made = []
        for no, business_id in enumerate(new, start=last - len(new) + 1):
            salt = os.urandom(16)
            pseudonym = hmac.new(key, salt + business_id.encode(), hashlib.sha256).hexdigest()
            made.append((no, business_id, salt, pseudonym))
            known[business_id] = (no, pseudonym)
        rows.each("INSERT INTO subject VALUES (?, ?, ?, ?)", made)
    return known
