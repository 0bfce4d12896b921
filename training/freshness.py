"""How recent each department's records are, and how much later than they used to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.catalogue import Catalogue
from features.contracts import Source
from features.snapshot import Snapshot
from training.arrays import Bools, Ints
from training.query import arrow

_YEAR = 365
_RECENT = 92  # days over which arrivals and delays are compared with the year before
_MANY = 30  # records from which a median can be told
_FEWEST = 5  # days with arrivals from which a rhythm can be told where they come regularly
_ENOUGH = 20  # and where they come by chance: of fewer, a long wait is soon followed by a longer
_REGULAR = 1.5  # times the median wait that the longest of regular arrivals is at most


@dataclass(frozen=True)
class Freshness:
    """One source's arrivals as of a day.

    Parameters
    ----------
    silent_days
        Since the last day on which anything arrived; None when nothing ever did.
    usual_silence
        Longest wait between two arrivals in the two years before the last; None
        where too few days had any, for as irregularly as they came.
    arrived, arrived_before
        Versions that arrived in the last 92 days, and in the same days a year before.
    delay, delay_before
        Median days from event to arrival among first versions of those; None
        without any.
    delay_error
        About the standard error of their difference; None where either has fewer
        than thirty records.
    """

    source: str
    department: str
    silent_days: int | None
    usual_silence: int | None
    arrived: int
    arrived_before: int
    delay: float | None
    delay_before: float | None
    delay_error: float | None

    @property
    def silence(self) -> float | None:
        """Silence in units of the longest usual one; None where it cannot be told."""
        if self.silent_days is None or not self.usual_silence:
            return None
        return self.silent_days / self.usual_silence


def freshness(catalogue: Catalogue, snapshot: Snapshot, day: int) -> tuple[Freshness, ...]:
    """Every source as of the end of a day, in the catalogue's order."""
    return tuple(
        _of(source, _arrivals(snapshot, source.name, day), day)
        for source in catalogue.jurisdiction.sources
    )


@dataclass(frozen=True)
class _Arrivals:
    """Everything known by a day, in the order it became known."""

    known: Ints
    event: Ints
    version: Ints


def _arrivals(snapshot: Snapshot, source: str, day: int) -> _Arrivals:
    table = arrow(
        """
        SELECT known_day, COALESCE(event_day, known_day) AS event_day, version
        FROM read_parquet($records) WHERE known_day <= $day ORDER BY known_day
        """,
        {"records": str(snapshot.source(source)), "day": day},
    )
    known, event, version = (
        table[name].to_numpy().astype(np.int64) for name in ("known_day", "event_day", "version")
    )
    return _Arrivals(known, event, version)


def _of(source: Source, came: _Arrivals, day: int) -> Freshness:
    days = np.unique(came.known)
    last = int(days[-1]) if len(days) else None
    rhythm = days[days > (last or 0) - 2 * _YEAR]
    recent = came.known > day - _RECENT
    before = (came.known > day - _YEAR - _RECENT) & (came.known <= day - _YEAR)
    delays = _delays(came, recent), _delays(came, before)
    return Freshness(
        source=source.name,
        department=source.department,
        silent_days=None if last is None else day - last,
        usual_silence=usual_silence(rhythm),
        arrived=int(recent.sum()),
        arrived_before=int(before.sum()),
        delay=_median(delays[0]),
        delay_before=_median(delays[1]),
        delay_error=_error(*delays),
    )


def usual_silence(days: Ints) -> int | None:
    """Longest wait between the days of arrivals, ascending; None where it says too little.

    A dozen cases a decade come when they come: after eight arrivals a wait half as long
    again as any before is no sign of a broken feed.

    >>> usual_silence(np.arange(0, 720, 90)), usual_silence(np.array([0, 75, 228, 321, 376]))
    (90, None)
    """
    if len(days) < _FEWEST:
        return None
    waits = np.diff(days)
    longest = int(waits.max())
    if len(days) >= _ENOUGH or longest <= _REGULAR * float(np.median(waits)):
        return longest
    return None


def _delays(came: _Arrivals, among: Bools) -> Ints:
    first = among & (came.version == 1)
    delays: Ints = (came.known - came.event)[first]
    return delays


def _median(delays: Ints) -> float | None:
    return float(np.median(delays)) if len(delays) else None


def _error(recent: Ints, before: Ints) -> float | None:
    """Of the difference of the medians, from the quartiles of normal delays."""
    if min(len(recent), len(before)) < _MANY:
        return None
    variance = 0.0
    for delays in (recent, before):
        low, high = np.quantile(delays, (0.25, 0.75))
        variance += (1.2533 * (high - low) / 1.349) ** 2 / len(delays)
    return float(np.sqrt(variance))
