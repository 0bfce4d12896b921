"""Take in records that a department pushes: judged, kept, and counted at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from features.arrivals import Arrival, Arrivals
from features.contracts import Source
from features.expressions import Row
from features.ingest.pushed import Accepted, HeldBack, Judged, judge, pushable
from features.ingest.quarantine import RowFault
from serving import canonical
from serving.answers.edition import Edition
from serving.inbox.receipt import Counts, Fate, FaultTold, Receipt, RowFate
from serving.inbox.storage import Answered, Inbox, Pushed

_EPOCH = date(1970, 1, 1)
_OUTDATED = RowFault("", "outdated")


@dataclass(frozen=True)
class Push:
    """What one request asks to take in.

    Parameters
    ----------
    sender, key
        Who sends, and the name it gives the push (``Idempotency-Key``).
    rows
        Heading → delivered text, as in a file of the source.
    """

    sender: str
    key: str
    source: Source
    rows: Sequence[Mapping[str, str | None]]

    @property
    def request(self) -> str:
        """SHA-256 of what is asked."""
        return canonical.sha256(canonical.encode([self.source.name, list(self.rows)]))


def take_in(edition: Edition, inbox: Inbox, push: Push, now: datetime) -> Answered:
    """Judge the rows, keep all of them, and return what the sender is told.

    Returns once everything is durable. A push of the same sender and key is
    answered as the first was, whatever it holds; the caller compares `request`.

    Raises
    ------
    RowsRefused
        The rows as a whole cannot be read as the source's.
    Unavailable, OSError
        They cannot be kept.
    """
    earlier = inbox.answered(push.sender, push.key)
    if earlier is not None:
        return earlier
    local = now.astimezone(ZoneInfo(edition.catalogue.jurisdiction.timezone)).date()
    received_day = (local - _EPOCH).days
    receipt = uuid.uuid4().hex
    judged = judge(edition.catalogue, push.source, push.rows, received_day)
    judging = _Judging(edition, inbox, push.source, received_day, receipt)
    fates = judging.fates(judged)
    told = Receipt(receipt, push.source.name, local.isoformat(), tuple(fates.values()))
    arrivals = [
        judging.arrival(one)
        for one in judged.accepted
        if fates[one.place].fate in ("accepted", "new_version")
        and one.row["entity_id"] is not None
    ]  # fmt: skip
    return inbox.keep(
        Pushed(receipt, push.sender, push.key, push.request, push.source.name, received_day,
               push.rows, arrivals, told.to_json())
    )  # fmt: skip


@dataclass(frozen=True)
class _Judging:
    edition: Edition
    inbox: Inbox
    source: Source
    received_day: int
    receipt: str

    def fates(self, judged: Judged) -> dict[int, RowFate]:
        """What becomes of every row, by its place."""
        told = [
            *self._accepted(judged.accepted),
            *(RowFate(place, "duplicate", "never") for place in judged.duplicates),
            *(RowFate(place, "out_of_scope", "never") for place in judged.out_of_scope),
            *(_held_back(one) for one in judged.held_back),
        ]
        return {one.row: one for one in sorted(told, key=lambda one: one.row)}

    def arrival(self, accepted: Accepted) -> Arrival:
        """The record as it arrived."""
        return Arrival(self.source.name, accepted.row, self.received_day, self.receipt)

    def _accepted(self, accepted: Sequence[Accepted]) -> Iterator[RowFate]:
        def whose(one: Accepted) -> str:
            return str(one.row["entity_id"] or "")

        for entity_id, together in groupby(sorted(accepted, key=whose), key=whose):
            yield from self._of_one(entity_id or None, list(together))

    def _of_one(self, entity_id: str | None, rows: Sequence[Accepted]) -> Iterator[RowFate]:
        """The fates of one business's rows beside what is held of it."""
        held, counts = self._held(entity_id)
        arrivals = Arrivals(self.edition.catalogue.jurisdiction)
        for one in rows:
            fate = arrivals.fate(held, self.arrival(one))
            key = str(one.row["event_key"])
            if fate == "outdated":
                yield _held_back(HeldBack(one.place, (_OUTDATED,)))
            elif fate == "duplicate":
                yield RowFate(one.place, "duplicate", "never", entity_id, key)
            else:
                named: Fate = "accepted" if fate == "new" else "new_version"
                yield RowFate(one.place, named, counts, entity_id, key)

    def _held(self, entity_id: str | None) -> tuple[Sequence[Row], Counts]:
        """What is held of the business in this source, and from when new records count."""
        store = self.edition.store
        subject = None if entity_id is None else store.subject(entity_id)
        if subject is None:
            return (), "next_scoring"
        records, _ = Arrivals(self.edition.catalogue.jurisdiction).among(
            store.records(subject), self.inbox.of(subject.entity_id)
        )
        scored = store.vector(subject.no) is not None
        roster = self.edition.catalogue.jurisdiction.roster
        now = scored and pushable(self.source) and self.source.name not in roster
        return records.own.get(self.source.name, ()), "now" if now else "next_scoring"


def _held_back(one: HeldBack) -> RowFate:
    faults = tuple(FaultTold(fault.column, fault.rule, fault.meaning) for fault in one.faults)
    return RowFate(one.place, "held_back", "never", faults=faults)
