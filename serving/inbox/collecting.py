"""Bring what was pushed into the next snapshot, as deliveries like any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from features.catalogue import Catalogue
from features.ingest import Reconciliation
from features.ingest.run import submit
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving.inbox.storage import Inbox, Sent

_EPOCH = date(1970, 1, 1)
_RECEIPT = "receipt"  # a heading of our own: equal rows pushed twice are two deliveries


def collect(
    catalogue: Catalogue,
    home: Path,
    inbox: Inbox,
    scored: str | None,
    progress: Progress = silent,
) -> tuple[Reconciliation, ...]:
    """Deliver every waiting push to the records; one account for each delivery.

    Rows that were held back when they were pushed wait in quarantine from now on.
    A killed run loses nothing and delivers nothing twice: what went in is the same
    delivery when it comes again.

    Parameters
    ----------
    scored
        Snapshot of the scores in force. Where it is the newest, everything
        collected before is in it, and the inbox forgets it.
    """
    if scored is not None and scored == Snapshot.current(home).name:
        inbox.forget()
    accounts = []
    for together in _deliveries(inbox.waiting()):
        rows = [{**row, _RECEIPT: one.receipt} for one in together for row in one.rows]
        received_on = _EPOCH + timedelta(days=together[0].received_day)
        accounts.append(
            submit(catalogue, home, together[0].source, rows, received_on, progress=progress)
        )
        inbox.collected([one.receipt for one in together])
    return tuple(accounts)


def _deliveries(waiting: Sequence[Sent]) -> Iterator[list[Sent]]:
    """Pushes that one delivery may hold, in an order that keeps later corrections later.

    Of one source and day, and no record twice: within a delivery the department's
    dates order the versions, between deliveries their order does.
    """
    for source in dict.fromkeys(one.source for one in waiting):
        together: list[Sent] = []
        seen: set[str] = set()
        for one in (each for each in waiting if each.source == source):
            if together and (one.received_day != together[0].received_day or seen & one.records):
                yield together
                together, seen = [], set()
            together.append(one)
            seen |= one.records
        yield together
