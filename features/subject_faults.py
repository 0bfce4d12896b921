"""What can be wrong in how a source says whom its records concern, and when."""

from __future__ import annotations

from collections.abc import Iterator

from features.contracts import ByCode, ByName, Kind, Nearby, Registered, Source
from features.errors import Fault


def subject_columns(source: Source) -> tuple[str, ...]:
    """The columns that say whom a record concerns."""
    named = () if source.by_name is None else source.by_name.columns
    match source.subject:
        case ByCode(column, also, _):
            return (column, *also, *named)
        case Nearby(latitude, longitude, _):
            return (latitude, longitude)
        case _:
            return named


def subject_faults(source: Source) -> Iterator[Fault]:
    """Dates and thresholds that contradict themselves; names that would not be stored."""
    dates, where = source.dates, f"source {source.name}"
    if dates.undated == "received" and (dates.use or dates.finality is not None):
        yield _fault("no event to count from", where, "an event day or no clocks", "neither")
    if dates.event is None and dates.undated == "quarantined":
        yield _fault("no event day", where, "an event, or undated records received", "neither")
    if source.by_name is not None:
        yield from _link_faults(where, source, source.by_name)
    if source.registered is not None:
        yield from _registered_faults(where, source, source.registered)


def _link_faults(where: str, source: Source, by_name: ByName) -> Iterator[Fault]:
    personal = {column.name for column in source.columns if column.personal}
    for name in sorted(personal & set(by_name.columns)):
        yield _fault(
            "personal data", f"{where}.{name}", "a column that is stored", "a personal one"
        )
    if not 0 < by_name.review_at <= by_name.link_at < 1 or by_name.lead < 1:
        expected = "0 < review_at <= link_at < 1 and lead >= 1"
        yield _fault("unusable thresholds", where, expected, "others")


def _registered_faults(where: str, source: Source, told: Registered) -> Iterator[Fault]:
    declared = {column.name: column for column in source.columns}
    for name in told.columns:
        column = declared.get(name)
        if column is None or column.personal or column.kind is not Kind.TEXT:
            yield _fault("unusable column", f"{where}.{name}", "a text that is stored", "none such")
    if not isinstance(source.subject, ByCode):
        yield _fault("no identifier", where, "a registration that names by code", "another subject")


def _fault(what: str, where: str, expected: str, got: str) -> Fault:
    return Fault(what, where, expected, got, "correct the declaration")
