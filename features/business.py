"""One business's records, as features are computed from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from features.contracts import Nearby, Source
from features.expressions import Row

# Columns every snapshot row has before the declared ones, in the snapshot's order.
RECORD = (
    "entity_id", "event_key", "record_no", "version", "event_day", "known_day", "known_us",
    "superseded_day", "retracted_day", "repaired_day", "usable_until_day", "disputed_day",
    "settled_day", "final_day", "counted_from_day",
)  # fmt: skip
PROFILE = (
    "entity_id", "name", "district", "sector", "form", "latitude", "longitude",
    "established_day", "closed_day", "from_day", "to_day",
)  # fmt: skip

Value = int | float | str | None
ProfileRow = Mapping[str, Value]
# Half-open intervals of days during which two businesses are linked.
Intervals = tuple[tuple[int, int], ...]


def row_columns(source: Source) -> tuple[str, ...]:
    """Columns of a row of `source`: the record's, those of its linking, the declared ones."""
    nearby = ("distance_m",) if isinstance(source.subject, Nearby) else ()
    declared = (c.name for c in source.columns if not c.personal)
    return (*RECORD, *nearby, *linking_columns(source), *declared)


class LinkedBy(IntEnum):
    """How it was found whom a record concerns, where its own unified code does not say so."""

    NUMBER = 1  # an older number that the registration, or a unified code, holds
    REGISTERED_NAME = 2  # the name one business had on the record's day
    LIKENESS = 3  # a name like that of one business, with a probability
    PERSON = 4  # somebody confirmed whom the name means


def linking_columns(source: Source) -> tuple[str, ...]:
    """How, and how surely, it is known whom the record concerns; null where its code says so."""
    if not source.names_business:
        return ()
    return ("linked_by", "link_probability") if source.by_name is not None else ("linked_by",)


@dataclass(frozen=True)
class BusinessRecords:
    """Everything a decision about one business reads.

    Parameters
    ----------
    own
        Source → the business's rows, and the city-wide rows of city-wide sources.
    linked
        Link → source → rows of businesses that are linked to it on some day.
    links
        Link → the other business → the days on which the two are linked.
    profile
        History of its profile, one row per interval of days.
    """

    entity_id: str
    own: Mapping[str, Sequence[Row]]
    linked: Mapping[str, Mapping[str, Sequence[Row]]] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, Intervals]] = field(default_factory=dict)
    profile: Sequence[ProfileRow] = ()

    def profile_at(self, day: int) -> ProfileRow | None:
        """The profile in force on `day`, or none before the business existed."""
        for row in self.profile:
            start, end = row["from_day"], row["to_day"]
            if isinstance(start, int) and start <= day and (end is None or day < int(end)):
                return row
        return None

    def open_on(self, day: int) -> bool:
        """Whether it was scored on `day`: known, established and not yet closed."""
        profile = self.profile_at(day)
        if profile is None:
            return False
        opened, closed = profile["established_day"], profile["closed_day"]
        return (opened is None or int(opened) <= day) and (closed is None or int(closed) > day)
