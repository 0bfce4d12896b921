"""Which features of two days can be compared, and why the others cannot yet.

A count over 36 months of records that are two years old grows for another year whatever
anybody does. So a feature is compared only where the records reach as far back as it
does on the earlier of the two days, and where no law in between shortened what it may use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from features.catalogue import Catalogue
from features.contracts import Feature, UseRule
from features.snapshot import Snapshot
from features.windows import bound, months_before, windows_of
from training.calendar import date_of, day_of
from training.query import arrow

_COVERED = 0.95  # of a window, or of the businesses' lives, that records must cover
_LIFE = 120  # months that a feature without a window is taken to reach back at most
_LATE = 0.01  # share of the oldest records that may be stray: misdated, or delivered for once


@dataclass(frozen=True)
class NotComparable:
    """Why a feature of two days is not compared.

    Parameters
    ----------
    why
        ``records``: those of its source do not reach back as far as the feature does.
        ``known``: nothing of its source was known on the earlier day. ``law``: a rule of
        use in between shortened what it may use.
    since
        Day from which records are held, from which they were known, or from which the rule
        is in force; None where there is no record at all.
    comparable_from
        First later day that can be compared with one so much earlier; None where that
        depends on the businesses' age.
    """

    feature: Feature
    why: Literal["records", "known", "law"]
    since: int | None
    comparable_from: int | None


@dataclass(frozen=True)
class _Held:
    """From which event day on records are held, and since when they have been known."""

    event: int | None
    known: int | None


def not_comparable(
    catalogue: Catalogue, snapshot: Snapshot, *, day: int, against_day: int
) -> Mapping[str, NotComparable]:
    """The features, by name, that say nothing about what changed between two days."""
    city = catalogue.jurisdiction
    held = {source: _held(snapshot, source) for source in sorted({f.source for f in city.features})}
    lives: dict[int, float] = {}
    found = {}
    for feature in city.features:
        use = city.source(feature.source).dates.use
        told = _by_law(feature, use, day, against_day)
        if told is None:
            told = _by_records(feature, use, held[feature.source], (day, against_day))
        if told is not None and told.why == "records" and _reach(feature, use) is None:
            begins = told.since or 0
            if begins not in lives:
                lives[begins] = _lives_within(snapshot, against_day, begins)
            told = None if lives[begins] >= _COVERED else told
        if told is not None:
            found[feature.name] = told
    return found


def _held(snapshot: Snapshot, source: str) -> _Held:
    first = arrow(
        """
        SELECT quantile_disc(COALESCE(event_day, known_day), $late) AS event,
            quantile_disc(known_day, $late) AS known
        FROM read_parquet($records)
        """,
        {"records": str(snapshot.source(source)), "late": _LATE},
    ).to_pylist()[0]
    return _Held(first["event"], first["known"])


def _lives_within(snapshot: Snapshot, day: int, begins: int) -> float:
    """Share of the businesses open on `day` whose last ten years began after `begins`."""
    found = arrow(
        """
        SELECT AVG(CAST(GREATEST(COALESCE(established_day, -99999), $oldest) >= $begins AS INTEGER))
            AS share
        FROM read_parquet($profiles)
        WHERE from_day <= $day AND ($day < to_day OR to_day IS NULL)
            AND COALESCE(closed_day > $day, TRUE)
        """,
        {"profiles": str(snapshot.profiles), "day": day, "begins": begins,
         "oldest": months_before(day, _LIFE)},
    ).to_pylist()[0]["share"]  # fmt: skip
    return 0.0 if found is None else float(found)


def _by_records(
    feature: Feature, use: tuple[UseRule, ...], held: _Held, days: tuple[int, int]
) -> NotComparable | None:
    day, against_day = days
    if held.event is None or held.known is None:
        return NotComparable(feature, "records", None, None)
    if held.known > against_day:
        return NotComparable(feature, "known", held.known, held.known + day - against_day)
    months = _reach(feature, use)
    window = min((bound(one, against_day) for one in windows_of(feature)), default=None)
    if window is None and months is not None:
        window = months_before(against_day, months)
    if window is None:
        return NotComparable(feature, "records", held.event, None)
    # Of what was delivered for a start, only what still held was kept.
    if held.known <= window + (1 - _COVERED) * (against_day - window):
        return None
    length = against_day - window
    return NotComparable(feature, "records", held.known, held.known + length + day - against_day)


def _reach(feature: Feature, use: tuple[UseRule, ...]) -> int | None:
    """Months that a feature can look back at most; None where nothing ends it."""
    if feature.window is not None:
        return 0  # its windows say
    ended = [
        max(term.months for term in rule.terms)
        for rule in use
        if any(t.where is None for t in rule.terms) and not any(t.as_delivered for t in rule.terms)
    ]
    return max(ended) if use and len(ended) == len(use) else None


def _by_law(
    feature: Feature, use: tuple[UseRule, ...], day: int, against_day: int
) -> NotComparable | None:
    """A rule that began between the days and cuts what the feature looks back on."""
    first, last = date_of(against_day).isoformat(), date_of(day).isoformat()
    window = min((bound(one, day) for one in windows_of(feature)), default=None)
    for before, rule in pairwise(use):
        if not first < rule.effective_from <= last:
            continue
        periods = {term.months for term in rule.terms} - {term.months for term in before.terms}
        if periods and (window is None or window < months_before(day, min(periods))):
            since = day_of(date.fromisoformat(rule.effective_from))
            return NotComparable(feature, "law", since, since + day - against_day)
    return None
