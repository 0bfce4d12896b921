"""Who has which warning: the gravest first, by the likeliest, page by page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from serving.manifest import LEVELS, Level
from serving.store.reading import Store

_PLACE = re.compile(r"([0-3])\.([0-9]{1,5})\.([0-9]{1,15})\.([a-z0-9_]{1,64})")
_COLUMNS = "w.level, w.chance, w.no, w.outcome, b.entity_id, b.name, b.district, b.sector"
_Row = tuple[int, int, int, str, str, str | None, str | None, str | None]


@dataclass(frozen=True)
class Place:
    """A place in the order of warnings: grave, then likely, then the business, then the kind."""

    level: int
    chance: int
    no: int
    outcome: str

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that `text` says; None when it says none.

        >>> Place.read("0.9500.12.surge")
        Place(level=0, chance=9500, no=12, outcome='surge')
        >>> Place.read("next") is None
        True
        """
        found = _PLACE.fullmatch(text)
        return None if found is None else cls(int(found[1]), int(found[2]), int(found[3]), found[4])

    def __str__(self) -> str:
        return f"{self.level}.{self.chance}.{self.no}.{self.outcome}"


@dataclass(frozen=True)
class WarningsWanted:
    """Which warnings are asked for; every condition given must hold.

    Parameters
    ----------
    least
        Least probability, × 10,000.
    after
        Where the page before ended, as `WarningPage.after` says; None for the first page.
    within
        Districts that are looked in; empty for all.
    """

    outcome: str | None = None
    level: Level | None = None
    district: str | None = None
    sector: str | None = None
    least: int = 0
    after: Place | None = None
    limit: int = 20
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Warned:
    """One warning of one business, as everyone was scored."""

    business_id: str
    name: str
    district: str | None
    sector: str | None
    outcome: str
    level: Level
    probability: str


@dataclass(frozen=True)
class WarningPage:
    """A part of the warnings found; `after` begins the next page, none at the end."""

    warnings: tuple[Warned, ...]
    after: Place | None


def find_warnings(store: Store, wanted: WarningsWanted) -> WarningPage:
    """The page of warnings that `wanted` asks for."""
    where, values = _where(wanted)
    rows: list[_Row] = store.rows.execute(
        f"SELECT {_COLUMNS} FROM warning w JOIN business b ON b.no = w.no WHERE {where} "
        "ORDER BY w.level, w.chance DESC, w.no, w.outcome LIMIT ?",
        (*values, wanted.limit + 1),
    ).fetchall()
    page = rows[: wanted.limit]
    more = len(rows) > wanted.limit
    return WarningPage(tuple(map(_warned, page)), Place(*page[-1][:4]) if more else None)


def _where(wanted: WarningsWanted) -> tuple[str, list[str | int]]:
    tests: list[str] = ["w.chance >= ?"]
    values: list[str | int] = [wanted.least]
    given: list[tuple[str, str | int | None]] = [
        ("w.outcome = ?", wanted.outcome),
        ("w.level = ?", None if wanted.level is None else LEVELS.index(wanted.level)),
        ("b.district = ?", wanted.district),
        ("b.sector = ?", wanted.sector),
    ]
    for test, value in given:
        if value is not None:
            tests.append(test)
            values.append(value)
    if wanted.within:
        tests.append(f"b.district IN ({', '.join('?' * len(wanted.within))})")
        values += wanted.within
    if wanted.after is not None:
        one = wanted.after
        tests.append(
            "(w.level > ? OR (w.level = ? AND (w.chance < ? OR (w.chance = ? AND "
            "(w.no > ? OR (w.no = ? AND w.outcome > ?))))))"
        )
        values += (
            one.level, one.level, one.chance, one.chance, one.no, one.no, one.outcome,
        )  # fmt: skip
    return " AND ".join(tests), values


def _warned(row: _Row) -> Warned:
    level, chance, _, outcome, business_id, name, district, sector = row
    return Warned(
        business_id, name or "", district, sector, outcome, LEVELS[level], f"{chance / 10_000:.4f}"
    )
