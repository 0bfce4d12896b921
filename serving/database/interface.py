"""What a store can do, whichever database holds it.

Statements are written once, in what SQLite and PostgreSQL both understand: values
are ``?``, a conflict is met with ``ON CONFLICT``, and nothing is numbered by the
database. Whoever writes holds the store's one lock from the first statement to the
commit, among the threads, processes and nodes of the service; so numbers taken from a
counter (`Rows.step`) become visible in their order and without a gap that is filled later.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from features.errors import Fault, XinhengError
from serving.database.migrations import migrate

Value = str | int | float | bytes | None
# What the columns of a statement hold is known where the statement is written.
Row = tuple[Any, ...]


class Unavailable(XinhengError):
    """The store cannot be read or written now; it may be later (503, Retry-After).

    Of a write that failed so, it is unknown whether it is kept when the connection was
    lost during the commit; in every other case nothing of it is.
    """

    exit_code = 5


def unavailable(store: str, expected: str, got: str) -> Unavailable:
    """The error for a store that does not answer; `got` holds no value and no address."""
    return Unavailable(
        str(Fault("store unavailable", f"the store {store}", expected, got, "try again shortly"))
    )


class Reader(Protocol):
    """Statements that read one store."""

    def all(self, sql: str, *values: Value) -> list[Row]:
        """Every row of the answer; none for a statement that gives none."""

    def one(self, sql: str, *values: Value) -> Row | None:
        """The first row of the answer, or none."""


class Rows(ABC):
    """Statements of one transaction; it is alone on the store."""

    def __init__(self) -> None:
        self.stepped: dict[str, int] = {}

    @abstractmethod
    def all(self, sql: str, *values: Value) -> list[Row]:
        """Every row of the answer; none for a statement that gives none."""

    @abstractmethod
    def each(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run a statement once for every row of values."""

    def one(self, sql: str, *values: Value) -> Row | None:
        """The first row of the answer, or none."""
        found = self.all(sql, *values)
        return found[0] if found else None

    def step(self, counter: str, by: int = 1) -> int:
        """The counter's new value, `by` more than before."""
        found = self.one(
            "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) "
            "DO UPDATE SET value = counter.value + excluded.value RETURNING value",
            counter,
            by,
        )
        assert found is not None
        self.stepped[counter] = int(found[0])
        return self.stepped[counter]


class Database(ABC):
    """One store; safe to share between threads. Opened, and migrated, when first used.

    Outside of `writing` every statement sees what is committed.

    Parameters
    ----------
    store
        Its name in `serving.database.migrations.STORES`.
    """

    is_shared = False  # whether other nodes write it too

    def __init__(self, store: str) -> None:
        self.store = store
        self._is_ready = False
        self._readying = threading.Lock()

    def all(self, sql: str, *values: Value) -> list[Row]:
        """Every row of the answer; raises Unavailable."""
        self.prepare()
        return self._read(sql, values)

    def one(self, sql: str, *values: Value) -> Row | None:
        """The first row of the answer, or none; raises Unavailable."""
        found = self.all(sql, *values)
        return found[0] if found else None

    @contextmanager
    def writing(self) -> Iterator[Rows]:
        """A transaction, alone on the store; durable when the block has ended.

        Undone when the block raises. Raises Unavailable.
        """
        self.prepare()
        with self._transaction() as rows:
            yield rows

    def prepare(self) -> None:
        """Bring the tables to this program's version; a second call does nothing.

        Raises
        ------
        OurConfiguration
            A newer program made the store.
        Unavailable
            It cannot be reached.
        """
        if self._is_ready:
            return
        with self._readying:
            if not self._is_ready:
                with self._transaction() as rows:
                    self._found(rows)
                    migrate(rows, self.store, self._words, is_embedded=not self.is_shared)
                self._is_ready = True

    # Words of a table's definition, as this database says them.
    _words: Mapping[str, str] = {}

    @abstractmethod
    def counters(self) -> Mapping[str, int]:
        """Every counter by its name: what to compare to notice that something changed.

        As of now in an embedded store; in a shared one at most `MOST_STALE` seconds old,
        but never older than this process's own last write, and without waiting.
        """

    @abstractmethod
    def erasing(self) -> AbstractContextManager[Rows]:
        """`writing`, for deletions whose content shall not be found in the files afterwards."""

    @abstractmethod
    def close(self) -> None:
        """Let go of connections; the next use opens them anew."""

    @abstractmethod
    def _found(self, rows: Rows) -> None:
        """Make the place for the tables where there is none."""

    @abstractmethod
    def _read(self, sql: str, values: Sequence[Value]) -> list[Row]: ...

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[Rows]: ...
