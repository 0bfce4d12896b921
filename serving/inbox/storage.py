"""The inbox: one SQLite file, durable before the sender is answered.

=============  ======================================================================
``receipt``    what each push was answered; sender and idempotency key are its name
``row``        every row as it was sent, until the next snapshot holds it
``arrival``    the usable ones among them as records, by business
=============  ======================================================================

WAL with ``synchronous=FULL``: what was answered survives a power cut. Rows hold
whatever the department sent, personal data included, so they are deleted when
they have gone into a snapshot (`forget`).
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import apsw

from features.arrivals import Arrival
from serving import canonical

FILE = "inbox.sqlite"
_BUSY_MS = 5_000
_ALL = 2**62
_SCHEMA = """
CREATE TABLE IF NOT EXISTS receipt (
  id TEXT PRIMARY KEY, sender TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL,
  source TEXT NOT NULL, received_day INTEGER NOT NULL, answer BLOB NOT NULL, UNIQUE (sender, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS row (
  no INTEGER PRIMARY KEY AUTOINCREMENT, receipt TEXT NOT NULL, source TEXT NOT NULL,
  place INTEGER NOT NULL, raw TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS arrival (
  no INTEGER PRIMARY KEY AUTOINCREMENT, receipt TEXT NOT NULL, source TEXT NOT NULL,
  received_day INTEGER NOT NULL, entity_id TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS arrival_of ON arrival (entity_id, no);
"""


class InboxUnavailable(Exception):  # not a fault of the request: it becomes a 503
    """The inbox cannot be written: nothing was kept."""


@dataclass(frozen=True)
class Pushed:
    """One push as it is kept.

    Parameters
    ----------
    sender, key
        Who sent it and the name it gave the push: the same two are answered the
        same and change nothing.
    request
        SHA-256 of what was sent.
    """

    receipt: str
    sender: str
    key: str
    request: str
    source: str
    received_day: int
    rows: Sequence[Mapping[str, str | None]]
    arrivals: Sequence[Arrival]
    answer: bytes


@dataclass(frozen=True)
class Answered:
    """What an earlier push of that name sent and was told."""

    request: str
    answer: bytes


@dataclass(frozen=True)
class Sent:
    """A push that no snapshot holds yet: its rows, verbatim, and the records they became."""

    receipt: str
    source: str
    received_day: int
    rows: tuple[Mapping[str, str | None], ...]
    records: frozenset[str]


class Inbox:
    """The inbox of one workspace; safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._threads = threading.local()
        with self._writing() as connection:
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
        os.chmod(path, 0o600)

    def answered(self, sender: str, key: str) -> Answered | None:
        """What the push of that name was told, or none."""
        found = self._connection.execute(
            "SELECT request, answer FROM receipt WHERE sender = ? AND key = ?", (sender, key)
        ).fetchone()
        return None if found is None else Answered(str(found[0]), bytes(found[1]))

    def keep(self, push: Pushed) -> Answered:
        """Keep a push; returns once it is durable.

        When a push of that name was kept meanwhile, nothing is kept and that one's
        answer is returned. Raises InboxUnavailable when nothing can be written.
        """
        with self._writing() as connection:
            earlier = self.answered(push.sender, push.key)
            if earlier is not None:
                return earlier
            connection.execute(
                "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?)",
                (push.receipt, push.sender, push.key, push.request, push.source,
                 push.received_day, push.answer),
            )  # fmt: skip
            connection.executemany(
                "INSERT INTO row (receipt, source, place, raw) VALUES (?, ?, ?, ?)",
                [
                    (push.receipt, push.source, place, json.dumps(dict(raw), ensure_ascii=False))
                    for place, raw in enumerate(push.rows)
                ],
            )
            connection.executemany(
                "INSERT INTO arrival (receipt, source, received_day, entity_id, record) "
                "VALUES (?, ?, ?, ?, ?)",
                [
                    (one.receipt, one.source, one.received_day, one.row["entity_id"],
                     canonical.encode(one.row).decode())
                    for one in push.arrivals
                ],
            )  # fmt: skip
        return Answered(push.request, push.answer)

    @property
    def last(self) -> int:
        """The number of the last record that ever arrived; 0 before the first."""
        found = self._connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'arrival'"
        ).fetchone()
        return 0 if found is None else int(found[0])

    def of(self, entity_id: str, last: int | None = None) -> tuple[Arrival, ...]:
        """What arrived for a business and is not forgotten, oldest first; up to the `last`."""
        return tuple(
            Arrival(str(source), json.loads(str(record)), int(received_day), str(receipt))
            for source, record, received_day, receipt in self._connection.execute(
                "SELECT source, record, received_day, receipt FROM arrival "
                "WHERE entity_id = ? AND no <= ? ORDER BY no",
                (entity_id, _ALL if last is None else last),
            )
        )

    def waiting(self) -> tuple[Sent, ...]:
        """The pushes whose rows no snapshot holds yet, oldest first."""
        found = []
        pushes = self._connection.execute(
            "SELECT id, source, received_day, answer FROM receipt WHERE id IN "
            "(SELECT receipt FROM row) ORDER BY (SELECT MIN(no) FROM row WHERE receipt = id)"
        ).fetchall()
        for receipt, source, day, answer in cast("list[tuple[str, str, int, bytes]]", pushes):
            raw = self._connection.execute(
                "SELECT raw FROM row WHERE receipt = ? ORDER BY place", (receipt,)
            )
            told = json.loads(answer)["rows"]
            found.append(
                Sent(
                    receipt, source, day,
                    tuple(json.loads(str(one)) for (one,) in raw),
                    frozenset(one["record_id"] for one in told if one["record_id"] is not None),
                )
            )  # fmt: skip
        return tuple(found)

    def collected(self, receipts: Sequence[str]) -> None:
        """Delete the rows of pushes that a snapshot holds now; their records still count."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM row WHERE receipt = ?", [(r,) for r in receipts])

    def forget(self) -> None:
        """Delete the records of collected pushes, once scores of a snapshot with them are in force.

        Receipts stay, so that a repeated push is still answered the same.
        """
        with self._writing() as connection:
            connection.execute("DELETE FROM arrival WHERE receipt NOT IN (SELECT receipt FROM row)")

    @property
    def _connection(self) -> apsw.Connection:
        connection: apsw.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = apsw.Connection(str(self._path))
            connection.set_busy_timeout(_BUSY_MS)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            self._threads.connection = connection
        return connection

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except apsw.Error as error:
            raise InboxUnavailable from error
        finally:
            # Some failures, a full disk among them, have ended the transaction already.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
