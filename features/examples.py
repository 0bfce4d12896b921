"""A worked example of any feature: a few made-up records and the value they give."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from features.business import BusinessRecords, row_columns
from features.catalogue import Catalogue
from features.contracts import Change, Feature, Growth, Kind, Repeats, Share, Source
from features.engines.single import SingleEngine
from features.expressions import Condition, Row
from features.peers import Peers
from features.windows import bound, windows_of

AS_OF_DAY = 19_874  # 2024-05-31
_SELF, _OTHER = "this business", "a linked one"
# Combinations of values tried for a record that satisfies (or not) a condition.
_TRIES = 20_000


@dataclass(frozen=True)
class Example:
    """Records, whether each decided the value, and the value as of `AS_OF_DAY`."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    decided: tuple[bool, ...]
    value: float | None


def example(catalogue: Catalogue, feature: Feature) -> Example:
    """A few records that show what `feature` counts and what it leaves out.

    One is recent and satisfies the filter, one is older and does too, one does
    not satisfy it, and one lies outside the window; where two windows are compared,
    one lies in the earlier. Peers are left aside: the example gives the business's
    own value.
    """
    source = catalogue.jurisdiction.source(feature.source)
    alone = replace(feature, peers=())
    engine = SingleEngine(
        replace(catalogue, jurisdiction=replace(catalogue.jurisdiction, features=(alone,)))
    )
    rows = tuple(_rows(catalogue, feature, source))
    records = BusinessRecords(
        _SELF,
        own={source.name: rows},
        linked={feature.via: {source.name: rows}} if feature.via else {},
        links={feature.via: {_OTHER: ((0, AS_OF_DAY + 1),)}} if feature.via else {},
    )
    value = engine.compute(records, AS_OF_DAY, Peers())[feature.name]
    keys = engine.evidence(feature.name, records, AS_OF_DAY)
    return Example(_shown(feature), rows, tuple(row["event_key"] in keys for row in rows), value)


def _shown(feature: Feature) -> tuple[str, ...]:
    of = feature.measure.of.columns() if isinstance(feature.measure, Share) else ()
    where = feature.where.columns() if feature.where is not None else ()
    column = getattr(feature.measure, "column", None)
    named = [c for c in (column, *where, *of) if c is not None and c != "event_day"]
    return ("event_day", *dict.fromkeys(named))


def _rows(catalogue: Catalogue, feature: Feature, source: Source) -> Iterator[Row]:
    windows = [bound(window, AS_OF_DAY) for window in windows_of(feature)]
    inside = AS_OF_DAY - 10
    middle = (max(windows, default=AS_OF_DAY - 400) + inside) // 2
    counted, also, other = _wanted(feature)
    wanted: list[tuple[int, Condition | None]] = [(inside, counted), (middle, also)]
    if other is not None:
        wanted.append((inside, other))
    if isinstance(feature.measure, Change | Growth):
        wanted.append((max(windows) - 5, counted))
    if windows:
        wanted.append((min(windows), counted))
    for number, (day, condition) in enumerate(wanted, start=1):
        values = _values(catalogue, source, condition)
        if values is None:
            continue
        base: dict[str, int | str | None] = dict.fromkeys(row_columns(source))
        base |= {
            "entity_id": _OTHER if feature.via else _SELF, "event_key": f"record {number}",
            "record_no": day * 10 + number, "version": 1, "event_day": day, "known_day": day,
            "known_us": 0,
        }  # fmt: skip
        yield base | _measured(feature, source, number, values)


def _wanted(feature: Feature) -> tuple[Condition | None, Condition | None, Condition | None]:
    """What a counted record satisfies, what another counted one does, what a third does not."""
    where = feature.where
    other = None if where is None else ~where
    if not isinstance(feature.measure, Share):
        return where, where, other
    of = feature.measure.of
    return (of, ~of, other) if where is None else (where & of, where & ~of, other)


def _values(
    catalogue: Catalogue, source: Source, condition: Condition | None
) -> dict[str, int | str | None] | None:
    """Column values that satisfy the condition, or none when none were found."""
    if condition is None:
        return {}
    test = condition.test(catalogue.encode(source.name))
    return next((c for c in _candidates(catalogue, source, condition) if test(c)), None)


def _candidates(
    catalogue: Catalogue, source: Source, condition: Condition
) -> Iterator[dict[str, int | str | None]]:
    """Combinations of the constants a condition compares with, and their neighbours."""
    encode = catalogue.encode(source.name)
    kinds = {column.name: column.kind for column in source.columns}
    codes = {column.name: len(column.labels) for column in source.columns}
    pools: dict[str, dict[int | str | None, None]] = {}
    for name in condition.columns():
        pools[name] = {None: None}
        if kinds.get(name, Kind.DAY) is Kind.DAY:
            pools[name][AS_OF_DAY - 20] = None
    for name, constant in condition.constants():
        value = encode(name, constant)
        if kinds.get(name) is Kind.MASK:
            pools[name] |= {1 << int(value): None, 0: None}
        elif kinds.get(name) in (Kind.CODE, Kind.FLAG):
            near = (int(value), int(value) + 1, int(value) - 1)
            pools[name] |= {v: None for v in near if 0 <= v < (codes[name] or 2)}
        elif isinstance(value, int):
            pools[name] |= {value: None, value + 1: None, value - 1: None}
        else:
            pools[name] |= {value: None, f"not {value}": None}
    # What is filled in is tried before what is empty.
    ordered = [sorted(pool, key=lambda v: v is None) for pool in pools.values()]
    for values in itertools.islice(itertools.product(*ordered), _TRIES):
        yield dict(zip(pools, values, strict=True))


def _measured(
    feature: Feature, source: Source, number: int, values: Mapping[str, int | str | None]
) -> dict[str, int | str | None]:
    """The values with something to measure in the measured column; repeats have one value."""
    name = getattr(feature.measure, "column", None)
    if name is None or name in values:
        return dict(values)
    kinds: dict[str, Sequence[str]] = {c.name: c.labels for c in source.columns}
    kind = {column.name: column.kind for column in source.columns}.get(name, Kind.INTEGER)
    number = 1 if isinstance(feature.measure, Repeats) else number
    match kind:
        case Kind.CODE:
            measured: int | str = number % len(kinds[name])
        case Kind.DAY:
            measured = AS_OF_DAY - 30 * number
        case Kind.TEXT:
            measured = f"text {number}"
        case Kind.FLAG:
            measured = number % 2
        case _:
            measured = number * max(feature.scale, 1) * 100
    return {**values, name: measured}
