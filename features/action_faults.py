"""What an action asks of the records and cannot have, or may not touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from features.contracts import (
    Action,
    Added,
    ByCode,
    Corrected,
    Jurisdiction,
    Kind,
    Later,
    Moment,
    OnRecords,
    RepairClock,
    Repaired,
    Source,
)
from features.errors import Fault
from features.expressions import Condition

_NEXT = "correct the declaration"
_LIFECYCLE = frozenset({"event_day", "known_day"})


def action_faults(jurisdiction: Jurisdiction) -> Iterator[Fault]:
    """Every reason why an action of `jurisdiction` could not be carried out on records."""
    sources = {source.name: source for source in jurisdiction.sources}
    earlier: set[str] = set()
    for action in jurisdiction.actions:
        where = f"action {action.name}"
        if action.name in earlier:
            yield Fault("duplicate action", where, "one declaration", "several", _NEXT)
        for name in action.after:
            if name not in earlier:
                yield Fault("unknown action", where, "one declared before it", name, _NEXT)
        earlier.add(action.name)
        if not action.legal_basis or not 1 <= action.effort <= 5:
            got = "an empty basis" if not action.legal_basis else "another effort"
            yield Fault("incomplete", where, "a legal basis and an effort of 1 to 5", got, _NEXT)
        source = sources.get(action.about.source)
        if source is None:
            yield Fault("unknown source", where, "a declared source", action.about.source, _NEXT)
            continue
        yield from _about_faults(where, source, action)
        for effect in action.effects:
            if isinstance(effect, Added) and effect.source not in sources:
                yield Fault("unknown source", where, "a declared source", effect.source, _NEXT)
                continue
            of = sources[effect.source] if isinstance(effect, Added) else source
            yield from _effect_faults(_Told(where, of, action), effect)


@dataclass(frozen=True)
class _Told:
    where: str
    source: Source
    action: Action


def _about_faults(where: str, source: Source, action: Action) -> Iterator[Fault]:
    if not isinstance(source.subject, ByCode):
        kind = type(source.subject).__name__
        yield Fault("records of places", where, "records that name a business", kind, _NEXT)
    about = action.about
    if not isinstance(about, OnRecords):
        yield from _column_faults(where, source, about.year, Kind.INTEGER)
        return
    yield from _condition_faults(where, source, about.where)
    if isinstance(action.waits, RepairClock):
        if not source.dates.use:
            yield Fault("no clock", where, "a source with rules of use", source.name, _NEXT)
        return
    for wait in action.waits:
        yield from _condition_faults(where, source, wait.where)
        if wait.since not in _LIFECYCLE:
            yield from _column_faults(where, source, wait.since, Kind.DAY)
        if not wait.reference:
            yield Fault("incomplete", where, "a reference for every clock", "none", _NEXT)


def _effect_faults(told: _Told, effect: Repaired | Corrected | Added) -> Iterator[Fault]:
    where, source = told.where, told.source
    if isinstance(effect, Repaired):
        if source.dates.repaired is None:
            yield Fault("no repair", where, "a source with a repair date", source.name, _NEXT)
        return
    if isinstance(effect, Corrected) and not isinstance(told.action.about, OnRecords):
        yield Fault("nothing to correct", where, "an action about records", "owed years", _NEXT)
    if isinstance(effect, Added) and (source.dates.use or source.dates.finality):
        yield Fault("clocks", where, "a source without rules of use", source.name, _NEXT)
    frozen = set(source.key) | {source.dates.event, getattr(source.subject, "column", None)}
    columns = {column.name: column for column in source.columns}
    for name, value in effect.values.items():
        column = columns.get(name)
        if column is None or column.personal:
            yield Fault("unknown column", where, "a declared column", name, _NEXT)
            continue
        if isinstance(effect, Corrected) and name in frozen:
            yield Fault("history", where, "a column that may change", name, _NEXT)
        if isinstance(value, Later):
            yield from _column_faults(where, source, value.column, Kind.DAY)
        if column.labels and isinstance(value, str) and value not in column.labels:
            yield Fault("unknown label", f"{where}: {name}", "one of its labels", value, _NEXT)
        if isinstance(value, Moment) and value is not Moment.YEAR and column.kind is not Kind.DAY:
            yield Fault("not a day", f"{where}: {name}", Kind.DAY, column.kind, _NEXT)


def _column_faults(where: str, source: Source, name: str, kind: Kind) -> Iterator[Fault]:
    for column in source.columns:
        if column.name == name:
            if column.kind is not kind:
                yield Fault("wrong kind", f"{where}: {name}", kind, column.kind, _NEXT)
            return
    yield Fault("unknown column", where, f"a column of {source.name}", name, _NEXT)


def _condition_faults(where: str, source: Source, condition: Condition | None) -> Iterator[Fault]:
    if condition is None:
        return
    columns = {column.name: column for column in source.columns}
    for name in condition.columns():
        if name not in columns and name not in _LIFECYCLE | {"final_day", "disputed_day"}:
            yield Fault("unknown column", where, f"a column of {source.name}", name, _NEXT)
    for name, constant in condition.constants():
        labels = columns[name].labels if name in columns else ()
        if labels and isinstance(constant, str) and constant not in labels:
            yield Fault("unknown label", f"{where}: {name}", "one of its labels", constant, _NEXT)
