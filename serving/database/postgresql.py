"""A store in a schema of a PostgreSQL database, for several nodes.

Whoever writes holds the store's advisory lock until its transaction ends: one
writer at a time, as SQLite has it, on whichever node. A server that went away is
connected to again with the next use; until then everything raises Unavailable.
Counters are watched from the side, so that asking whether something changed never
waits for the server.
"""

from __future__ import annotations

import logging
import math
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache

import psycopg
from psycopg import errors

from serving.database.interface import Database, Row, Rows, Unavailable, Value, unavailable
from serving.database.pool import Connection, Pool
from serving.database.prompt import PATIENCE, PromptConnection

log = logging.getLogger("xinheng.stores")
MOST_STALE = 2.0
_WATCHED_EVERY = 0.25
_LOCKS = 0x78696E68  # "xinh": our half of the advisory locks' two numbers
_EXPECTED = "a PostgreSQL server that takes writes"
_CONNECTING: Mapping[str, str | int] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
}
# A node that stopped in the middle must not hold up the others for long.
_SESSION = """
SET search_path TO {schema};
SET lock_timeout = '5s';
SET idle_in_transaction_session_timeout = '10s';
SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') IN ('off', 'local');
"""


class PostgreSQL(Database):
    """The store in the schema of its name.

    Parameters
    ----------
    address
        libpq's: ``postgresql://user@host/database``; a password in it is never told.
    connections
        The most that this process holds.
    """

    is_shared = True
    _words: Mapping[str, str] = {
        "INTEGER": "BIGINT", "BLOB": "BYTEA", "AUTOINCREMENT": "", "WITHOUT ROWID": "",
    }  # fmt: skip

    def __init__(self, address: str, store: str, connections: int = 8) -> None:
        super().__init__(store)
        self._address = address
        self._pool = Pool(self._connected, connections)
        lock = zlib.crc32(store.encode()) & 0x7FFF_FFFF
        self._begin = (
            f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({_LOCKS}, {lock})"
        ).encode()
        self._told = ""
        self._counters: dict[str, int] = {}
        self._counted_at = 0.0
        self._noting, self._starting = threading.Lock(), threading.Lock()
        self._watching: threading.Thread | None = None
        self._closed = threading.Event()

    def counters(self) -> Mapping[str, int]:
        if self._watching is None:
            self._watch()
        if time.monotonic() - self._counted_at > MOST_STALE:
            raise unavailable(self.store, _EXPECTED, "none")
        return self._counters

    @contextmanager
    def erasing(self) -> Iterator[Rows]:
        with self.writing() as rows:
            yield rows
        with self._telling(), self._pool.taken(self._vacuumed):
            pass

    def close(self) -> None:
        self._closed.set()
        if self._watching is not None:
            self._watching.join()
            self._watching = None
        self._pool.close()

    def _read(self, sql: str, values: Sequence[Value]) -> list[Row]:
        def read(connection: Connection) -> list[Row]:
            connection.patience = PATIENCE
            return _Statements(connection).all(sql, *values)

        with self._telling(), self._pool.taken(read) as (_, found):
            return found

    @contextmanager
    def _transaction(self) -> Iterator[Rows]:
        def begun(connection: Connection) -> _Statements:
            # What migrations do to large tables takes its time.
            connection.patience = PATIENCE if self._is_ready else math.inf
            connection.execute(self._begin)
            return _Statements(connection)

        with self._telling(), self._pool.taken(begun) as (connection, statements):
            yield statements
            if connection.execute(b"COMMIT").statusmessage != "COMMIT":
                raise psycopg.OperationalError("rolled back")
        self._note(statements.stepped)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn a server that is away, stopping or only read into Unavailable."""
        try:
            yield
        except (psycopg.OperationalError, psycopg.InterfaceError, errors.InternalError) as error:
            got = f"{type(error).__name__} {getattr(error, 'sqlstate', None) or ''}".strip()
            raise unavailable(self.store, _EXPECTED, got) from error

    def _connected(self) -> Connection:
        try:
            connection = PromptConnection.connect(
                self._address, autocommit=True, application_name=f"xinheng {self.store}",
                **_CONNECTING,  # type: ignore[arg-type]  # libpq's own parameters
            )  # fmt: skip
        except psycopg.OperationalError as error:
            self._tell_once(str(error).partition("\n")[0])
            raise
        self._told = ""
        connection.execute(_SESSION.format(schema=self.store).encode())
        return connection

    def _tell_once(self, why: str) -> None:
        """Log why no connection can be made, in the server's words, which hold no password."""
        if why != self._told:
            self._told = why
            log.error("the store %s: %s", self.store, why)

    def _found(self, rows: Rows) -> None:
        if rows.one("SELECT 1 FROM pg_namespace WHERE nspname = ?", self.store) is None:
            rows.all(f"CREATE SCHEMA {self.store}")
        if rows.one("SHOW fsync") == ("off",):
            log.warning("the PostgreSQL server runs with fsync off: a power cut loses answers")

    def _vacuumed(self, connection: Connection) -> None:
        """Take what was deleted out of the tables' files."""
        connection.patience = math.inf
        found = _Statements(connection).all(
            "SELECT tablename FROM pg_tables WHERE schemaname = ?", self.store
        )
        for (table,) in found:
            connection.execute(f"VACUUM {table}".encode())
        connection.patience = PATIENCE

    def _watch(self) -> None:
        """Count once, and go on counting from the side."""
        with self._starting:
            if self._watching is None:
                self._closed.clear()
                self._count()
                self._watching = threading.Thread(
                    target=self._keep_counting, name=f"watch {self.store}", daemon=True
                )
                self._watching.start()

    def _keep_counting(self) -> None:
        while not self._closed.wait(_WATCHED_EVERY):
            with suppress(Unavailable):
                self._count()

    def _count(self) -> None:
        asked = time.monotonic()
        self._note(dict(self.all("SELECT name, value FROM counter")))
        self._counted_at = asked

    def _note(self, seen: Mapping[str, int]) -> None:
        """Counters only grow: the larger of what two threads saw is the later."""
        with self._noting:
            now = self._counters
            self._counters = now | {k: max(v, now.get(k, v)) for k, v in seen.items()}


class _Statements(Rows):
    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def all(self, sql: str, *values: Value) -> list[Row]:
        cursor = self._connection.execute(_own(sql), values)
        return cursor.fetchall() if cursor.description else []

    def each(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_own(sql), rows)


@lru_cache(maxsize=1024)
def _own(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()
