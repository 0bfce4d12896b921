"""On which days two businesses are linked, worked out once for every day.

A batch asks who is linked as of each row of its spine; a store that serves any
day keeps the days themselves. Both follow the same rule: a value is shared by
all businesses that hold it that day, and by nobody when they are too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from features import as_of
from features.business import Intervals
from features.contracts import Link
from features.expressions import Encode


@dataclass(frozen=True)
class Held:
    """A business held the shared value from a day until before another."""

    entity_id: str
    start: int
    end: int


@dataclass(frozen=True)
class LinkedDays:
    """Two businesses, in this order, and the days on which they are linked."""

    entity_id: str
    other: str
    intervals: Intervals


def held_sql(link: Link, encode: Encode) -> str:
    """Select who held which value of a link's column, and when."""
    unless = f" AND NOT {link.unless.sql(encode, 'r')}" if link.unless is not None else ""
    return (
        f"  SELECT r.entity_id, r.{link.column} AS link_value, {as_of.lifetime_sql('r')}\n"
        f"  FROM source_{link.source} r\n"
        f"  WHERE r.entity_id IS NOT NULL AND r.{link.column} IS NOT NULL{unless}"
    )


def linked_days(held: Iterable[Held], max_size: int) -> Iterator[LinkedDays]:
    """Every ordered pair among the holders of one value, with its days.

    >>> pair = [Held("a", 0, 10), Held("b", 5, 20)]
    >>> [(p.entity_id, p.other, p.intervals) for p in linked_days(pair, max_size=2)]
    [('a', 'b', ((5, 10),)), ('b', 'a', ((5, 10),))]
    >>> list(linked_days(pair, max_size=1))
    []
    """
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for start, end, members in _segments(held, max_size):
        for pair in permutations(members, 2):
            found.setdefault(pair, []).append((start, end))
    for (one, other), intervals in sorted(found.items()):
        yield LinkedDays(one, other, merged(intervals))


def merged(intervals: Sequence[tuple[int, int]]) -> Intervals:
    """The same days as few intervals as possible, in order.

    >>> merged([(5, 7), (0, 5), (9, 10)])
    ((0, 7), (9, 10))
    """
    whole: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return tuple(whole)


def _segments(held: Iterable[Held], max_size: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Runs of days over which the holders stay the same and are few enough."""
    by_entity: dict[str, list[tuple[int, int]]] = {}
    for one in held:
        if one.start < one.end:
            by_entity.setdefault(one.entity_id, []).append((one.start, one.end))
    moves: dict[int, list[tuple[str, bool]]] = {}
    for entity, intervals in by_entity.items():
        for start, end in merged(intervals):
            moves.setdefault(start, []).append((entity, True))
            moves.setdefault(end, []).append((entity, False))
    members: set[str] = set()
    days = sorted(moves)
    for position, day in enumerate(days[:-1]):
        for entity, joins in moves[day]:
            if joins:
                members.add(entity)
            else:
                members.remove(entity)
        if len(members) <= max_size:
            yield day, days[position + 1], tuple(members)
