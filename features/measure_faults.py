"""What a feature or a link asks of its source and cannot have."""

from __future__ import annotations

from collections.abc import Iterator

from features import as_of
from features.contracts import (
    Change,
    CityWide,
    DaysSinceDate,
    DaysUntil,
    Feature,
    Growth,
    Jurisdiction,
    Kind,
    Latest,
    Link,
    Max,
    Mean,
    Nearby,
    Share,
    Source,
    Sum,
)
from features.errors import Fault
from features.expressions import Condition
from features.peers import PEER_COLUMNS

# What ended or will end a record's use: a feature that read it would see the future.
_FUTURE = frozenset(
    {"superseded_day", "retracted_day", "repaired_day", "usable_from_day", "usable_to_day",
     "counted_from_day"}
)  # fmt: skip
_NEXT = "correct the declaration"


def measure_faults(jurisdiction: Jurisdiction, feature: Feature) -> Iterator[Fault]:
    """Every reason why `feature` could not be computed, or would see the future."""
    where = f"feature {feature.name}"
    found = [s for s in jurisdiction.sources if s.name == feature.source]
    if not found:
        return
    source = found[0]
    if isinstance(feature.measure, Change | Growth) and feature.window is None:
        yield Fault("change without a window", where, "a window", "none", _NEXT)
    for field in feature.peers:
        if field not in PEER_COLUMNS:
            yield Fault("unknown peer field", where, " or ".join(PEER_COLUMNS), field, _NEXT)
    if feature.via is not None and not _of_one_business(source):
        kind = type(source.subject).__name__
        yield Fault("link to records of places", where, "records that name a business", kind, _NEXT)
    yield from _column_faults(feature, source)
    of = feature.measure.of if isinstance(feature.measure, Share) else None
    for condition in filter(None, (feature.where, of)):
        yield from _condition_faults(where, source, condition)


def barred_faults(jurisdiction: Jurisdiction, feature: Feature) -> Iterator[Fault]:
    """Every column the feature reads though its contract keeps it from features."""
    barred = {
        column.name: column.barred
        for source in jurisdiction.sources
        if source.name == feature.source
        for column in source.columns
        if column.barred is not None
    }
    of = feature.measure.of if isinstance(feature.measure, Share) else None
    read = {name for condition in (feature.where, of) if condition for name in condition.columns()}
    read.add(getattr(feature.measure, "column", None) or "")
    for name in sorted(read & set(barred)):
        yield Fault(
            "forbidden column", f"feature {feature.name}: {feature.source}.{name}",
            f"another column ({barred[name]})", name, _NEXT,
        )  # fmt: skip


def link_faults(jurisdiction: Jurisdiction, link: Link) -> Iterator[Fault]:
    """Every reason why nobody could be linked by `link` on every day alike."""
    where = f"link {link.name}"
    found = [s for s in jurisdiction.sources if s.name == link.source]
    if not found:
        return
    if not _of_one_business(found[0]):
        kind = type(found[0].subject).__name__
        yield Fault("link by records of places", where, "records that name a business", kind, _NEXT)
    if link.unless is not None:
        yield from _condition_faults(where, found[0], link.unless)
        later = sorted(set(link.unless.columns()) & set(as_of.learned_later(found[0])))
        if later:
            yield Fault("link that changes by itself", where, "columns known from the start",
                        ", ".join(later), _NEXT)  # fmt: skip


def _of_one_business(source: Source) -> bool:
    return not isinstance(source.subject, CityWide | Nearby)


def _column_faults(feature: Feature, source: Source) -> Iterator[Fault]:
    measure, where = feature.measure, f"feature {feature.name}"
    name = getattr(measure, "column", None)
    if name is None:
        return
    if name in _FUTURE:
        yield Fault("sight of the future", where, "a column known on the day", name, _NEXT)
    kind = {c.name: c.kind for c in source.columns}.get(name)
    if name in ("entity_id", "event_key"):
        kind = Kind.TEXT
    if isinstance(measure, Sum | Max | Mean | Latest) and kind is Kind.TEXT:
        yield Fault("text is not a quantity", where, "a column of numbers", name, _NEXT)
    day = kind is Kind.DAY or (kind is None and name.endswith("_day"))
    if isinstance(measure, DaysSinceDate | DaysUntil) and not day:
        yield Fault("not a day", where, "a column of days", name, _NEXT)


def _condition_faults(where: str, source: Source, condition: Condition) -> Iterator[Fault]:
    for name in condition.columns():
        if name in _FUTURE:
            yield Fault("sight of the future", where, "columns known on the day", name, _NEXT)
        if name == "distance_m" and not isinstance(source.subject, Nearby):
            yield Fault("no distance", where, "records of places", source.name, _NEXT)
