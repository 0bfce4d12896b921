"""Every feature of one business on every day of a span, without a run for each day.

Between two days on which a record comes into use, leaves it or leaves a window,
a feature keeps its value, or counts the days. So each group of features is
computed on those days only, and filled in between; the result equals
`SingleEngine.compute` on every day, to the bit. What is measured about the place
or the whole city is held as it is on the first day: nothing of it is known later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features import as_of
from features.business import BusinessRecords
from features.contracts import (
    ByCode,
    DaysSince,
    DaysSinceDate,
    DaysUntil,
    Feature,
    Jurisdiction,
    Source,
)
from features.engines.single import CompiledGroup, SingleEngine, rows_of, seen_of
from features.expressions import Row
from features.peers import Peers

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Span:
    """The days from `first` to `last`, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    @property
    def days(self) -> range:
        """Every day of the span."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True, eq=False)
class Part:
    """Some features over the span: places in catalogue order, ``(n_features, n_days)`` values.

    Parts are compared by identity: the same rows give the same part.
    """

    places: tuple[int, ...]
    values: Floats


class Timeline:
    """The features of one business over a span, for variants of its own records.

    A group whose rows are the very ones of an earlier variant is not computed again.
    """

    def __init__(
        self, engine: SingleEngine, span: Span, peers: Peers, *, exclude_disputed: bool = False
    ) -> None:
        self.span = span
        self._engine = engine
        self._peers = peers
        self._exclude_disputed = exclude_disputed
        self._place = {name: i for i, name in enumerate(engine.names)}
        self._peered = dict(engine.peered)
        self._known: dict[tuple[int, int], tuple[Sequence[Row], Part]] = {}

    def parts(self, records: BusinessRecords) -> tuple[Part, ...]:
        """Every feature's values in parts, which come in the same order for all variants."""
        return tuple(
            self._part(number, group, records) for number, group in enumerate(self._engine.groups)
        )

    def values(self, records: BusinessRecords) -> Floats:
        """``(n_days, n_features)`` in catalogue order; NaN where missing."""
        table = np.full((len(self._place), len(self.span)), np.nan)
        for part in self.parts(records):
            table[list(part.places)] = part.values
        return table.T

    def _part(self, number: int, group: CompiledGroup, records: BusinessRecords) -> Part:
        rows = rows_of(group.group, records, self.span.first)
        key = (number, id(rows) if group.group.via is None else 0)
        known = self._known.get(key)
        if known is None:  # the rows are kept, so that no other gets their id
            places = tuple(self._place[one.feature.name] for one in group.features)
            part = Part(places, self._filled(group, rows, records))
            known = self._known[key] = (rows, part)
        return known[1]

    def _filled(
        self, group: CompiledGroup, rows: Sequence[Row], records: BusinessRecords
    ) -> Floats:
        features = [one.feature for one in group.features]
        held = _is_held(group.group.source, group.group.via)
        table = np.empty((len(features), len(self.span)))
        starts = sorted(set(self._changes(group, rows)))
        for start, end in zip(starts, [*starts[1:], self.span.last + 1], strict=True):
            seen = seen_of(group.group, rows, start, self._exclude_disputed)
            values = group.values(seen, self._engine.bounds(start), start)
            for row, feature in zip(table, features, strict=True):
                value = _over(feature, values[feature.name], 1 if held else end - start)
                row[start - self.span.first : end - self.span.first] = value
        for row, feature in zip(table, features, strict=True):
            if feature.name in self._peered:
                mean = self._mean(feature.name, records)
                row[:] = np.nan if mean is None else row - mean
        return table

    def _mean(self, feature: str, records: BusinessRecords) -> float | None:
        """The mean of the first day's peers: nobody knows later ones."""
        profile = records.profile_at(self.span.first)
        if profile is None:
            return None
        return self._peers.mean(feature, self._peered[feature], profile, self.span.first)

    def _changes(self, group: CompiledGroup, rows: Sequence[Row]) -> Iterator[int]:
        """Days of the span on which what the group sees may differ from the day before."""
        first, last = self.span.first, self.span.last
        yield first
        if not rows or _is_held(group.group.source, group.group.via):
            return
        later = as_of.learned_later(group.group.source)
        bounds = [self._bounds(name) for name in group.windows]
        for row in rows:
            days = {as_of.usable_from_day(row), as_of.usable_to_day(row)}
            days |= {
                day
                for name in ("event_day", "counted_from_day", *later)
                if isinstance(day := row[name], int)
            }
            yield from (day for day in days if first < day <= last)
            event = row["event_day"]
            if not isinstance(event, int):
                continue
            for low in bounds:  # the first day on which the event is no longer after the bound
                place = int(np.searchsorted(low, event))
                if 0 < place < len(low):
                    yield first + place

    def _bounds(self, name: str) -> NDArray[np.int64]:
        return self._engine.bounds_over(name, self.span.first, self.span.last)


def held_features(city: Jurisdiction) -> frozenset[str]:
    """Features about the place or the whole city, which a timeline holds as they are."""
    return frozenset(f.name for f in city.features if _is_held(city.source(f.source), f.via))


def _is_held(source: Source, via: str | None) -> bool:
    return via is None and not isinstance(source.subject, ByCode)


def _over(feature: Feature, value: float | None, n: int) -> Floats | float:
    """The feature on `n` days from the one on which it is `value`, while its records stay."""
    if value is None:
        return np.nan
    measure = feature.measure
    if not isinstance(measure, DaysSince | DaysSinceDate | DaysUntil):
        return value
    start = round(value * feature.scale)
    sign = -1 if isinstance(measure, DaysUntil) else 1
    days: Floats = (start + sign * np.arange(n)).astype(np.float64) / feature.scale
    return days
