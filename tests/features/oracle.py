"""What a feature means, record by record: slow, obvious, and on its own.

It shares no code with the engines: its own calendar, its own reading of
conditions, exact fractions instead of floats. Where an engine disagrees with it,
one of the two is wrong about the meaning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from features import contracts as c
from features import expressions as e
from features.catalogue import Catalogue

Cell = int | float | str | None
Record = Mapping[str, Cell]
_EPOCH = dt.date(1970, 1, 1)


def months_back(day: int, months: int) -> int:
    """Walk back month by month, then back from the last possible day of the month."""
    date = _EPOCH + dt.timedelta(days=day)
    year, month = date.year, date.month
    for _ in range(months):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    for last in (date.day, 30, 29, 28):
        if last <= date.day:
            try:
                return (dt.date(year, month, last) - _EPOCH).days
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")


def holds(condition: e.Condition | None, record: Record, source: c.Source) -> bool:
    """Whether the record satisfies the condition; unknown satisfies no comparison."""
    if condition is None:
        return True
    if isinstance(condition, e.Both):
        sides = [holds(side, record, source) for side in (condition.left, condition.right)]
        return all(sides) if condition.operator == "AND" else any(sides)
    if isinstance(condition, e.Not):
        return not holds(condition.inner, record, source)
    if isinstance(condition, e.IsNull):
        return record[condition.column] is None
    labels = {x.name: x.labels for x in source.columns}.get(condition.column, ())  # type: ignore[attr-defined]

    def stored(constant: int | str) -> int | str:
        return labels.index(constant) if labels and isinstance(constant, str) else constant

    value = record[condition.column]  # type: ignore[attr-defined]
    if value is None:
        return False
    if isinstance(condition, e.IsIn):
        return value in [stored(member) for member in condition.members]
    if isinstance(condition, e.HasAny):
        assert isinstance(value, int)
        return any(value // 2 ** labels.index(label) % 2 == 1 for label in condition.labels)
    assert isinstance(condition, e.Compare)
    other = stored(condition.constant)
    if condition.operator in ("=", "<>"):
        return (value == other) == (condition.operator == "=")
    assert isinstance(value, int)
    assert isinstance(other, int)
    return {
        "<": value < other, "<=": value <= other, ">": value > other, ">=": value >= other,
    }[condition.operator]  # fmt: skip


def _on(record: Record, name: str) -> int | None:
    value = record[name]
    assert value is None or isinstance(value, int)
    return value


def as_it_stood(
    record: Record, day: int, without_disputed: bool, source: c.Source
) -> Record | None:
    """The record as it stood at the end of the day, or none if it could not be used."""
    event, known = _on(record, "event_day"), _on(record, "known_day")
    assert event is not None
    assert known is not None
    counted_from = _on(record, "counted_from_day")
    if known > day or event > day or (counted_from is not None and counted_from > day):
        return None
    for name in ("superseded_day", "retracted_day", "repaired_day"):
        ended = _on(record, name)
        if ended is not None and ended <= day:
            return None
    last = _on(record, "usable_until_day")
    if last is not None and last < day:
        return None
    stood = dict(record)
    dates = source.dates
    roles = (dates.disputed, dates.settled, dates.final, dates.retracted, dates.repaired)
    for name in ("disputed_day", "settled_day", "final_day", *filter(None, roles)):
        learned = _on(record, name)
        if learned is not None and learned > day:
            stood[name] = None
    if without_disputed and stood["disputed_day"] is not None and stood["settled_day"] is None:
        return None
    return stood


@dataclass
class Oracle:
    """Values of a catalogue's features over rows held in memory."""

    catalogue: Catalogue
    rows: Mapping[str, Sequence[Record]]
    profiles: Sequence[Record]
    spine: Sequence[tuple[str, int]]
    without_disputed: bool = False

    def value(self, feature: c.Feature, entity: str, day: int) -> Fraction | None:
        """The feature of one row of the spine."""
        value = self.own_value(feature, entity, day)
        if not feature.peers or value is None:
            return value
        profile = self._profile(entity, day)
        if profile is None or any(profile[name] is None for name in feature.peers):
            return None
        among = []
        for other, other_day in self.spine:
            theirs = self._profile(other, other_day)
            if other_day != day or theirs is None:
                continue
            if all(theirs[name] == profile[name] for name in feature.peers):
                among.append(self.own_value(feature, other, day))
        known = [v for v in among if v is not None]
        return value - sum(known, Fraction(0)) / len(known)

    def own_value(self, feature: c.Feature, entity: str, day: int) -> Fraction | None:
        """The feature before peers are subtracted."""
        records = self.counted(feature, entity, day)
        result = _measured(
            feature, records, day, self.catalogue.jurisdiction.source(feature.source)
        )
        return None if result is None else result / feature.scale

    def counted(self, feature: c.Feature, entity: str, day: int) -> list[Record]:
        """Records that satisfy the filter, window left aside where the measure compares two."""
        source = self.catalogue.jurisdiction.source(feature.source)
        whose = {entity}
        if feature.via is not None:
            whose = self.linked(feature.via, entity, day)
        found = []
        for record in self.rows[feature.source]:
            city_wide = isinstance(source.subject, c.CityWide)
            stood = as_it_stood(record, day, self.without_disputed, source)
            if stood is None or not (city_wide or record["entity_id"] in whose):
                continue
            if not holds(feature.where, stood, source):
                continue
            if feature.window is not None and not isinstance(feature.measure, c.Change | c.Growth):
                event = _on(stood, "event_day")
                assert event is not None
                if event <= _window_start(feature.window, day, 1):
                    continue
            found.append(stood)
        return found

    def linked(self, name: str, entity: str, day: int) -> set[str]:
        """The other businesses that share a value with `entity` on the day."""
        link = next(x for x in self.catalogue.jurisdiction.links if x.name == name)
        source = self.catalogue.jurisdiction.source(link.source)
        holders: dict[Cell, set[str]] = {}
        for record in self.rows[link.source]:
            stood = as_it_stood(record, day, False, source)
            if stood is None or stood["entity_id"] is None or stood[link.column] is None:
                continue
            if link.unless is not None and holds(link.unless, stood, source):
                continue
            holders.setdefault(stood[link.column], set()).add(str(stood["entity_id"]))
        found: set[str] = set()
        for group in holders.values():
            if entity in group and len(group) <= link.max_size:
                found |= group
        return found - {entity}

    def _profile(self, entity: str, day: int) -> Record | None:
        for row in self.profiles:
            start, end = _on(row, "from_day"), _on(row, "to_day")
            assert start is not None
            if row["entity_id"] == entity and start <= day and (end is None or day < end):
                return row
        return None


def _window_start(window: c.Window, day: int, times: int) -> int:
    if isinstance(window, c.Days):
        return day - window.n * times
    return months_back(day, window.n * times)


def _measured(
    feature: c.Feature, records: Sequence[Record], day: int, source: c.Source
) -> Fraction | None:
    measure = feature.measure
    if isinstance(measure, c.Count):
        return Fraction(len(records))
    if isinstance(measure, c.Change | c.Growth):
        assert feature.window is not None
        middle = _window_start(feature.window, day, 1)
        start = _window_start(feature.window, day, 2)
        events = [event for r in records if (event := _on(r, "event_day")) is not None]
        late = [event for event in events if event > middle]
        early = [event for event in events if start < event <= middle]
        change = len(late) - len(early)
        if isinstance(measure, c.Change):
            return Fraction(change)
        return Fraction(change, len(early)) if early else None
    if isinstance(measure, c.Share):
        if not records:
            return None
        hits = [record for record in records if holds(measure.of, record, source)]
        return Fraction(len(hits), len(records))
    if isinstance(measure, c.DaysSince):
        events = sorted(event for r in records if (event := _on(r, "event_day")) is not None)
        if not events:
            return None
        return Fraction(day - (events[-1] if measure.which == "last" else events[0]))
    return _of_known_values(measure, records, day)


def _of_known_values(
    measure: c.Sum
    | c.Max
    | c.Mean
    | c.Distinct
    | c.Repeats
    | c.Latest
    | c.DaysSinceDate
    | c.DaysUntil,
    records: Sequence[Record],
    day: int,
) -> Fraction | None:
    known = [record for record in records if record[measure.column] is not None]
    if isinstance(measure, c.Distinct):
        return Fraction(len({record[measure.column] for record in known}))
    if isinstance(measure, c.Repeats):
        seen = [record[measure.column] for record in known]
        return Fraction(sum(1 for i, value in enumerate(seen) if value in seen[:i]))
    numbers = [value for record in known if (value := _on(record, measure.column)) is not None]
    if isinstance(measure, c.Sum):
        return Fraction(sum(numbers))
    if not numbers:
        return None
    if isinstance(measure, c.Max):
        return Fraction(max(numbers))
    if isinstance(measure, c.Mean):
        return Fraction(sum(numbers), len(numbers))
    if isinstance(measure, c.DaysSinceDate):
        return Fraction(day - max(numbers))
    if isinstance(measure, c.DaysUntil):
        return Fraction(max(numbers) - day)
    assert isinstance(measure, c.Latest)
    ranked = sorted(known, key=lambda r: (_on(r, "event_day") or 0, _on(r, "record_no") or 0))
    return Fraction(_on(ranked[-1], measure.column) or 0)
