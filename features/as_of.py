"""The one time cut beneath every feature: what could be used on a day.

"As of day t" means: as known at the end of day t. A version of a record is
usable at t when it was known by then and nothing that was known by then had
ended its use: a newer version, a retraction, a credit repair, or the end of its
publication period. Features see, of what is usable, what has also happened and
what may count: not what is excluded for good, nor a decision that is not final
where only final ones count (`features.clocks` says which days these are).

Each rule stands here twice, as SQL and as its Python twin, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from features.contracts import Source
from features.expressions import Row

FOREVER = 2_147_483_647  # int32: no day ends the record's use
# Values of ``counted_from_day`` that no as-of day reaches.
NEVER_COUNTED = FOREVER
NOT_YET_FINAL = FOREVER - 1

# What takes effect on its day: the record is no longer usable from then on.
_ENDS = ("superseded_day", "retracted_day", "repaired_day")
# Facts about a record that are learned later than the record itself. A feature
# may ask for them and is answered as of its own day.
LEARNED_LATER = ("disputed_day", "settled_day", "final_day")


def learned_later(source: Source) -> tuple[str, ...]:
    """`LEARNED_LATER` and the source's own columns that say the same, or end the use."""
    dates = source.dates
    own = (dates.disputed, dates.settled, dates.final, dates.retracted, dates.repaired)
    return (*LEARNED_LATER, *(column for column in own if column is not None))


def _days(row: Row) -> Mapping[str, int | None]:
    """The row's days: its lifecycle columns hold integers whatever the others hold."""
    return cast("Mapping[str, int | None]", row)


def usable_from_day(row: Row) -> int:
    """First day as of which the version may be used."""
    known = _days(row)["known_day"]
    return FOREVER if known is None else known


def usable_to_day(row: Row) -> int:
    """First day as of which the version may no longer be used, or `FOREVER`."""
    days, first = _days(row), FOREVER
    for column in _ENDS:
        day = days[column]
        if day is not None and day < first:
            first = day
    last = days["usable_until_day"]
    return first if last is None or last >= first else last + 1


def usable(row: Row, as_of_day: int) -> bool:
    """Whether the version was known by the day and nothing had ended its use."""
    return usable_from_day(row) <= as_of_day < usable_to_day(row)


def disputed_at(row: Row, as_of_day: int) -> bool:
    """Whether an objection to the record was open on the day."""
    disputed, settled = _days(row)["disputed_day"], _days(row)["settled_day"]
    return (
        disputed is not None and disputed <= as_of_day and (settled is None or as_of_day < settled)
    )


def seen(row: Row, as_of_day: int, *, exclude_disputed: bool = False) -> bool:
    """Whether features see the version: usable, happened, and to be counted.

    With `exclude_disputed`, versions under an open objection are not seen.
    """
    event, counted_from = _days(row)["event_day"], _days(row)["counted_from_day"]
    return (
        event is not None
        and event <= as_of_day
        and (counted_from is None or counted_from <= as_of_day)
        and usable(row, as_of_day)
        and not (exclude_disputed and disputed_at(row, as_of_day))
    )


def why_not_seen(row: Row, as_of_day: int, *, exclude_disputed: bool = False) -> str | None:
    """The first reason why features do not see the version; none when they do.

    One of ``not_yet_known``, ``retracted``, ``repaired``, ``superseded``,
    ``excluded``, ``expired``, ``not_final``, ``not_happened_yet``, ``disputed``.
    """
    if usable_from_day(row) > as_of_day:
        return "not_yet_known"
    for column in ("retracted_day", "repaired_day", "superseded_day"):
        day = _days(row)[column]
        if day is not None and day <= as_of_day:
            return column.removesuffix("_day")
    counted_from = _days(row)["counted_from_day"]
    if counted_from == NEVER_COUNTED:
        return "excluded"
    if not usable(row, as_of_day):
        return "expired"
    if counted_from is not None and counted_from > as_of_day:
        return "not_final"
    if not seen(row, as_of_day):
        return "not_happened_yet"
    return "disputed" if exclude_disputed and disputed_at(row, as_of_day) else None


def as_known_at(row: Row, as_of_day: int, later: Sequence[str] = LEARNED_LATER) -> Row:
    """The row without those of the days `later` that lie after the as-of day."""
    days = _days(row)
    for column in later:
        day = days[column]
        if day is not None and day > as_of_day:
            hidden = [c for c in later if (at := days[c]) is not None and at > as_of_day]
            return {**row, **dict.fromkeys(hidden)}
    return row


# The columns that `lifetime_sql` reads.
LIFETIME = ("known_day", "event_day", "counted_from_day", *_ENDS, "usable_until_day")


def lifetime_sql(record: str) -> str:
    """Select list: the days between which features can see a row of `record`.

    ``seen_from_day`` is the latest of known, event and the day it begins to
    count; ``usable_to_day`` is exclusive.
    """
    ends = ", ".join(f"COALESCE({record}.{column}, {FOREVER})" for column in _ENDS)
    last = f"{record}.usable_until_day"
    until = f"CASE WHEN {last} < {FOREVER} THEN {last} + 1 ELSE {FOREVER} END"
    return (
        f"GREATEST({record}.known_day, {record}.event_day, "
        f"COALESCE({record}.counted_from_day, {record}.known_day)) AS seen_from_day, "
        f"LEAST({ends}, {until}) AS usable_to_day"
    )


def seen_sql(record: str, day: str, *, exclude_disputed: bool = False) -> str:
    """Condition: features see a row that carries `lifetime_sql` as of `day`."""
    condition = f"{record}.seen_from_day <= {day} AND {day} < {record}.usable_to_day"
    return f"{condition} AND NOT {disputed_sql(record, day)}" if exclude_disputed else condition


def disputed_sql(record: str, day: str) -> str:
    """Condition: an objection to the row of `record` was open on `day`."""
    return (
        f"(COALESCE({record}.disputed_day <= {day}, FALSE) "
        f"AND COALESCE({day} < {record}.settled_day, TRUE))"
    )


def as_known_sql(record: str, column: str, day: str, later: Sequence[str] = LEARNED_LATER) -> str:
    """Select item: `column` of `record`, empty where it is one of `later` and after `day`."""
    if column not in later:
        return f"{record}.{column}"
    return f"CASE WHEN {record}.{column} <= {day} THEN {record}.{column} END AS {column}"
