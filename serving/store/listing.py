"""Find businesses in the store: by part of a name, beginning of an identifier, tier, warning.

Businesses are numbered riskiest first, so that every list is in that order and
the last number seen is where the next page begins.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from serving.decision.points import unsigned
from serving.manifest import LEVELS, Level, Tier
from serving.store.names import folded, match_text
from serving.store.reading import Store

MOST = 100
COUNTED = 10_000
_COLUMNS = (
    "s.no, b.entity_id, b.name, b.district, b.sector, s.tier, s.model_tier, s.tenths, s.level"
)


@dataclass(frozen=True)
class Wanted:
    """Which businesses are asked for; every condition given must hold.

    Parameters
    ----------
    query
        Words that are part of the name, or the beginning of the identifier.
    level
        Gravest warning level.
    after
        The last number of the page before; 0 for the first page.
    within
        Districts that are looked in; empty for all.
    """

    query: str = ""
    tier: Tier | None = None
    level: Level | None = None
    district: str | None = None
    sector: str | None = None
    after: int = 0
    limit: int = 20
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """A business in a list."""

    no: int
    business_id: str
    name: str
    district: str | None
    sector: str | None
    tier: Tier
    model_tier: Tier
    score: str
    level: Level | None


@dataclass(frozen=True)
class Page:
    """A part of the businesses found.

    `total` counts up to `COUNTED`; `after` begins the next page, none at the end.
    """

    businesses: tuple[Listed, ...]
    total: int
    total_is_exact: bool
    after: int | None


def find(store: Store, wanted: Wanted) -> Page:
    """The page of businesses that `wanted` asks for, riskiest first."""
    searches = list(_searches(wanted))
    rows = heapq.merge(
        *(
            store.rows.execute(
                f"SELECT {_COLUMNS} {sql} AND s.no > ? ORDER BY s.no LIMIT ?",
                (*values, wanted.after, wanted.limit + 1),
            )
            for sql, values in searches
        )
    )
    found = [_listed(row) for row in dict.fromkeys(rows)]
    businesses = tuple(found[: wanted.limit])
    union = " UNION ".join(f"SELECT s.no {sql}" for sql, _ in searches)
    (total,) = store.rows.execute(
        f"SELECT COUNT(*) FROM ({union} LIMIT {COUNTED + 1})",
        [value for _, values in searches for value in values],
    ).fetchone()
    return Page(
        businesses,
        min(total, COUNTED),
        total <= COUNTED,
        businesses[-1].no if len(found) > wanted.limit else None,
    )


def warnings_of(
    store: Store, city: Mapping[str, Mapping[str, int]], within: tuple[str, ...]
) -> Mapping[str, Mapping[str, int]]:
    """Outcome → level → number of businesses, of the districts `within`; of the `city` for none."""
    if not within:
        return city
    counted: dict[str, dict[str, int]] = {
        outcome: dict.fromkeys(map(str, LEVELS), 0) for outcome in city
    }
    rows = store.rows.execute(
        "SELECT w.outcome, w.level, COUNT(*) FROM business b JOIN warning w ON w.no = b.no "
        f"WHERE b.district IN ({', '.join('?' * len(within))}) GROUP BY w.outcome, w.level",
        within,
    )
    for outcome, level, n in rows:
        counted[outcome][LEVELS[level]] = n
    return counted


def _searches(wanted: Wanted) -> Iterator[tuple[str, list[str | int]]]:
    """FROM and WHERE of each way in which a business can match, with the values."""
    tests: list[tuple[str, str | int | None]] = [
        ("s.tier = ?", wanted.tier),
        ("s.level = ?", None if wanted.level is None else LEVELS.index(wanted.level)),
        ("b.district = ?", wanted.district),
        ("b.sector = ?", wanted.sector),
    ]
    where = "".join(f" AND {test}" for test, value in tests if value is not None)
    values = [value for _, value in tests if value is not None]
    if wanted.within:
        where += f" AND b.district IN ({', '.join('?' * len(wanted.within))})"
        values += wanted.within
    match = match_text(wanted.query)
    if not match:
        yield f"FROM score s JOIN business b ON b.no = s.no WHERE TRUE{where}", values
        return
    yield (
        "FROM search f JOIN score s ON s.no = f.rowid JOIN business b ON b.no = s.no "
        f"WHERE f.search MATCH ?{where}",
        [match, *values],
    )
    # Identifiers are compared as they are stored and in capitals, as most schemes write them.
    start = wanted.query.strip()
    for beginning in dict.fromkeys((start, folded(start).upper())):
        yield (
            "FROM business b JOIN score s ON s.no = b.no "
            f"WHERE b.entity_id >= ? AND b.entity_id < ?{where}",
            [beginning, beginning + "\U0010ffff", *values],
        )


def _listed(
    row: tuple[int, str, str | None, str | None, str | None, Tier, Tier, int, int | None],
) -> Listed:
    no, entity_id, name, district, sector, tier, model_tier, tenths, level = row
    return Listed(
        no, entity_id, name or "", district, sector, tier, model_tier, unsigned(tenths),
        None if level is None else LEVELS[level],
    )  # fmt: skip
