"""Means of peer groups, as the builder saved them, for one business at a time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Profile fields peers can share.
PEER_COLUMNS = ("district", "sector", "form")
MILLIONTHS = 1_000_000

Group = tuple[str | None, ...]


def peer_fields(peers: Sequence[str]) -> tuple[str, ...]:
    """The fields a feature compares by, in the order of `PEER_COLUMNS`."""
    return tuple(c for c in PEER_COLUMNS if c in peers)


def millionths(value: float) -> int:
    """The value in whole millionths, as it enters the mean of its group."""
    return math.floor(value * MILLIONTHS + 0.5)


@dataclass(frozen=True)
class Peers:
    """Total (millionths) and number of every feature's values, by day and group.

    With `held`, days before the first take the statistics of the first.
    """

    totals: Mapping[tuple[str, int, Group], tuple[int, int]] = field(default_factory=dict)
    days: Sequence[int] = ()
    held: bool = False

    @classmethod
    def read(cls, path: Path) -> Peers:
        """What the builder wrote to ``peers.parquet``."""
        import pyarrow.parquet as pq

        names = ("feature", "as_of_day", *PEER_COLUMNS, "total", "count")
        table = pq.read_table(path, columns=list(names))
        columns = [table[name].to_pylist() for name in names]
        totals: dict[tuple[str, int, Group], tuple[int, int]] = {
            (feature, day, (district, sector, form)): (total, count)
            for feature, day, district, sector, form, total, count in zip(*columns, strict=True)
        }
        return cls(totals, sorted(set(columns[1])))

    def mean(
        self, feature: str, fields: Sequence[str], profile: Mapping[str, object], day: int
    ) -> float | None:
        """Mean of the feature among the peers of a business with `profile`.

        A day for which no statistics were saved takes those of the last day
        before it. Without any, or where a field of the profile is empty, there is
        no mean.
        """
        position = bisect_right(self.days, day)
        if not position and self.held:
            position = min(1, len(self.days))
        group = tuple(
            str(profile[c]) if c in fields and profile[c] is not None else None
            for c in PEER_COLUMNS
        )
        known = all(profile[c] is not None for c in fields)
        if not known or not position:
            return None
        total, count = self.totals.get((feature, self.days[position - 1], group), (0, 0))
        return float(total) / float(count * MILLIONTHS) if count else None
