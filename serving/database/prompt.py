"""Connections that give up on a server that takes a statement and never answers.

A server that is stopped, or whose disk hangs, keeps its connections: the network sees
nothing wrong and no setting of the server can help. A thread that waits for it cannot
be cancelled, so the wait itself has to end.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg

PATIENCE = 4.0  # seconds; an answer that waits twice is still given by its deadline
_Given = TypeVar("_Given")
_Waiting = Generator[Any, Any, _Given]  # psycopg's: what to wait for, what is ready


class NotAnswering(psycopg.OperationalError):
    """The server has not answered a statement in time; the connection is closed."""


class PromptConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection on which no statement waits longer than `patience` seconds.

    Whether the statement was carried out is not known then, as when the server dies.
    """

    patience: float = PATIENCE

    def wait(self, gen: _Waiting[_Given], *given: Any, **named: Any) -> _Given:
        """What `gen` comes to; raises NotAnswering."""
        try:
            return super().wait(_within(gen, self.patience), *given, **named)
        except NotAnswering:
            self.close()
            raise


def _within(gen: _Waiting[_Given], seconds: float) -> _Waiting[_Given]:
    """The same steps, until the time is over; psycopg looks in ten times a second."""
    until = time.monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > until:
                raise NotAnswering("no answer in time")
            wanted = gen.send(ready)
    except StopIteration as end:
        result: _Given = end.value
        return result
