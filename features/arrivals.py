"""Records that arrived since the snapshot, as versions among a business's own.

What `features.ingest.ranking` does to all records of a city, this does to the few
of one business: the same order, the same days on which a version is superseded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, cast
from zoneinfo import ZoneInfo

from features.business import BusinessRecords
from features.contracts import Jurisdiction, Kind
from features.expressions import Row
from features.ingest.zone import midnight_us

Fate = Literal["new", "new_version", "duplicate", "outdated"]
# Decided by all versions together, so no part of what a record says itself; the
# department's own known date is a column among the others.
_DECIDED = frozenset(
    {
        "entity_id", "record_no", "version", "superseded_day", "known_day", "known_us",
        "linked_by", "link_probability",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Arrival:
    """One record that arrived.

    Parameters
    ----------
    row
        As a snapshot's row; ``record_no``, ``version`` and ``superseded_day`` are empty.
    received_day
        Local day on which it arrived: from then on a correction without a date of
        its own is known.
    receipt
        Names what arrived together: among these the department's own dates order
        the versions of a record, and not the order of arrival.
    """

    source: str
    row: Row
    received_day: int
    receipt: str


class Arrivals:
    """What arrived for the businesses of one city, put among the records held."""

    def __init__(self, jurisdiction: Jurisdiction) -> None:
        self._sources = {source.name: source for source in jurisdiction.sources}
        self._zone = ZoneInfo(jurisdiction.timezone)

    def fate(self, held: Sequence[Row], arrival: Arrival) -> Fate:
        """What an arrival is beside the versions of its record that are held.

        `held` are rows of the source in any order; other records among them are
        ignored.
        """
        versions = _versions(held, arrival)
        if not versions:
            return "new"
        declared = self._declared(arrival.source, arrival.row)
        alike = versions if declared else versions[-1:]
        if any(_content(row) == _content(arrival.row) for row in alike):
            return "duplicate"
        if declared and self._said(arrival.source, arrival.row) < self._last_said(
            arrival.source, versions
        ):
            return "outdated"
        return "new_version"

    def among(
        self, records: BusinessRecords, arrivals: Sequence[Arrival]
    ) -> tuple[BusinessRecords, int | None]:
        """The business's records with the arrivals, oldest first, and the last day one is known.

        The day is none when every arrival was held already. Records of linked
        businesses are as they were.
        """
        own = dict(records.own)
        known: list[int] = []
        for (source, _), together in groupby(arrivals, key=lambda one: (one.source, one.receipt)):
            held = list(own.get(source, ()))
            new = [one for one in together if self.fate(held, one) in ("new", "new_version")]
            rows = held
            for arrival in sorted(new, key=lambda one: self._said(source, one.row)):
                rows = list(self._added(rows, arrival))
                known.append(_day(rows[-1]))
            own[source] = in_layout_order(rows) if new else held
        return replace(records, own=own), max(known, default=None)

    def _added(self, rows: Sequence[Row], arrival: Arrival) -> Iterator[Row]:
        """The rows with the arrival as the last version of its record, last of all."""
        versions = _versions(rows, arrival)
        new: dict[str, int | str | None] = {**arrival.row, "version": len(versions) + 1}
        if versions:
            believed = self._declared(arrival.source, new) and self._said(
                arrival.source, new
            ) > self._last_said(arrival.source, versions)
            day, us = _day(new), _us(new)
            if not believed:
                day, us = arrival.received_day, midnight_us(arrival.received_day, self._zone)
            new["known_day"] = max(day, *map(_day, versions))
            new["known_us"] = max(us, *map(_us, versions))
        for row in rows:
            last = row["event_key"] == new["event_key"] and row["version"] == len(versions)
            yield {**row, "superseded_day": new["known_day"]} if last else row
        yield new

    def _declared(self, source: str, row: Row) -> bool:
        """Whether the department said when the version became known."""
        known = self._sources[source].dates.known
        return known is not None and row[known] is not None

    def _said(self, source: str, row: Row) -> int:
        """When the version became known by what it says itself, in microseconds."""
        dates = self._sources[source].dates
        said = None if dates.known is None else cast("int | None", row[dates.known])
        if said is None or dates.known is None:
            return midnight_us(cast("int", row["event_day"]) + dates.known_lag_days, self._zone)
        instant = self._sources[source].column(dates.known).kind is Kind.INSTANT
        return said if instant else midnight_us(said, self._zone)

    def _last_said(self, source: str, versions: Sequence[Row]) -> int:
        return max(self._said(source, row) for row in versions)


def _versions(rows: Sequence[Row], arrival: Arrival) -> list[Row]:
    """Versions of the arrival's record, oldest first; rows stand in the order of events."""
    held = [row for row in rows if row["event_key"] == arrival.row["event_key"]]
    return sorted(held, key=_version)


def in_layout_order(rows: Sequence[Row]) -> list[Row]:
    """The rows of one source of a business as a snapshot orders and numbers them."""

    def order(row: Row) -> tuple[int, int, str, int]:
        return cast("int", row["event_day"]), _us(row), str(row["event_key"]), _version(row)

    return [{**row, "record_no": n} for n, row in enumerate(sorted(rows, key=order), 1)]


def _content(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _DECIDED}


def _us(row: Row) -> int:
    return cast("int", row["known_us"])


def _day(row: Row) -> int:
    return cast("int", row["known_day"])


def _version(row: Row) -> int:
    return cast("int", row["version"])
