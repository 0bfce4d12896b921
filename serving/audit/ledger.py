"""The audit log: one SQLite file, appended to in whole groups, each durable when it returns.

==============  ==========================================================================
``meta``        ``format``; ``chain``: the name of the chain, 64 hex digits at random
``entry``       the chain: place, canonical record, link; and the subject's number, which is
                not part of the chain
``head``        signed ends of the chain (`serving.audit.heads`)
``subject``     business → pseudonym, with the salt that made it
``request``     place → request, with the salt of its commitment
==============  ==========================================================================

WAL with ``synchronous=FULL``: a commit that returned survives a power cut, and a
killed process leaves the last whole group. Several processes may write: a group
takes the write lock, reads the end of the chain and appends to it. What the chain
says, and how it is checked, is in `serving.audit.verify`.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

from features.errors import OurConfiguration
from serving.audit import entry as entries
from serving.audit.entry import Entry
from serving.audit.verify import digest_of, link_of
from serving.errors import refusal

FORMAT = 1
FILE = "audit.sqlite"
_OPENING_SECONDS = 20.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
  seq INTEGER PRIMARY KEY, record BLOB NOT NULL, link BLOB NOT NULL, subject INTEGER
);
CREATE INDEX IF NOT EXISTS entry_subject ON entry (subject) WHERE subject IS NOT NULL;
CREATE TABLE IF NOT EXISTS head (seq INTEGER PRIMARY KEY, head BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS subject (
  no INTEGER PRIMARY KEY AUTOINCREMENT, business_id TEXT NOT NULL UNIQUE, salt BLOB NOT NULL,
  pseudonym TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS request (
  seq INTEGER PRIMARY KEY, salt BLOB NOT NULL, document BLOB NOT NULL
);
"""


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


class Ledger:
    """One connection to the log; used by one thread at a time.

    Parameters
    ----------
    folder
        Where the file lies; made on first use.
    key
        Secret that pseudonyms are keyed with; None for reading only.
    """

    def __init__(self, folder: Path, key: bytes | None = None) -> None:
        self._key = key
        if key is not None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = apsw.SQLITE_OPEN_READONLY
        if key is not None:
            flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        self.rows = apsw.Connection(str(folder / FILE), flags=flags)
        self.rows.set_busy_timeout(5000)
        if key is not None:
            os.chmod(folder / FILE, 0o600)
            self._prepare()
        self.chain = self._meta("chain")
        if self._meta("format") != str(FORMAT):
            raise refusal(
                AuditRefused, "another format", FILE, f"format {FORMAT}",
                f"format {self._meta('format')}", "use the version that wrote it",
            )  # fmt: skip

    def _prepare(self) -> None:
        """Make the tables, also while another process is making them.

        SQLite does not wait by itself for a lock it needs to change the journal's
        mode, so this does.
        """
        until = time.monotonic() + _OPENING_SECONDS
        while True:
            try:
                self.rows.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
                self.rows.execute("BEGIN IMMEDIATE")
                break
            except apsw.BusyError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        try:
            self.rows.execute(_SCHEMA)
            new = (("format", str(FORMAT)), ("chain", secrets.token_hex(32)))
            self.rows.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", new)
        except BaseException:
            self.rows.execute("ROLLBACK")
            raise
        self.rows.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self.rows.close()

    def end(self) -> tuple[int, bytes]:
        """Place and link of the last record; 0 and the chain's name before the first."""
        last = self.rows.execute("SELECT seq, link FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        return (0, bytes.fromhex(self.chain)) if last is None else (last[0], last[1])

    def append(self, group: Sequence[Entry]) -> list[Found]:
        """Append the group, all or nothing; the write lock is held (`rows` in a transaction)."""
        seq, link = self.end()
        at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        found: list[Found] = []
        links, requests = [], []
        for one in group:
            seq += 1
            no, pseudonym = self._subject(one.about) if one.about else (None, None)
            committed = None
            if one.request:
                salt = os.urandom(16)
                committed = entries.commitment(salt, one.request)
                requests.append((seq, salt, one.request))
            written = entries.record(one, seq, at, pseudonym, committed)
            link = link_of(link, digest_of(written))
            links.append((seq, written, link, no))
            found.append(Found(seq, written, link))
        self.rows.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", links)
        self.rows.executemany("INSERT INTO request VALUES (?, ?, ?)", requests)
        return found

    def at(self, seq: int) -> Found | None:
        """The record at a place, or none."""
        row = self.rows.execute(
            "SELECT seq, record, link FROM entry WHERE seq = ?", (seq,)
        ).fetchone()
        return None if row is None else Found(*row)

    def named(self, audit_id: str) -> Found | None:
        """The record of that name, or none; a record that was changed has another name."""
        place, _, start = audit_id.partition("-")
        if not (place.isascii() and place.isdigit() and len(place) <= 18 and len(start) == 16):
            return None
        found = self.at(int(place))
        return found if found is not None and found.audit_id == audit_id else None

    def between(self, after: int, last: int) -> Iterator[Found]:
        """Records after one place up to another."""
        rows = self.rows.execute(
            "SELECT seq, record, link FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq",
            (after, last),
        )
        return (Found(*row) for row in rows)

    def about(self, business_id: str, before: int, limit: int) -> list[Found]:
        """Records about a business with a place below `before`, newest first."""
        rows = self.rows.execute(
            "SELECT e.seq, e.record, e.link FROM subject s JOIN entry e ON e.subject = s.no "
            "WHERE s.business_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?",
            (business_id, before, limit),
        )
        return [Found(*row) for row in rows]

    def newest(self, before: int, limit: int) -> list[Found]:
        """Records with a place below `before`, newest first."""
        rows = self.rows.execute(
            "SELECT seq, record, link FROM entry WHERE seq < ? ORDER BY seq DESC LIMIT ?",
            (before, limit),
        )
        return [Found(*row) for row in rows]

    def request_of(self, seq: int) -> bytes | None:
        """The request kept beside the record; None when it was not kept or was deleted."""
        row = self.rows.execute("SELECT document FROM request WHERE seq = ?", (seq,)).fetchone()
        return None if row is None else bytes(row[0])

    def subject_of(self, seq: int) -> str | None:
        """The business a record is about; None when it is about none or was forgotten."""
        row = self.rows.execute(
            "SELECT s.business_id FROM entry e JOIN subject s ON s.no = e.subject WHERE e.seq = ?",
            (seq,),
        ).fetchone()
        return None if row is None else str(row[0])

    def forget(self, business_id: str) -> int:
        """Delete what links records to a business; how many lost their link.

        The chain stays whole: records keep a pseudonym that nothing opens any more.
        """
        self.rows.execute("PRAGMA secure_delete = ON")
        with self.rows:
            row = self.rows.execute(
                "SELECT no FROM subject WHERE business_id = ?", (business_id,)
            ).fetchone()
            number = row[0] if row else -1
            self.rows.execute(
                "DELETE FROM request WHERE seq IN (SELECT seq FROM entry WHERE subject = ?) "
                "OR instr(document, CAST(? AS BLOB)) > 0",
                (number, business_id),
            )
            self.rows.execute("UPDATE entry SET subject = NULL WHERE subject = ?", (number,))
            unlinked = self.rows.changes()
            self.rows.execute("DELETE FROM subject WHERE no = ?", (number,))
        self.rows.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return unlinked

    def _subject(self, business_id: str) -> tuple[int, str]:
        """Number and pseudonym of a business, made when it first occurs."""
        row = self.rows.execute(
            "SELECT no, pseudonym FROM subject WHERE business_id = ?", (business_id,)
        ).fetchone()
        if row is not None:
            return row[0], row[1]
        assert self._key is not None  # only the writer appends
        salt = os.urandom(16)
        pseudonym = hmac.new(self._key, salt + business_id.encode(), hashlib.sha256).hexdigest()
        self.rows.execute(
            "INSERT INTO subject (business_id, salt, pseudonym) VALUES (?, ?, ?)",
            (business_id, salt, pseudonym),
        )
        return self.rows.last_insert_rowid(), pseudonym

    def _meta(self, key: str) -> str:
        row = self.rows.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return "" if row is None else str(row[0])
