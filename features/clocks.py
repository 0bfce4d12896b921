"""Declared clocks resolved for each version of a record, when a snapshot is written.

The law that decides how long a record is used and when it is final is dated, and
none of its rules acts before its first day in force. So one day for each version
is enough to replay any past date: ``usable_until_day`` (the last usable day),
``final_day``, and ``counted_from_day`` (the first day as of which features may
see it).

The delivered rows keep what the department said; a change of law needs no
delivery anew, only a new snapshot.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace

from features.as_of import NEVER_COUNTED, NOT_YET_FINAL
from features.catalogue import encoder
from features.contracts import Exclusion, Finality, Remedy, Source, Term, UseRule
from features.expressions import Row

_EPOCH = dt.date(1970, 1, 1)


def day_of(iso: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    return (dt.date.fromisoformat(iso) - _EPOCH).days


def months_after(day: int, months: int) -> int:
    """The corresponding day `months` later, or that month's last (民法典 202).

    >>> months_after(day_of("2023-11-30"), 3) == day_of("2024-02-29")
    True
    """
    date = _EPOCH + dt.timedelta(days=day)
    year, month0 = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = monthrange(year, month0 + 1)[1]
    return (dt.date(year, month0 + 1, min(date.day, last)) - _EPOCH).days


def without_clocks(source: Source) -> Source:
    """The source as far as it decides what a delivered row becomes."""
    return replace(source, never=(), dates=replace(source.dates, use=(), finality=None))


def clocks_fingerprint(source: Source) -> str:
    """SHA-256 of all that this module resolves for a source; equal ones resolve alike."""
    clocks = (source.never, source.dates.use, source.dates.finality)
    return hashlib.sha256(repr(clocks).encode()).hexdigest()


def resolved_sql(source: Source, record: str) -> dict[str, str]:
    """Column of a snapshot row → SQL over a stored row, for each day clocks decide."""
    final = _final_sql(source, record)
    return {
        "usable_until_day": _usable_until_sql(source, record),
        "final_day": final,
        "counted_from_day": _counted_from_sql(source, record, final),
    }


def _usable_until_sql(source: Source, record: str) -> str:
    """The last usable day: the earlier of the delivered day and the law's.

    The rule in force at the event decides; a later rule for earlier records cuts
    what would last longer, from its first day in force on.
    """
    event, given = f"{record}.event_day", f"{record}.usable_until_day"
    rules = source.dates.use
    if not rules:
        return given
    last = _in_force(rules, [_end_sql(source, rule, record) for rule in rules], event)
    for rule in rules:
        if rule.earlier_records:
            first = day_of(rule.effective_from)
            cut = f"GREATEST({_end_sql(source, rule, record)}, {first - 1})"
            last = f"CASE WHEN {event} < {first} THEN LEAST({last}, {cut}) ELSE {last} END"
    return f"CAST({last} AS INTEGER)"


def _in_force(rules: Sequence[UseRule], values: Sequence[str], event: str) -> str:
    """The value of the rule in force on the event's day; `rules` from first to last."""
    chosen = values[0]
    for rule, value in zip(rules[1:], values[1:], strict=True):
        chosen = (
            f"CASE WHEN {event} >= {day_of(rule.effective_from)} THEN {value} ELSE {chosen} END"
        )
    return chosen


def _end_sql(source: Source, rule: UseRule, record: str) -> str:
    """The last usable day under one rule and what was delivered; NULL without an end."""
    event, given = f"{record}.event_day", f"{record}.usable_until_day"
    encode = encoder(source)
    branches, otherwise = [], given
    for term in rule.terms:
        end = months_after_sql(event, term.months) if term.months else f"{event} - 1"
        # LEAST leaves NULLs aside.
        end = f"COALESCE({given}, {end})" if term.as_delivered else f"LEAST({end}, {given})"
        if term.where is None:
            otherwise = end
            break
        branches.append(f"WHEN {term.where.sql(encode, record)} THEN {end}")
    return f"CASE {' '.join(branches)} ELSE {otherwise} END" if branches else otherwise


def months_after_sql(day: str, months: int) -> str:
    """`months_after` in SQL."""
    epoch = "DATE '1970-01-01'"
    after = f"{epoch} + CAST({day} AS INTEGER) + INTERVAL {months} MONTH"
    return f"datediff('day', {epoch}, CAST({after} AS DATE))"


def _final_sql(source: Source, record: str) -> str:
    """The day from which a decision is final, as far as this version tells."""
    given, finality = f"{record}.final_day", source.dates.finality
    if finality is None:
        return given
    lapse = _lapse_sql(finality, f"{record}.event_day")
    disputed, settled = f"{record}.disputed_day", f"{record}.settled_day"
    return (
        f"CAST(CASE WHEN {given} IS NOT NULL THEN {given} "
        f"WHEN {disputed} IS NULL OR {disputed} >= {lapse} THEN {lapse} "
        f"WHEN {settled} IS NOT NULL THEN GREATEST({settled}, {lapse}) END AS INTEGER)"
    )


def _lapse_sql(finality: Finality, event: str) -> str:
    """The first day on which no remedy is open any more."""
    ends = []
    for remedy in finality.remedies:
        end = f"{months_after_sql(event, remedy.months)} + {remedy.days + 1}"
        bounds = [f"{event} >= {day_of(remedy.effective_from)}"] if remedy.effective_from else []
        if remedy.effective_until:
            bounds.append(f"{event} < {day_of(remedy.effective_until)}")
        ends.append(f"CASE WHEN {' AND '.join(bounds)} THEN {end} END" if bounds else end)
    return f"GREATEST({', '.join(ends)}, {event})"


def _counted_from_sql(source: Source, record: str, final: str) -> str:
    encode, finality = encoder(source), source.dates.finality
    counted = "CAST(NULL AS INTEGER)"
    if finality is not None and finality.counts == "when_final":
        counted = f"COALESCE({final}, {NOT_YET_FINAL})"
    for exclusion in reversed(source.never):
        fits = exclusion.where.sql(encode, record)
        counted = f"CASE WHEN {fits} THEN {NEVER_COUNTED} ELSE {counted} END"
    return counted


def exclusion_of(source: Source, row: Row) -> Exclusion | None:
    """Why the record never counts; none when it may."""
    encode = encoder(source)
    return next((one for one in source.never if one.where.test(encode)(row)), None)


def rule_at(source: Source, event_day: int) -> UseRule | None:
    """The rule of use in force for records of that day."""
    rules = source.dates.use
    begun = [r for r in rules[1:] if event_day >= day_of(r.effective_from)]
    return (*rules[:1], *begun)[-1] if rules else None


def term_of(source: Source, rule: UseRule, row: Row) -> Term | None:
    """The term of `rule` that fits the record; none when it sets no end for it."""
    encode = encoder(source)
    fitting = (t for t in rule.terms if t.where is None or t.where.test(encode)(row))
    return next(fitting, None)


def decisive_rule(source: Source, row: Row) -> UseRule | None:
    """The rule that set the record's ``usable_until_day``; none when the department did."""
    event, last = row["event_day"], row["usable_until_day"]
    if not isinstance(event, int) or not isinstance(last, int):
        return None
    at_event = rule_at(source, event)
    cutting = [
        r for r in source.dates.use if r.earlier_records and event < day_of(r.effective_from)
    ]
    for rule in [one for one in (at_event, *cutting) if one is not None]:
        term = term_of(source, rule, row)
        if term is None:
            continue
        end = months_after(event, term.months) if term.months else event - 1
        if rule is not at_event:
            end = max(end, day_of(rule.effective_from) - 1)
        if end == last:
            return rule
    return None


def remedies_at(finality: Finality, event_day: int) -> tuple[Remedy, ...]:
    """The ways to challenge a decision of that day."""
    return tuple(
        one
        for one in finality.remedies
        if (not one.effective_from or event_day >= day_of(one.effective_from))
        and (not one.effective_until or event_day < day_of(one.effective_until))
    )
