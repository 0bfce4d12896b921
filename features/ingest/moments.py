"""Every form in which departments write a day or an instant.

This is the slow path, met only by texts the SQL fast path cannot read. A month
without a day is its last day, and a year its last day: the record cannot have
been known before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

EPOCH = date(1970, 1, 1)
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)
_CLOCK = r"(?:[T\s]*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})(?:\.(\d{1,9}))?)?[分秒]?)?"
_AFTERNOON = r"\s*([AaPp])?\.?[Mm]?\.?"
_YMD = re.compile(
    rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}\s*(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
_CHINESE = re.compile(rf"(\d{{4}})年(\d{{1,2}})月(\d{{1,2}})[日号]?{_CLOCK}", re.ASCII)
_FIRST_SECOND_YEAR = re.compile(
    rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){_CLOCK}{_AFTERNOON}", re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:[-/.]|年度?)(\d{1,2})(?:月份?)?|(\d{4})(\d\d)", re.ASCII)
_YEAR = re.compile(r"(\d{4})(?:年度?)?", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_ZERO = re.compile(r"(?:1900[-/]1[-/]0|0000[-/]0?0[-/]0?0|0)(?:[T\s]+0{1,2}:00(?::00)?)?", re.ASCII)


class DayOrder(StrEnum):
    """How a column writes dates that begin with two short numbers."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Moment:
    """A wall-clock time in the jurisdiction's zone and the instant it names."""

    wall: datetime
    zone: tzinfo

    @property
    def day(self) -> int:
        """Days since 1970-01-01, local calendar."""
        return (self.wall.date() - EPOCH).days

    @property
    def microseconds(self) -> int:
        """Microseconds since 1970-01-01T00:00Z."""
        since = self.wall.replace(tzinfo=self.zone) - datetime(1970, 1, 1, tzinfo=UTC)
        return since // timedelta(microseconds=1)


def day_order(first_beyond_12: bool, second_beyond_12: bool) -> DayOrder:
    """How a column orders day and month, judged by the dates that leave no choice.

    Without any such date the day is first; when both orders occur, none is
    believed.

    >>> day_order(first_beyond_12=True, second_beyond_12=False)
    <DayOrder.DAY_FIRST: 'day first'>
    >>> day_order(first_beyond_12=True, second_beyond_12=True)
    <DayOrder.UNCLEAR: 'unclear'>
    """
    if first_beyond_12 and second_beyond_12:
        return DayOrder.UNCLEAR
    return DayOrder.MONTH_FIRST if second_beyond_12 else DayOrder.DAY_FIRST


def is_zero(text: str) -> bool:
    """Whether the text is how a spreadsheet or database writes no date at all.

    >>> is_zero("1900/1/0 0:00:00"), is_zero("1900/1/1")
    (True, False)
    """
    return _ZERO.fullmatch(text) is not None


def moment(text: str, order: DayOrder, zone: tzinfo) -> Moment | None:
    """The moment that cleaned `text` names, or none when it names none.

    >>> from zoneinfo import ZoneInfo
    >>> shanghai = ZoneInfo("Asia/Shanghai")
    >>> moment("2021年度2  月", DayOrder.DAY_FIRST, shanghai).wall.date()
    datetime.date(2021, 2, 28)
    >>> moment("2021-02-30", DayOrder.DAY_FIRST, shanghai) is None
    True
    """
    try:
        wall = _wall(text, order, zone)
    except (ValueError, OverflowError):
        return None
    return None if wall is None else Moment(wall, zone)


def _wall(text: str, order: DayOrder, zone: tzinfo) -> datetime | None:
    if found := _YMD.fullmatch(text):
        year, month, day, *clock, offset = found.groups()
        return _at_offset(_at(year, month, day, clock), offset, zone)
    squeezed = re.sub(r"\s+", "", text)
    if found := _CHINESE.fullmatch(text) or _CHINESE.fullmatch(squeezed):
        year, month, day, *clock = found.groups()
        return _at(year, month, day, clock)
    if found := _FIRST_SECOND_YEAR.fullmatch(text):
        return _first_second_year(found, order)
    if _SERIAL.fullmatch(squeezed):
        seconds = round(float(squeezed) * 86_400)
        return _SPREADSHEET_EPOCH + timedelta(seconds=seconds)
    if found := _COMPACT.fullmatch(squeezed):
        year, month, day, *clock = found.groups()
        return _at(year, month, day, [*clock, None])
    if found := _MONTH.fullmatch(squeezed):
        return _month_end(int(found[1] or found[3]), int(found[2] or found[4]))
    if (found := _YEAR.fullmatch(squeezed)) and 1900 <= int(found[1]) <= 2100:
        return datetime(int(found[1]), 12, 31)
    return None


def _first_second_year(found: re.Match[str], order: DayOrder) -> datetime | None:
    first, second, year, *clock, half = found.groups()
    day_first = order is DayOrder.DAY_FIRST
    if order is DayOrder.UNCLEAR:
        if int(first) <= 12 and int(second) <= 12 and first != second:
            return None
        day_first = int(first) > 12
    day, month = (first, second) if day_first else (second, first)
    if half and clock[0]:
        clock[0] = str(int(clock[0]) % 12 + (12 if half in "Pp" else 0))
    return _at(year, month, day, clock)


def _at(year: str, month: str, day: str, clock: list[str | None]) -> datetime:
    hour, minute, second, fraction = clock
    return datetime(
        int(year), int(month), int(day),
        int(hour or 0), int(minute or 0), int(second or 0),
        int((fraction or "0").ljust(6, "0")[:6]),
    )  # fmt: skip


def _at_offset(wall: datetime, offset: str | None, zone: tzinfo) -> datetime:
    if offset is None:
        return wall
    aware = datetime.fromisoformat(f"{wall.isoformat()}{offset.replace('Z', '+00:00')}")
    return aware.astimezone(zone).replace(tzinfo=None)


def _month_end(year: int, month: int) -> datetime:
    if not 1 <= month <= 12:
        raise ValueError(month)
    following = date(year + month // 12, month % 12 + 1, 1)
    last = following - timedelta(days=1)
    return datetime(last.year, last.month, last.day)
