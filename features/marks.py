"""What people did to records that departments hold: days written over a business's rows.

An objection, its outcome or a supposed repair changes none of what a department
delivered. It is laid over the rows, so that everything beneath goes on asking
`features.as_of` and nothing else what may be used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from features.as_of import FOREVER
from features.business import BusinessRecords
from features.expressions import Row

Key = tuple[str, str]  # source, record id


@dataclass(frozen=True)
class Mark:
    """Days to be written over one record of a business.

    Parameters
    ----------
    disputed_day, settled_day
        An objection was open from the one until the other (none: still open). It is
        joined with a dispute that the department itself reported.
    retracted_day, repaired_day
        The record's use ends; an earlier day of the department stays.
    last_version
        Latest version whose use ends: a correction that comes afterwards counts.
        None for every version.
    """

    source: str
    record_id: str
    disputed_day: int | None = None
    settled_day: int | None = None
    retracted_day: int | None = None
    repaired_day: int | None = None
    last_version: int | None = None


def marked(records: BusinessRecords, marks: Iterable[Mark]) -> BusinessRecords:
    """The records with the marks on them; the same object when they change nothing.

    Marks on records that the business does not have are left out; those of linked
    businesses stay as they are.
    """
    by_source: dict[str, list[Mark]] = {}
    for mark in marks:
        by_source.setdefault(mark.source, []).append(mark)
    changed: dict[str, Sequence[Row]] = {}
    for source, some in by_source.items():
        rows = records.own.get(source, ())
        new = [_marked(row, some) for row in rows]
        if any(old is not row for old, row in zip(rows, new, strict=True)):
            changed[source] = new
    return replace(records, own=overlaid(changed, records.own)) if changed else records


def overlaid(
    own: Mapping[str, Sequence[Row]], others: Mapping[str, Sequence[Row]]
) -> Mapping[str, Sequence[Row]]:
    """The rows `own` of some sources in place of those that are read when asked for."""
    return _Overlaid(own, others)


def _marked(row: Row, marks: Sequence[Mark]) -> Row:
    for mark in marks:
        if row["event_key"] == mark.record_id:
            days = {name: day for name, day in _days(row, mark) if row[name] != day}
            row = {**row, **days} if days else row
    return row


def _days(row: Row, mark: Mark) -> Iterator[tuple[str, int | None]]:
    held = cast("Mapping[str, int | None]", row)
    if mark.disputed_day is not None:
        start, end = _joined(held, mark.disputed_day, mark.settled_day)
        yield "disputed_day", start
        yield "settled_day", end
    if mark.last_version is None or cast("int", row["version"]) <= mark.last_version:
        for name, day in (
            ("retracted_day", mark.retracted_day),
            ("repaired_day", mark.repaired_day),
        ):
            if day is not None:
                yield name, min(day, _or_forever(held[name]))


def _joined(
    held: Mapping[str, int | None], opened: int, settled: int | None
) -> tuple[int, int | None]:
    """The department's dispute and ours as one, or the later where they do not touch."""
    start, end = held["disputed_day"], _or_forever(held["settled_day"])
    ours = _or_forever(settled)
    if start is None:
        start, end = opened, ours
    elif opened <= end and start <= ours:
        start, end = min(start, opened), max(end, ours)
    else:
        start, end = max((start, end), (opened, ours))
    return start, None if end == FOREVER else end


def _or_forever(day: int | None) -> int:
    return FOREVER if day is None else day


class _Overlaid(Mapping[str, Sequence[Row]]):
    """Some sources' rows in place of those that are read when asked for."""

    def __init__(
        self, own: Mapping[str, Sequence[Row]], others: Mapping[str, Sequence[Row]]
    ) -> None:
        self._own = own
        self._others = others

    def __getitem__(self, source: str) -> Sequence[Row]:
        return self._own[source] if source in self._own else self._others[source]

    def __iter__(self) -> Iterator[str]:
        return iter(self._others)

    def __len__(self) -> int:
        return len(self._others)
