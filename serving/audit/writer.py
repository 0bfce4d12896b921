"""The one thread that writes the log, and the waiting for it.

Answers that wait at the same moment are committed together: one flush to disk
serves all of them. Who asked to append is told only after the flush; when it
fails, all of the group are told that it failed, the chain is as before, and the
next group begins anew from what is kept.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from serving.audit.entry import Entry
from serving.audit.heads import MOST_BETWEEN, hand_over, newest_head, refuse_a_shorter_log, sign_end
from serving.audit.ledger import Found, Ledger, append
from serving.bundle.signing import public_hex, signing_key
from serving.database import Database, Unavailable
from serving.database.stores import agree
from serving.kept_secret import kept_secret

log = logging.getLogger("xinheng.audit")
HEAD_SECONDS = 60.0
MOST_WAITING = 4096
_MOST_IN_GROUP = 512
_AGAIN_SECONDS = 5.0
PSEUDONYMS = "pseudonyms.key"


class AuditUnavailable(Exception):  # not a fault of the request: it becomes a 503
    """The record could not be written, so the answer may not be given."""


@dataclass(frozen=True)
class _Waiting:
    entries: Sequence[Entry]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[list[Found]]


class Audit:
    """The audit log of a service process.

    Parameters
    ----------
    database
        The store of the log.
    keys
        Folder of the key that signs heads and of the one that keys pseudonyms; made
        on first use.
    handed_to
        Folder that heads are handed over in.
    head_seconds
        Longest time between a record and the head that covers it.
    """

    def __init__(
        self,
        database: Database,
        keys: Path,
        handed_to: Path,
        head_seconds: float = HEAD_SECONDS,
    ) -> None:
        self._database, self._keys, self._handed_to = database, keys, handed_to
        self._head_seconds = head_seconds
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._ledger: Ledger | None = None
        self._pseudonyms = b""
        self._signed_at = time.monotonic()
        self._handed = False
        self._headed = 0
        self.failures = 0

    async def append(self, *entries: Entry) -> list[Found]:
        """Append the entries next to each other; returns when they are on disk.

        Raises
        ------
        AuditUnavailable
            They could not be written. None of them is in the log, unless the connection
            to it was lost in the very commit; the answer is not given either way.
        """
        self.start()
        if self._queue.qsize() > MOST_WAITING:
            raise AuditUnavailable
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Found]] = loop.create_future()
        self._queue.put(_Waiting(entries, loop, future))
        return await future

    def reader(self) -> Ledger:
        """The log, for reading; raises AuditUnavailable."""
        try:
            return self._ledger or Ledger.of(self._database)
        except Unavailable as error:
            raise AuditUnavailable from error

    @property
    def public_key(self) -> str:
        """The public half of the key that signs heads, hex."""
        return public_hex(self._key())

    def close(self) -> None:
        """Write what waits, sign the end, and stop; a second call does nothing."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def start(self) -> None:
        """Open the log and begin to write; a second call does nothing."""
        if self._thread is not None:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="audit", daemon=True)
                self._thread.start()

    def _key(self) -> Ed25519PrivateKey:
        return signing_key(self._keys)

    def _open(self) -> Ledger:
        """The log, checked to be the one that was signed, by this service's own keys."""
        ledger = Ledger.of(self._database)
        self._pseudonyms = kept_secret(self._keys / PSEUDONYMS)
        agree(self._database, "pseudonyms", self._pseudonyms)
        agree(self._database, "signing key", self.public_key.encode())
        refuse_a_shorter_log(ledger, self._handed_to, self.public_key)
        return ledger

    def _write(self) -> None:
        """Until told to stop: take what waits, commit it, tell those who wait."""
        group: list[_Waiting] = []
        stopped = False
        while True:
            try:
                self._ledger = ledger = self._ledger or self._open()
                _tell(group, self._commit(ledger, group, stopped))
                self._hand_over(ledger)
            except Exception as error:  # whatever it is, those who wait must be told
                self._failed(error)
                self._ledger = None
                _tell(group, None)
            if stopped:
                return
            group, stopped = self._group()

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        log.error("audit: %s: %s", type(error).__name__, error)
        # A head that is due is tried again, but not at once.
        self._signed_at = time.monotonic() - self._head_seconds + _AGAIN_SECONDS

    def _group(self) -> tuple[list[_Waiting], bool]:
        """What waits now, or nothing when the time for a head has come."""
        until = self._head_seconds - (time.monotonic() - self._signed_at)
        group: list[_Waiting] = []
        size = 0
        with suppress(queue.Empty):
            one = self._queue.get(timeout=max(until, 0.001))
            while one is not None:
                group.append(one)
                size += len(one.entries)
                if size >= _MOST_IN_GROUP:
                    return group, False
                one = self._queue.get_nowait()
            return group, True
        return group, False

    def _commit(
        self, ledger: Ledger, group: Sequence[_Waiting], last: bool
    ) -> Mapping[int, list[Found]]:
        """Append the group and sign where it is time to; what each one appended."""
        entries = [entry for one in group for entry in one.entries]
        due = last or time.monotonic() - self._signed_at >= self._head_seconds
        if not entries and not due:
            return {}
        told: dict[int, list[Found]] = {}
        with self._database.writing() as rows:
            within = ledger.within(rows)
            end = within.end()
            found = append(rows, end, entries, self._pseudonyms)
            if due or self._is_long_unsigned(within, end[0] + len(found)):
                signed = sign_end(ledger, rows, self._key())
                self._handed = self._handed and not signed
        if due:
            self._signed_at = time.monotonic()
        for one in group:
            told[id(one)], found = found[: len(one.entries)], found[len(one.entries) :]
        return told

    def _is_long_unsigned(self, ledger: Ledger, end: int) -> bool:
        """Whether the records since the last head, which only grows, are as many as may be."""
        if end - self._headed < MOST_BETWEEN:
            return False
        head = newest_head(ledger)
        self._headed = int(head["seq"]) if head else 0
        return end - self._headed >= MOST_BETWEEN

    def _hand_over(self, ledger: Ledger) -> None:
        """Heads that could not be handed over now are handed over with the next."""
        if self._handed:
            return
        try:
            hand_over(ledger, self._handed_to)
            self._handed = True
        except (OSError, ValueError) as error:
            log.error("audit: heads not handed over: %s", type(error).__name__)


def _tell(group: Sequence[_Waiting], told: Mapping[int, list[Found]] | None) -> None:
    """Wake those who wait, each event loop once; `told` is None when it failed."""

    def wake(some: Sequence[_Waiting]) -> None:
        for one in some:
            if one.future.done():  # the caller has gone
                continue
            if told is None:
                one.future.set_exception(AuditUnavailable())
            else:
                one.future.set_result(told[id(one)])

    for loop in {id(one.loop): one.loop for one in group}.values():
        with suppress(RuntimeError):  # the loop was closed
            loop.call_soon_threadsafe(wake, [one for one in group if one.loop is loop])
