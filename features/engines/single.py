"""Every feature of one business, in plain Python over its own records.

What a request runs: no engine, no data frame, a fraction of a millisecond, and
equal to the batch engines to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from features import as_of
from features.business import BusinessRecords
from features.catalogue import Catalogue
from features.contracts import Change, Feature, Growth, Window
from features.engines.measures import (
    Deciding,
    Rows,
    Value,
    deciding_of,
    number,
    record_order,
    value_of,
)
from features.engines.sql_groups import Group, groups_of
from features.expressions import Encode, Row, Test
from features.peers import Peers, peer_fields
from features.windows import bound, bound_name, distinct_windows, preceding

__all__ = ["BusinessRecords", "Peers", "Selected", "SingleEngine", "compute", "evidence"]

# As-of days whose bounds and city-wide values are kept.
_KEPT = 64


@dataclass(frozen=True)
class Selected:
    """The records a feature's own value is computed from, as they were known on the day.

    `earlier` are those of the preceding window, for a measure that compares the two.
    """

    rows: Rows
    earlier: Rows = ()


@dataclass(frozen=True)
class _Compiled:
    """One feature: which selections of its group's records it reads, and how."""

    feature: Feature
    rows: int
    earlier: int
    value: Value
    deciding: Deciding


@dataclass(frozen=True)
class _Selection:
    """Records of an earlier selection that satisfy a test or lie in a window."""

    parent: int
    test: Test | None = None
    after: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class CompiledGroup:
    """The features of one source (of linked businesses, where it has a link), compiled."""

    group: Group
    selections: tuple[_Selection, ...]
    features: tuple[_Compiled, ...]
    empty: dict[str, float | None]

    @property
    def windows(self) -> tuple[str, ...]:
        """Names of the bounds that its selections read."""
        named = (name for s in self.selections for name in (s.after, s.until))
        return tuple(dict.fromkeys(name for name in named if name is not None))

    def selected(self, rows: Rows, bounds: dict[str, int]) -> list[Rows]:
        """The records of every selection; the first is all of `rows`."""
        found: list[Rows] = [rows]
        for selection in self.selections:
            found.append(_select(selection, found[selection.parent], bounds))
        return found

    def one(self, number: int, rows: Rows, bounds: dict[str, int]) -> Rows:
        """The records of one selection, as `selected` gives them."""
        if number == 0:
            return rows
        selection = self.selections[number - 1]
        return _select(selection, self.one(selection.parent, rows, bounds), bounds)

    def values(self, rows: Rows, bounds: dict[str, int], day: int) -> dict[str, float | None]:
        """Each feature of the group from the rows that features see."""
        if not rows:
            return self.empty
        found = self.selected(rows, bounds)
        return {
            one.feature.name: one.value(found[one.rows], found[one.earlier], day)
            for one in self.features
        }


def _select(selection: _Selection, rows: Rows, bounds: dict[str, int]) -> Rows:
    if not rows:
        return rows
    if selection.test is not None:
        return [row for row in rows if selection.test(row)]
    low = as_of.FOREVER if selection.after is None else bounds[selection.after]
    high = as_of.FOREVER if selection.until is None else bounds[selection.until]
    return [row for row in rows if low < (number(row, "event_day") or 0) <= high]


class SingleEngine:
    """The catalogue's features, compiled once, computed for one business at a time."""

    def __init__(self, catalogue: Catalogue) -> None:
        features = catalogue.jurisdiction.features
        self.names = tuple(f.name for f in features)
        self.peered = tuple((f.name, peer_fields(f.peers)) for f in features if f.peers)
        self._windows = {bound_name(w): w for w in distinct_windows(features)}
        self.groups = tuple(
            _compile(group, catalogue.encode(group.source.name)) for group in groups_of(catalogue)
        )
        self._of = {c.feature.name: (g, c) for g in self.groups for c in g.features}
        self.bounds = lru_cache(maxsize=_KEPT)(self._bounds_at)
        self.bounds_over = lru_cache(maxsize=_KEPT)(self._bounds_between)
        self._city: dict[tuple[str, int, bool], tuple[Sequence[Row], dict[str, float | None]]] = {}

    def compute(
        self,
        records: BusinessRecords,
        as_of_day: int,
        peers: Peers,
        *,
        exclude_disputed: bool = False,
    ) -> dict[str, float | None]:
        """Each feature's value as of the day, in catalogue order; none where missing."""
        values: dict[str, float | None] = dict.fromkeys(self.names)
        bounds = self.bounds(as_of_day)
        for group in self.groups:
            if group.group.city_wide:
                values.update(self._city_wide(group, records, as_of_day, exclude_disputed))
            else:
                rows = seen_rows(group.group, records, as_of_day, exclude_disputed)
                values.update(group.values(rows, bounds, as_of_day))
        self._against_peers(values, records, as_of_day, peers)
        return values

    def selected(
        self, records: BusinessRecords, as_of_day: int, *, exclude_disputed: bool = False
    ) -> dict[str, Selected]:
        """What each feature's own value is computed from as of the day."""
        found: dict[str, Selected] = {}
        bounds = self.bounds(as_of_day)
        for group in self.groups:
            rows = seen_rows(group.group, records, as_of_day, exclude_disputed)
            selections = group.selected(rows, bounds)
            for one in group.features:
                compares = isinstance(one.feature.measure, Change | Growth)
                found[one.feature.name] = Selected(
                    selections[one.rows], selections[one.earlier] if compares else ()
                )
        return found

    def own_value(self, feature_name: str, selected: Selected, as_of_day: int) -> float | None:
        """The feature's value from any records, before it is compared with peers."""
        _, one = self._of[feature_name]
        return one.value(selected.rows, selected.earlier, as_of_day)

    def evidence(
        self,
        feature_name: str,
        records: BusinessRecords,
        as_of_day: int,
        *,
        exclude_disputed: bool = False,
    ) -> tuple[str, ...]:
        """Event keys of the records that decided the feature's own value, in record order."""
        group, one = self._of[feature_name]
        rows = seen_rows(group.group, records, as_of_day, exclude_disputed)
        if not rows:
            return ()
        bounds = self.bounds(as_of_day)
        deciding = one.deciding(
            group.one(one.rows, rows, bounds), group.one(one.earlier, rows, bounds)
        )
        ordered = sorted(deciding, key=record_order)
        return tuple(dict.fromkeys(str(row["event_key"]) for row in ordered))

    def _city_wide(
        self, group: CompiledGroup, records: BusinessRecords, day: int, exclude_disputed: bool
    ) -> dict[str, float | None]:
        """The same for every business: worked out once for the same rows and day."""
        rows = records.own.get(group.group.source.name, ())
        key = (group.group.name, day, exclude_disputed)
        known = self._city.get(key)
        if known is None or known[0] is not rows:
            seen = seen_rows(group.group, records, day, exclude_disputed)
            known = (rows, group.values(seen, self.bounds(day), day))
            if len(self._city) >= _KEPT:
                self._city.clear()
            self._city[key] = known
        return known[1]

    def _bounds_at(self, as_of_day: int) -> dict[str, int]:
        return {name: bound(window, as_of_day) for name, window in self._windows.items()}

    def _bounds_between(self, name: str, first: int, last: int) -> NDArray[np.int64]:
        """The bound `name` of every day from `first` to `last`; it never falls."""
        window = self._windows[name]
        return np.array([bound(window, day) for day in range(first, last + 1)])

    def _against_peers(
        self,
        values: dict[str, float | None],
        records: BusinessRecords,
        as_of_day: int,
        peers: Peers,
    ) -> None:
        profile = records.profile_at(as_of_day) if self.peered else None
        for name, fields in self.peered:
            value = values[name]
            mean = None if profile is None else peers.mean(name, fields, profile, as_of_day)
            values[name] = None if value is None or mean is None else value - mean


def seen_rows(
    group: Group, records: BusinessRecords, as_of_day: int, exclude_disputed: bool
) -> list[Row]:
    """The rows of the group that features see on the day, as they were known then."""
    return seen_of(group, rows_of(group, records, as_of_day), as_of_day, exclude_disputed)


def seen_of(group: Group, rows: Rows, as_of_day: int, exclude_disputed: bool = False) -> list[Row]:
    """Those of the group's `rows` that features see on the day, as they were known then."""
    later = as_of.learned_later(group.source)
    return [
        as_of.as_known_at(row, as_of_day, later)
        for row in rows
        if as_of.seen(row, as_of_day, exclude_disputed=exclude_disputed)
    ]


def rows_of(group: Group, records: BusinessRecords, as_of_day: int) -> Sequence[Row]:
    """All rows the group is about, of the businesses linked on the day where it has a link."""
    if group.via is None:
        return records.own.get(group.source.name, ())
    linked = {
        other
        for other, intervals in records.links.get(group.via, {}).items()
        if any(start <= as_of_day < end for start, end in intervals)
    }
    if not linked:
        return ()
    rows = records.linked.get(group.via, {}).get(group.source.name, ())
    return [row for row in rows if row["entity_id"] in linked]


def _compile(group: Group, encode: Encode) -> CompiledGroup:
    selections: dict[tuple[int, str], _Selection] = {}

    def add(key: tuple[int, str], selection: _Selection) -> int:
        selections.setdefault(key, selection)
        return list(selections).index(key) + 1

    def inside(parent: int, after: Window, until: Window | None = None) -> int:
        low, high = bound_name(after), None if until is None else bound_name(until)
        return add((parent, f"{low} {high}"), _Selection(parent, None, low, high))

    compiled = []
    for feature in group.features:
        rows = 0
        if feature.where is not None:
            rows = add((0, repr(feature.where)), _Selection(0, feature.where.test(encode)))
        earlier = rows
        if feature.window is not None:
            if isinstance(feature.measure, Change | Growth):
                earlier = inside(rows, preceding(feature.window), feature.window)
            rows = inside(rows, feature.window)
        value = value_of(feature, group.source, encode)
        compiled.append(_Compiled(feature, rows, earlier, value, deciding_of(feature, encode)))
    empty = {c.feature.name: c.value((), (), 0) for c in compiled}
    return CompiledGroup(group, tuple(selections.values()), tuple(compiled), empty)


_engines: list[tuple[Catalogue, SingleEngine]] = []


def engine_of(catalogue: Catalogue) -> SingleEngine:
    """The engine of `catalogue`, compiled when first asked for."""
    for known, engine in _engines:
        if known is catalogue:
            return engine
    engine = SingleEngine(catalogue)
    _engines.append((catalogue, engine))
    del _engines[:-8]
    return engine


def compute(
    catalogue: Catalogue,
    records: BusinessRecords,
    as_of_day: int,
    peers: Peers,
    *,
    exclude_disputed: bool = False,
) -> dict[str, float | None]:
    """Each feature's value as of the day, in catalogue order; none where missing.

    `peers` are the statistics the builder saved with the matrix. With
    `exclude_disputed`, records under an open objection are left out.
    """
    return engine_of(catalogue).compute(
        records, as_of_day, peers, exclude_disputed=exclude_disputed
    )


def evidence(
    catalogue: Catalogue,
    feature_name: str,
    records: BusinessRecords,
    as_of_day: int,
    *,
    exclude_disputed: bool = False,
) -> tuple[str, ...]:
    """Event keys of the records that decided the feature's value as of the day."""
    return engine_of(catalogue).evidence(
        feature_name, records, as_of_day, exclude_disputed=exclude_disputed
    )
