"""What moved each feature of a business between two ends of a comparison.

A feature is a definition run over records. Between the two ends some of the
records it reads came, went, were known otherwise or left its window, and time
passed. Each of these is a `Mover`; `Moved.value` runs the feature's own
definition with any of them having happened and the others not, so that what
each one did to the value, and to the score, is computed and not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from features.catalogue import Catalogue
from features.contracts import DaysSince, DaysSinceDate, DaysUntil, Feature, Latest
from features.engines.single import Selected, SingleEngine, engine_of
from features.expressions import Row
from features.peers import peer_fields
from features.record_changes import CAUSES, Cause, Causes, RecordRef, Side, same

# Changed records of one source, up to which each is a mover of its own.
MOST_ALONE = 6


@dataclass(frozen=True)
class Mover:
    """One thing that happened to a feature: a cause, and the records it concerns.

    `source` and `via` (the link through which the records are read) are none
    where no record is concerned.
    """

    cause: Cause
    source: str | None = None
    via: str | None = None
    records: tuple[RecordRef, ...] = ()


@dataclass(frozen=True)
class Moved:
    """A feature that something happened to.

    Parameters
    ----------
    value
        The feature's value when exactly the movers whose bits are set have
        happened: ``value(0)`` is the one before, all bits give the one after.
    """

    feature: str
    movers: tuple[Mover, ...]
    value: Callable[[int], float | None]

    @property
    def all_moved(self) -> int:
        """The bits of every mover."""
        return (1 << len(self.movers)) - 1


def moved_features(catalogue: Catalogue, before: Side, after: Side) -> tuple[Moved, ...]:
    """Every feature that anything happened to, in catalogue order.

    A feature is among them also when what happened left its value as it was.
    Where more than `MOST_ALONE` records of one source changed, those with one
    cause move together.
    """
    engine = engine_of(catalogue)
    then = engine.selected(before.records, before.day, exclude_disputed=before.exclude_disputed)
    now = engine.selected(after.records, after.day, exclude_disputed=after.exclude_disputed)
    renumber = before.records is not after.records
    moves: dict[str, _Move] = {}
    changed: dict[tuple[str, str | None], set[_Key]] = {}
    for feature in catalogue.jurisdiction.features:
        old, new = then[feature.name], now[feature.name]
        if renumber and isinstance(feature.measure, Latest):
            old, new = _numbered_alike(old, new)
        moves[feature.name] = move = _compared(old, new)
        changed.setdefault((feature.source, feature.via), set()).update(move.changed)
    causes: dict[tuple[str, str | None], Causes] = {}
    found = []
    for feature in catalogue.jurisdiction.features:
        read = (feature.source, feature.via)
        if read not in causes:
            source = catalogue.jurisdiction.source(feature.source)
            causes[read] = Causes(source, feature.via, before, after)
        alone = len(changed[read]) <= MOST_ALONE
        game = _Game(engine, feature, moves[feature.name], (before, after), causes[read], alone)
        if game.movers:
            found.append(Moved(feature.name, game.movers, game.value))
    return tuple(found)


_Key = tuple[str, str]  # whose the record is, its event key


@dataclass(frozen=True)
class _Move:
    """A feature's records at both ends: those alike, and by key those that differ."""

    alike: Selected
    changed: dict[_Key, tuple[Selected, Selected]]


def _compared(old: Selected, new: Selected) -> _Move:
    before, after = _by_key(old), _by_key(new)
    rows: list[Row] = []
    earlier: list[Row] = []
    changed: dict[_Key, tuple[Selected, Selected]] = {}
    nothing = Selected((), ())
    for key in dict.fromkeys((*before, *after)):
        pair = before.get(key, nothing), after.get(key, nothing)
        if _alike(pair[0].rows, pair[1].rows) and _alike(pair[0].earlier, pair[1].earlier):
            rows.extend(pair[0].rows)
            earlier.extend(pair[0].earlier)
        else:
            changed[key] = pair
    return _Move(Selected(rows, earlier), changed)


def _by_key(selected: Selected) -> dict[_Key, Selected]:
    found: dict[_Key, tuple[list[Row], list[Row]]] = {}
    for place, rows in enumerate((selected.rows, selected.earlier)):
        for row in rows:
            key = str(row["entity_id"] or ""), str(row["event_key"])
            found.setdefault(key, ([], []))[place].append(row)
    return {key: Selected(*both) for key, both in found.items()}


def _alike(old: Sequence[Row], new: Sequence[Row]) -> bool:
    return len(old) == len(new) and all(map(same, old, new))


def _numbered_alike(old: Selected, new: Selected) -> tuple[Selected, Selected]:
    """The rows of two snapshots with numbers in the one order both numbered by."""
    ranks = {rank: no for no, rank in enumerate(sorted({_rank(r) for r in (*old.rows, *new.rows)}))}
    both = ([{**row, "record_no": ranks[_rank(row)]} for row in one.rows] for one in (old, new))
    first, second = both
    return Selected(first), Selected(second)


def _rank(row: Row) -> tuple[int, str, int, str, int]:
    event, known, version = row["event_day"], row["known_us"], row["version"]
    # A record near several businesses was numbered before it belonged to any.
    whose = "" if "distance_m" in row else str(row["entity_id"] or "")
    return int(event or 0), whose, int(known or 0), str(row["event_key"]), int(version or 0)


class _Game:
    """One feature's movers, and its value when any of them have happened."""

    def __init__(  # noqa: PLR0917  # one caller, which has just put them together
        self,
        engine: SingleEngine,
        feature: Feature,
        move: _Move,
        sides: tuple[Side, Side],
        causes: Causes,
        alone: bool,
    ) -> None:
        self._engine = engine
        self._feature = feature
        self._sides = sides
        self._alike = move.alike
        self._records: list[list[tuple[Selected, Selected]]] = []
        movers = list(self._of_records(move, causes, alone))
        self._bits: dict[Cause, int] = {}
        for cause in self._without_records(move):
            self._bits[cause] = 1 << len(movers)
            movers.append(Mover(cause))
        self.movers = tuple(movers)

    def _of_records(self, move: _Move, causes: Causes, alone: bool) -> list[Mover]:
        feature = self._feature
        told = sorted((CAUSES.index(causes.of(*key) or "aged_out"), key) for key in move.changed)
        movers: list[Mover] = []
        for place, key in told:
            cause = CAUSES[place]
            record = causes.record(*key)
            if not alone and movers and movers[-1].cause == cause:
                movers[-1] = Mover(
                    cause, feature.source, feature.via, (*movers[-1].records, record)
                )
                self._records[-1].append(move.changed[key])
            else:
                movers.append(Mover(cause, feature.source, feature.via, (record,)))
                self._records.append([move.changed[key]])
        return movers

    def _without_records(self, move: _Move) -> list[Cause]:
        """Time, profile and peers, each where it can make a difference."""
        found: list[Cause] = []
        before, after = self._sides
        dated = isinstance(self._feature.measure, DaysSince | DaysSinceDate | DaysUntil)
        if dated and before.day != after.day and (move.alike.rows or move.changed):
            found.append("time")
        if self._feature.peers:
            means = [[self._mean(p, q) for q in (0, 1)] for p in (0, 1)]
            if means[0] != means[1]:
                found.append("profile")
            if any(one[0] != one[1] for one in means):
                found.append("peers")
        return found

    def value(self, happened: int) -> float | None:
        """The feature's value when the movers whose bits are set have happened."""
        rows, earlier = list(self._alike.rows), list(self._alike.earlier)
        for bit, records in enumerate(self._records):
            end = happened >> bit & 1
            for pair in records:
                rows.extend(pair[end].rows)
                earlier.extend(pair[end].earlier)
        day = self._sides[self._has("time", happened)].day
        own = self._engine.own_value(self._feature.name, Selected(rows, earlier), day)
        if own is None or not self._feature.peers:
            return own
        mean = self._mean(self._has("profile", happened), self._has("peers", happened))
        return None if mean is None else own - mean

    def _has(self, cause: Cause, happened: int) -> int:
        return 1 if happened & self._bits.get(cause, 0) else 0

    def _mean(self, profile_of: int, peers_of: int) -> float | None:
        """The average of the peers of one end's profile by one end's statistics."""
        side = self._sides[peers_of]
        then = self._sides[profile_of]
        profile = then.records.profile_at(then.day)
        if profile is None:
            return None
        fields = peer_fields(self._feature.peers)
        return side.peers.mean(self._feature.name, fields, profile, side.day)
