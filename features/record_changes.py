"""Why a record counts at one end of a comparison and does not at the other.

A business is looked at twice: on two days, from the same records or from what
was held at two times. `cause_of` says of one record what happened between; the
rules of what is seen when are those of `features.as_of`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from features import as_of
from features.business import BusinessRecords
from features.catalogue import Catalogue
from features.contracts import CityWide, Source
from features.expressions import Row
from features.peers import Peers

Cause = Literal[
    "arrived",  # it became known, or it happened
    "settled",  # an objection to it was settled and it counts again
    "final",  # its decision became final, and counts or is known as such
    "corrected",  # another version took its place
    "disputed",  # an objection to it was opened
    "retracted",  # the department annulled it
    "repaired",  # credit repair was completed
    "expired",  # its period of publication or use is over
    "removed",  # it is held of this business no more
    "linked",  # the business whose record it is became linked
    "unlinked",  # that business is linked no more
    "aged_out",  # it left a feature's window and still stands
    "time",  # no record changed; days passed
    "profile",  # the business changed its district, sector or form, and so its peers
    "peers",  # the average of its peers changed
]
CAUSES: tuple[Cause, ...] = (
    "arrived", "settled", "final", "corrected", "disputed", "retracted", "repaired", "expired",
    "removed", "linked", "unlinked", "aged_out", "time", "profile", "peers",
)  # fmt: skip

_WENT: dict[str, Cause] = {
    "retracted": "retracted",
    "repaired": "repaired",
    "expired": "expired",
    "disputed": "disputed",
    "not_happened_yet": "corrected",
    "not_final": "corrected",
    "excluded": "corrected",
}
_CAME: dict[str, Cause] = {
    "not_final": "final",
    "excluded": "corrected",
    "retracted": "corrected",
    "repaired": "corrected",
    "expired": "corrected",
}
# When a version counts is told by whether it is seen, not by these columns.
_ENDS = (
    "superseded_day", "retracted_day", "repaired_day", "usable_until_day", "counted_from_day",
)  # fmt: skip
_NOT_COMPARED = frozenset({"record_no", *_ENDS})
_OF_VERSION = frozenset({"version", "known_day", "known_us"})


@dataclass(frozen=True)
class Side:
    """One end of a comparison: what was held of a business, and the day it is seen on.

    With `exclude_disputed`, records under an open objection do not count.
    """

    records: BusinessRecords
    day: int
    peers: Peers
    exclude_disputed: bool = False

    def rows(self, source: str, via: str | None) -> Sequence[Row]:
        """All rows of a source: the business's own or, with a link, of linked businesses."""
        if via is None:
            return self.records.own.get(source, ())
        return self.records.linked.get(via, {}).get(source, ())

    def linked(self, via: str, other: str) -> bool:
        """Whether another business is linked on the day."""
        days = self.records.links.get(via, {}).get(other, ())
        return any(start <= self.day < end for start, end in days)


@dataclass(frozen=True, order=True)
class RecordRef:
    """One record: of which source, whose it is, its key, the day it happened.

    `entity_id` is empty for a record of the whole city.
    """

    source: str
    entity_id: str
    event_key: str
    event_day: int


@dataclass(frozen=True)
class RecordChange:
    """A record that counts at one end only, or was known otherwise at the other."""

    record: RecordRef
    cause: Cause


def record_changes(catalogue: Catalogue, before: Side, after: Side) -> Iterator[RecordChange]:
    """Every change among the business's own records, whether a feature reads them or not."""
    for source in catalogue.jurisdiction.sources:
        if not isinstance(source.subject, CityWide):
            causes = Causes(source, None, before, after)
            for entity_id, event_key in causes.keys:
                cause = causes.of(entity_id, event_key)
                if cause is not None:
                    yield RecordChange(causes.record(entity_id, event_key), cause)


class Causes:
    """What happened to the records of one source, the business's own or linked ones'."""

    def __init__(self, source: Source, via: str | None, before: Side, after: Side) -> None:
        self._source = source.name
        self._via = via
        self._later = frozenset(as_of.learned_later(source))
        self._settled = ("settled_day", source.dates.settled)
        self._disputed = ("disputed_day", source.dates.disputed)
        self._sides = (before, after)
        self._rows = tuple(_by_key(side.rows(source.name, via)) for side in self._sides)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """(Business, event key) of every record held at either end."""
        return sorted({*self._rows[0], *self._rows[1]})

    def record(self, entity_id: str, event_key: str) -> RecordRef:
        """The record, dated as it is held last."""
        key = (entity_id, event_key)
        held = self._rows[1].get(key) or self._rows[0][key]
        newest = max(held, key=_when_known)
        return RecordRef(self._source, entity_id, event_key, int(newest["event_day"] or 0))

    def of(self, entity_id: str, event_key: str) -> Cause | None:
        """What happened to the record; none when it counts, or does not, at both ends alike."""
        before, after = self._sides
        if self._via is not None:
            linked = before.linked(self._via, entity_id), after.linked(self._via, entity_id)
            if linked[0] != linked[1]:
                return "linked" if linked[1] else "unlinked"
        key = (entity_id, event_key)
        held_before, held_after = self._rows[0].get(key, ()), self._rows[1].get(key, ())
        old, new = self._seen(held_before, before), self._seen(held_after, after)
        if old is not None and new is not None:
            return self._otherwise(old, new)
        if new is not None:
            return _came(held_before, new, before, after)
        return None if old is None else _went(held_after, after)

    def _seen(self, rows: Sequence[Row], side: Side) -> Row | None:
        seen = [
            row for row in rows if as_of.seen(row, side.day, exclude_disputed=side.exclude_disputed)
        ]
        newest = _newest(seen)
        return None if newest is None else as_of.as_known_at(newest, side.day, tuple(self._later))

    def _otherwise(self, old: Row, new: Row) -> Cause | None:
        """What became known about a record that counts at both ends."""
        differ = {c for c in old.keys() | new.keys() if old.get(c) != new.get(c)} - _NOT_COMPARED
        said = differ - _OF_VERSION
        if said and said <= self._later:
            if said.intersection(self._settled):
                return "settled"
            return "disputed" if said.intersection(self._disputed) else "final"
        return "corrected" if differ else None


def same(old: Row, new: Row) -> bool:
    """Whether two rows say the same to every feature, but for their order among others."""
    if old is new:
        return True
    return all(old[c] == new[c] for c in old if c not in _NOT_COMPARED)


def _by_key(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((str(row["entity_id"] or ""), str(row["event_key"])), []).append(row)
    return found


def _came(held_before: Sequence[Row], new: Row, before: Side, after: Side) -> Cause:
    known = _newest([r for r in held_before if as_of.usable_from_day(r) <= before.day])
    if known is None:
        return "arrived"
    why = as_of.why_not_seen(known, before.day, exclude_disputed=before.exclude_disputed)
    if why == "disputed":
        return "disputed" if as_of.disputed_at(new, after.day) else "settled"
    return _CAME.get(why or "", "arrived")


def _went(held_after: Sequence[Row], after: Side) -> Cause:
    known = _newest([r for r in held_after if as_of.usable_from_day(r) <= after.day])
    if known is None:
        return "removed"
    why = as_of.why_not_seen(known, after.day, exclude_disputed=after.exclude_disputed)
    return _WENT.get(why or "", "removed")


def _newest(rows: Sequence[Row]) -> Row | None:
    return max(rows, key=_when_known, default=None)


def _when_known(row: Row) -> tuple[int, int]:
    return int(row["known_us"] or 0), int(row["version"] or 0)
