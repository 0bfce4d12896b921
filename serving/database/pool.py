"""Connections of one process to PostgreSQL: few, kept, and made anew when one is dead.

A pool that tries again with growing pauses would go on refusing for a minute after
a long outage; here every use tries, so that the first one after the server's return
succeeds. Refused connections fail at once, so trying costs little.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, LifoQueue
from typing import TypeVar

import psycopg
from psycopg import pq

from serving.database.prompt import NotAnswering, PromptConnection

Connection = PromptConnection
_Began = TypeVar("_Began")
_WAIT_SECONDS = 5.0


class Pool:
    """At most so many connections, taken by one thread at a time.

    Parameters
    ----------
    connect
        Makes one, in autocommit.
    most
        How many there may be at once.
    """

    def __init__(self, connect: Callable[[], Connection], most: int) -> None:
        self._connect = connect
        self._permits = threading.BoundedSemaphore(most)
        self._idle: LifoQueue[Connection] = LifoQueue()

    @contextmanager
    def taken(self, begin: Callable[[Connection], _Began]) -> Iterator[tuple[Connection, _Began]]:
        """A connection on which `begin` succeeded, and what it gave.

        A kept connection that turns out dead is replaced; so `begin` may run more than
        once, and must change nothing by itself. What is under way when the block raises
        is rolled back.
        """
        if not self._permits.acquire(timeout=_WAIT_SECONDS):
            raise psycopg.OperationalError("all connections are in use")
        try:
            connection, began = self._begun(begin)
            try:
                yield connection, began
            finally:
                self._give_back(connection)
        finally:
            self._permits.release()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    def _begun(self, begin: Callable[[Connection], _Began]) -> tuple[Connection, _Began]:
        with suppress(Empty):
            while True:
                kept = self._idle.get_nowait()
                try:
                    return kept, begin(kept)
                except NotAnswering:  # the others would not be answered either
                    raise
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    if not kept.closed:  # the server refused; the connection is not to blame
                        self._give_back(kept)
                        raise
                except BaseException:
                    self._give_back(kept)
                    raise
        made = self._connect()
        try:
            return made, begin(made)
        except BaseException:
            self._give_back(made)
            raise

    def _give_back(self, connection: Connection) -> None:
        """Keep it for the next, outside of any transaction; or close it."""
        with suppress(psycopg.Error):
            if connection.info.transaction_status != pq.TransactionStatus.IDLE:
                connection.execute(b"ROLLBACK")
            if not connection.closed:
                self._idle.put(connection)
                return
        connection.close()
