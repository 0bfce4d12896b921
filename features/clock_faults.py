"""What makes declared clocks contradict themselves or rest on nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from features import as_of
from features.contracts import Deadline, Finality, Jurisdiction, Source, UseRule
from features.errors import Fault
from features.expressions import Condition

_NEXT = "correct the declaration"


def clock_faults(source: Source) -> Iterator[Fault]:
    """Every fault in the periods of use, the finality and the exclusions of `source`."""
    where = f"source {source.name}"
    yield from _rule_faults(where, source.dates.use)
    if source.dates.finality is not None:
        yield from _finality_faults(where, source.dates.finality)
    for exclusion in source.never:
        yield from _reference_faults(f"{where}.never", exclusion.reference)
    later = set(as_of.learned_later(source))
    for condition in clock_conditions(source):
        for name in sorted(later & set(condition.columns())):
            expected = "columns that are complete when the record is made"
            yield Fault("level that changes later", where, expected, name, _NEXT)


def clock_conditions(source: Source) -> Iterator[Condition]:
    """Every condition the clocks of `source` ask."""
    for rule in source.dates.use:
        yield from (term.where for term in rule.terms if term.where is not None)
    yield from (exclusion.where for exclusion in source.never)


def deadline_faults(jurisdiction: Jurisdiction) -> Iterator[Fault]:
    """Every fault in the limits of `jurisdiction`."""
    for deadline in jurisdiction.deadlines:
        where = f"deadline {deadline.name}"
        yield from _reference_faults(where, deadline.reference)
        yield from _day_faults(where, deadline.effective_from)
        yield from _positive(where, deadline)


def override_faults(jurisdiction: Jurisdiction) -> Iterator[Fault]:
    """Every fault in the terms of overrides."""
    for term in jurisdiction.overrides:
        where = f"overrides from {term.effective_from or 'ever'}"
        yield from _reference_faults(where, term.reference)
        yield from _day_faults(where, term.effective_from)
        if term.months < 1:
            yield Fault("no time", where, "a month or more", str(term.months), _NEXT)
    for earlier, later in pairwise(jurisdiction.overrides):
        if not earlier.effective_from < later.effective_from:
            yield Fault(
                "terms out of order", f"overrides from {later.effective_from or 'ever'}",
                f"a day after {earlier.effective_from or 'ever'}", "none", _NEXT,
            )  # fmt: skip


def _positive(where: str, deadline: Deadline) -> Iterator[Fault]:
    if deadline.working_days < 1:
        yield Fault("no time", where, "a working day or more", str(deadline.working_days), _NEXT)


def _rule_faults(where: str, rules: tuple[UseRule, ...]) -> Iterator[Fault]:
    for earlier, later in pairwise(rules):
        if not earlier.effective_from < later.effective_from:
            yield Fault(
                "rules out of order", f"{where}.use from {later.effective_from or 'ever'}",
                f"a day after {earlier.effective_from or 'ever'}", "none", _NEXT,
            )  # fmt: skip
    for rule in rules:
        at = f"{where}.use from {rule.effective_from or 'ever'}"
        yield from _reference_faults(at, rule.reference)
        yield from _day_faults(at, rule.effective_from)
        if rule.earlier_records and not rule.effective_from:
            yield Fault("rule without a first day", at, "effective_from", "none", _NEXT)
        if not rule.terms:
            yield Fault("rule without terms", at, "at least one", "none", _NEXT)
        for term in rule.terms:
            if term.months < 0 or (term.repair_months or 0) < 0:
                yield Fault("negative period", at, "months of 0 or more", "fewer", _NEXT)
        if any(term.where is None for term in rule.terms[:-1]):
            yield Fault("unreachable term", at, "the term without a level last", "others", _NEXT)


def _finality_faults(where: str, finality: Finality) -> Iterator[Fault]:
    yield from _reference_faults(f"{where}.finality", finality.reference)
    if not finality.remedies:
        yield Fault("no remedy", f"{where}.finality", "how to challenge", "none", _NEXT)
    for remedy in finality.remedies:
        at = f"{where}.finality: {remedy.title.en}"
        yield from _reference_faults(at, remedy.reference)
        yield from _day_faults(at, remedy.effective_from)
        yield from _day_faults(at, remedy.effective_until)
        if remedy.days + remedy.months <= 0:
            yield Fault("no time", at, "days or months", "none", _NEXT)


def _reference_faults(where: str, reference: str) -> Iterator[Fault]:
    if not reference.strip():
        yield Fault("no reference", where, "the law it rests on", "blank text", _NEXT)


def _day_faults(where: str, day: str) -> Iterator[Fault]:
    try:
        readable = not day or dt.date.fromisoformat(day).isoformat() == day
    except ValueError:
        readable = False
    if not readable:
        yield Fault("not a day", where, "YYYY-MM-DD", "another text", _NEXT)
