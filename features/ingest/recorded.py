"""A record that was read as a row of a snapshot, before its versions are put in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo

from features.business import linking_columns
from features.clocks import resolved_sql
from features.contracts import Source
from features.expressions import Row
from features.ingest.record import kept_columns, record_columns
from features.ingest.zone import midnight_us
from features.quoting import identifier

_OWN_PLACE = ("event_day", "known_day")


@dataclass(frozen=True)
class Recorded:
    """The columns of a read record ``r``, with its law clocks resolved, and their SQL."""

    source: Source
    names: tuple[str, ...]
    expressions: tuple[str, ...]

    @classmethod
    def of(cls, source: Source) -> Recorded:
        """The columns of records of `source`."""
        clocks = resolved_sql(source, "r")
        columns = tuple(dict.fromkeys((*record_columns(source), *clocks)))
        kept = tuple(column.name for column in kept_columns(source))
        return cls(
            source,
            (*columns, *kept),
            (*(clocks.get(name, f"r.{name}") for name in columns),
             *(f"r.{identifier(name)}" for name in kept)),
        )  # fmt: skip

    def row(self, values: Sequence[object], zone: ZoneInfo) -> Row:
        """The row of `values`, which stand in the order of `names`.

        What all versions of a record decide together is empty: ``record_no``,
        ``version`` and ``superseded_day``. Known on a day means at its beginning.
        """
        named = cast("dict[str, int | str | None]", dict(zip(self.names, values, strict=True)))
        kept = [column.name for column in kept_columns(self.source)]
        known_day, known_us = named["known_day"], named["known_us"]
        if known_us is None and isinstance(known_day, int):
            known_us = midnight_us(known_day, zone)
        return {
            "entity_id": named["_entity"],
            "event_key": named["event_key"],
            "record_no": None,
            "version": None,
            "event_day": named["event_day"],
            "known_day": known_day,
            "known_us": known_us,
            "superseded_day": None,
            **{name: value for name, value in named.items() if name.endswith("_day")
               and name not in _OWN_PLACE and name not in kept},
            **dict.fromkeys(linking_columns(self.source)),
            **{name: named[name] for name in kept},
        }  # fmt: skip
