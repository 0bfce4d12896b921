"""What a business may do about its records, and from when.

Pure: the declared actions, the records as known on a day, and nothing else. Each
step is taken as early as the law allows; nobody is made to wait longer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from features import as_of
from features.business import BusinessRecords
from features.catalogue import Catalogue
from features.contracts import (
    Action,
    Added,
    AtNext,
    Jurisdiction,
    Owed,
    RepairClock,
    Source,
    Wait,
)
from features.expressions import Encode, Row
from features.windows import months_after
from features.working_days import after

_EPOCH = dt.date(1970, 1, 1).toordinal()
Rows = Sequence[Row]


@dataclass(frozen=True)
class Times:
    """When it is done, when it happened, and from when the records say so."""

    done_day: int
    event_day: int
    counted_day: int


@dataclass(frozen=True)
class Step:
    """One action on one record, or on all owed years at once.

    Parameters
    ----------
    record_id
        Event key of the record it is about; none where years are owed.
    years, times
        The owed years with the times of each; without years, one time.
    needs
        Keys of the steps that must be done before.
    clock
        The law of the clock that allows it, where there is one.
    """

    action: Action
    source: str
    record_id: str | None
    years: tuple[int, ...]
    times: tuple[Times, ...]
    needs: tuple[str, ...] = ()
    clock: str | None = None

    @property
    def key(self) -> str:
        """Names the step among those of one business."""
        return f"{self.action.name}/{self.record_id or ''}"

    @property
    def done_day(self) -> int:
        """The first day on which the law allows it."""
        return self.times[0].done_day

    @property
    def counted_day(self) -> int:
        """The first day as of which the records say so."""
        return self.times[0].counted_day

    @property
    def touches(self) -> frozenset[str]:
        """Sources whose records it changes."""
        added = {e.source for e in self.action.effects if isinstance(e, Added)}
        return frozenset(added | {self.source})


def open_steps(
    catalogue: Catalogue, records: BusinessRecords, as_of_day: int, last_day: int
) -> tuple[Step, ...]:
    """Every step the business may take after `as_of_day` and that counts by `last_day`.

    In the order of the declarations, then of the records.
    """
    found: dict[str, Step] = {}
    city = catalogue.jurisdiction
    for action in city.actions:
        for step in _candidates(catalogue, action, records, (as_of_day, last_day)):
            before = [one for one in found.values() if _comes_before(one, step)]
            first = max([step.done_day, *(one.counted_day for one in before)])
            times = tuple(_times(city, action, max(first, t.done_day)) for t in step.times)
            ready = replace(step, times=times, needs=tuple(one.key for one in before))
            if ready.counted_day <= last_day:
                found[ready.key] = ready
    return tuple(found.values())


def _candidates(
    catalogue: Catalogue, action: Action, records: BusinessRecords, span: tuple[int, int]
) -> Iterator[Step]:
    """The steps of one action, by its own clock alone."""
    today, last_day = span
    about, city = action.about, catalogue.jurisdiction
    source = city.source(about.source)
    rows = records.own.get(about.source, ())
    later = as_of.learned_later(source)
    seen = [as_of.as_known_at(row, today, later) for row in rows if as_of.seen(row, today)]
    if isinstance(about, Owed):
        years = _owed_years(about, seen, _established(records, today), span)
        times = tuple(_times(city, action, max(today + 1, _day(y + 1, about.opens))) for y in years)
        kept = [(y, t) for y, t in zip(years, times, strict=True) if t.counted_day <= last_day]
        if kept:
            owed, when = tuple(year for year, _ in kept), tuple(time for _, time in kept)
            yield Step(action, about.source, None, owed, when)
        return
    encode = catalogue.encode(about.source)
    test = about.where.test(encode) if about.where is not None else None
    last = max((whole(row, "record_no") for row in seen), default=0)
    for row in seen:
        wanted = not about.only_last or whole(row, "record_no") == last
        if wanted and (test is None or test(row)):
            allowed = _earliest(_waits(action, source), row, encode, today + 1)
            if allowed is not None and allowed[0] <= last_day:
                times = (_times(city, action, allowed[0]),)
                key = str(row["event_key"])
                yield Step(action, about.source, key, (), times, clock=allowed[1])


def _comes_before(one: Step, other: Step) -> bool:
    """Whether `one` must be done before `other`: on the same record where both are about one."""
    if one.action.name not in other.action.after:
        return False
    same_kind = one.source == other.source and one.record_id and other.record_id
    return not same_kind or one.record_id == other.record_id


def _earliest(
    waits: Sequence[Wait], row: Row, encode: Encode, first: int
) -> tuple[int, str | None] | None:
    """The first day from `first` on that the clocks in force allow, and the law that says so."""
    if not waits:
        return first, None
    fitting = [w for w in waits if w.where is None or w.where.test(encode)(row)]
    starts = {first, *(max(first, _iso(w.effective_from)) for w in fitting if w.effective_from)}
    ends = [_iso(w.effective_until) for w in fitting if w.effective_until]
    starts |= {end for end in ends if end > first}
    for start, end in zip(ordered := sorted(starts), [*ordered[1:], as_of.FOREVER], strict=True):
        wait = next((w for w in fitting if _in_force(w, start)), None)
        since = day_in(row, wait.since) if wait is not None else None
        if wait is not None and since is not None:
            allowed = max(start, months_after(since, wait.months) + wait.days)
            if allowed < end:
                return allowed, wait.reference
    return None


def _in_force(wait: Wait, day: int) -> bool:
    begun = not wait.effective_from or _iso(wait.effective_from) <= day
    return begun and (not wait.effective_until or day < _iso(wait.effective_until))


def _owed_years(
    about: Owed, seen: Rows, established: int | None, span: tuple[int, int]
) -> tuple[int, ...]:
    """The years without a record that are overdue, or that may still be given in time."""
    if established is None:
        return ()
    first, last = span[0] + 1, span[1]
    held = {year for row in seen if isinstance(year := row[about.year], int)}
    born = _date(established).year
    over = _date(first).year - 1  # the last year whose due day has passed
    if first <= _day(over + 1, about.due):
        over -= 1
    if about.overdue:
        known = min(held, default=over)
        return tuple(y for y in range(max(born, known), over + 1) if y not in held)
    return tuple(
        y
        for y in range(max(born, over + 1), _date(last).year)
        if y not in held and _day(y + 1, about.opens) <= last
    )


def _established(records: BusinessRecords, day: int) -> int | None:
    profile = records.profile_at(day)
    established = profile["established_day"] if profile is not None else None
    return established if isinstance(established, int) else None


def _waits(action: Action, source: Source) -> tuple[Wait, ...]:
    """The clocks of the action, written out where they are those of its source."""
    if not isinstance(action.waits, RepairClock):
        return action.waits
    begins = [rule.effective_from for rule in source.dates.use]
    ends = [*begins[1:], ""]
    return tuple(
        Wait("event_day", rule.reference, begin, end, months=term.repair_months or 0,
             where=term.where)
        for rule, begin, end in zip(source.dates.use, begins, ends, strict=True)
        for term in rule.terms
    )  # fmt: skip


def _times(city: Jurisdiction, action: Action, done: int) -> Times:
    takes = action.takes
    if isinstance(takes, AtNext):
        year = _date(done).year
        event = min(
            day for y in (year, year + 1) for at in takes.days if (day := _day(y, at)) >= done
        )
        return Times(done, event, event + takes.lag_days)
    decided = months_after(done, takes.months) + takes.days
    return Times(done, done, after(decided, takes.working_days, city.working_days).day)


def whole(row: Row, column: str) -> int:
    """The whole number in a column; 0 where it is empty."""
    return day_in(row, column) or 0


def day_in(row: Row, column: str) -> int | None:
    """The whole number in a column, or none where it is empty."""
    value = row[column]
    return value if isinstance(value, int) else None


def _day(year: int, at: tuple[int, int]) -> int:
    return _number(dt.date(year, *at))


def _iso(day: str) -> int:
    return _number(dt.date.fromisoformat(day))


def _number(day: dt.date) -> int:
    return day.toordinal() - _EPOCH


def _date(day: int) -> dt.date:
    return dt.date.fromordinal(day + _EPOCH)
