"""A store in one SQLite file of this machine, through apsw.

WAL with ``synchronous=FULL``: a commit that returned survives a power cut, and a
killed process leaves the last whole one. Each thread has a connection of its own.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from serving.database.interface import Database, Row, Rows, Value, unavailable

_BUSY_MS = 5_000
_OPENING_SECONDS = 20.0
_EXPECTED = "a file that can be read and written, on a disk with room"


class Embedded(Database):
    """The store in the file `path`, made on first use, read by its owner only."""

    def __init__(self, path: Path, store: str) -> None:
        super().__init__(store)
        self.path = path
        self._threads = threading.local()

    def counters(self) -> Mapping[str, int]:
        return dict(self.all("SELECT name, value FROM counter"))

    @contextmanager
    def erasing(self) -> Iterator[Rows]:
        with self._telling():
            self._connection.execute("PRAGMA secure_delete = ON")
        with self.writing() as rows:
            yield rows
        with self._telling():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        connection: apsw.Connection | None = getattr(self._threads, "connection", None)
        self._threads.connection = None
        if connection is not None:
            with suppress(apsw.Error):
                connection.close()

    def _found(self, rows: Rows) -> None:
        """The file is the place."""

    def _read(self, sql: str, values: Sequence[Value]) -> list[Row]:
        with self._telling():
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[Rows]:
        with self._telling():
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield _Statements(connection)
                connection.execute("COMMIT")
            finally:
                # Some failures, a full disk among them, have ended the transaction already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what SQLite refuses into Unavailable, and begin anew from what is on disk."""
        try:
            yield
        except (apsw.SQLError, apsw.ConstraintError, apsw.BindingsError, apsw.MismatchError):
            raise  # the statement is wrong, not the file
        except apsw.Error as error:
            self.close()
            raise unavailable(self.store, _EXPECTED, type(error).__name__) from error

    @property
    def _connection(self) -> apsw.Connection:
        connection: apsw.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = _opened(self.path)
        return connection


class _Statements(Rows):
    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__()
        self._connection = connection

    def all(self, sql: str, *values: Value) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def each(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        self._connection.executemany(sql, rows)


def _opened(path: Path) -> apsw.Connection:
    """A connection, also while another process is making the file.

    SQLite does not wait by itself for a lock it needs to change the journal's mode,
    so this does.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(_BUSY_MS)
    os.chmod(path, 0o600)
    until = time.monotonic() + _OPENING_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").fetchall()
            return connection
        except apsw.BusyError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
