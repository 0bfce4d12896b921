"""The inbox: one store, durable before the sender is answered (`serving.database`).

=============  ======================================================================
``receipt``    what each push was answered; sender and idempotency key are its name
``row``        every row as it was sent, until the next snapshot holds it
``arrival``    the usable ones among them as records, by business
=============  ======================================================================

Rows hold whatever the department sent, personal data included, so they are deleted
when they have gone into a snapshot (`forget`).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from features.arrivals import Arrival
from serving import canonical
from serving.database import Database, Reader

_ALL = 2**62


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
    """The inbox of one workspace; safe to share between threads, processes and nodes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: set[str] = set()
        self._known_at = (-1, -1)
        self._learning = threading.Lock()

    def answered(self, sender: str, key: str) -> Answered | None:
        """What the push of that name was told, or none."""
        return _answered(self._database, sender, key)

    def keep(self, push: Pushed) -> Answered:
        """Keep a push; returns once it is durable.

        When a push of that name was kept meanwhile, nothing is kept and that one's
        answer is returned. Raises Unavailable when it cannot be written; whether it
        was is told when it is sent again under its name.
        """
        with self._database.writing() as rows:
            earlier = _answered(rows, push.sender, push.key)
            if earlier is not None:
                return earlier
            rows.all(
                "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?)",
                push.receipt, push.sender, push.key, push.request, push.source,
                push.received_day, push.answer,
            )  # fmt: skip
            first = rows.step("row", len(push.rows)) - len(push.rows) + 1
            rows.each(
                "INSERT INTO row (no, receipt, source, place, raw) VALUES (?, ?, ?, ?, ?)",
                [
                    (first + place, push.receipt, push.source, place,
                     json.dumps(dict(raw), ensure_ascii=False))
                    for place, raw in enumerate(push.rows)
                ],
            )  # fmt: skip
            first = rows.step("arrival", len(push.arrivals)) - len(push.arrivals) + 1
            rows.each(
                "INSERT INTO arrival (no, receipt, source, received_day, entity_id, record) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (no, one.receipt, one.source, one.received_day, str(one.row["entity_id"]),
                     canonical.encode(one.row).decode())
                    for no, one in enumerate(push.arrivals, start=first)
                ],
            )  # fmt: skip
        return Answered(push.request, push.answer)

    @property
    def last(self) -> int:
        """The number of the last record that ever arrived; 0 before the first.

        Costs no wait (`Database.counters`); raises Unavailable.
        """
        return self._database.counters().get("arrival", 0)

    def of(self, entity_id: str, last: int | None = None) -> tuple[Arrival, ...]:
        """What arrived for a business and is not forgotten, oldest first; up to the `last`."""
        if not self._has(entity_id, last):
            return ()
        return tuple(
            Arrival(str(source), json.loads(str(record)), int(received_day), str(receipt))
            for source, record, received_day, receipt in self._database.all(
                "SELECT source, record, received_day, receipt FROM arrival "
                "WHERE entity_id = ? AND no <= ? ORDER BY no",
                entity_id, _ALL if last is None else last,
            )
        )  # fmt: skip

    def waiting(self) -> tuple[Sent, ...]:
        """The pushes whose rows no snapshot holds yet, oldest first."""
        found = []
        pushes = self._database.all(
            "SELECT id, source, received_day, answer FROM receipt WHERE id IN "
            "(SELECT receipt FROM row) ORDER BY (SELECT MIN(no) FROM row WHERE receipt = id)"
        )
        for receipt, source, day, answer in cast("list[tuple[str, str, int, bytes]]", pushes):
            raw = self._database.all(
                "SELECT raw FROM row WHERE receipt = ? ORDER BY place", receipt
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
        with self._database.erasing() as rows:
            rows.each("DELETE FROM row WHERE receipt = ?", [(one,) for one in receipts])

    def forget(self) -> None:
        """Delete the records of collected pushes, once scores of a snapshot with them are in force.

        Receipts stay, so that a repeated push is still answered the same.
        """
        with self._database.erasing() as rows:
            rows.all("DELETE FROM arrival WHERE receipt NOT IN (SELECT receipt FROM row)")
            rows.step("forgotten")

    def _has(self, entity_id: str, last: int | None) -> bool:
        """Whether anything may have arrived for the business, up to the `last`.

        Known without asking the store each time.
        """
        if last is not None and last <= self._known_at[0]:
            return entity_id in self._known
        counters = self._database.counters()
        at = (counters.get("arrival", 0), counters.get("forgotten", 0))
        if at != self._known_at:
            with self._learning:
                self._learn(*at)
        return entity_id in self._known

    def _learn(self, last: int, forgotten: int) -> None:
        """For which businesses there are records up to `last`."""
        after, then = self._known_at
        if (last, forgotten) == (after, then):
            return
        known = self._known if forgotten == then else set()
        found = self._database.all(
            "SELECT DISTINCT entity_id FROM arrival WHERE no > ? AND no <= ?",
            after if forgotten == then else 0, last,
        )  # fmt: skip
        known.update(str(one) for (one,) in found)
        self._known = known
        self._known_at = (last, forgotten)


def _answered(rows: Reader, sender: str, key: str) -> Answered | None:
    found = rows.one(
        "SELECT request, answer FROM receipt WHERE sender = ? AND key = ?", sender, key
    )
    return None if found is None else Answered(str(found[0]), bytes(found[1]))
