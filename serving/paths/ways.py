"""Bounded search over sets of steps, cheapest first.

Each step is taken as early as the law allows, so a set of steps is a future. After
doing nothing and doing everything the search visits sets by effort, then by number
of steps, then by their order, and stops after `most`; where that is not all, it
strips the ways it found of steps they do not need.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from features.steps import Step
from serving.paths.outlook import Outlook

Set = frozenset[int]
Look = Callable[[Set], Outlook]
_Rank = tuple[int, int, tuple[int, int, tuple[int, ...]]]


@dataclass(frozen=True)
class Found:
    """A set of steps and the day (from 0) on which it reaches the tier."""

    steps: Set
    day: int


class Ways:
    """Sets of steps that were looked at, and the best of them.

    Parameters
    ----------
    steps
        The steps worth taking; those a step needs stand before it.
    look
        What a set leads to; asked once about each set.
    most
        How many sets are looked at before the search gives up.
    """

    def __init__(self, steps: Sequence[Step], look: Look, most: int) -> None:
        place = {step.key: i for i, step in enumerate(steps)}
        self._steps = steps
        self._look = look
        self._needs = [
            frozenset(place[key] for key in step.needs if key in place) for step in steps
        ]
        self.seen: dict[Set, Outlook] = {}
        self.complete = True
        for chosen in (frozenset[int](), frozenset(range(len(steps)))):
            self._see(chosen)
        for chosen in self._by_effort():
            if chosen not in self.seen and len(self.seen) >= most:
                self.complete = False
                break
            self._see(chosen)

    @property
    def untouched(self) -> Outlook:
        """What doing nothing leads to."""
        return self.seen[frozenset()]

    def effort(self, chosen: Set) -> int:
        """Sum of the efforts of the steps."""
        return sum(self._steps[i].action.effort for i in chosen)

    def closed(self, chosen: Set) -> Set:
        """The steps with every step they need."""
        while True:
            more = chosen.union(*(self._needs[i] for i in chosen))
            if more == chosen:
                return chosen
            chosen = more

    def cheapest(self, tier: int) -> Found | None:
        """The least effort that reaches the tier sooner than doing nothing, then the earliest."""
        return self._best(
            tier, lambda one: (self.effort(one.steps), one.day, self._rank(one.steps))
        )

    def soonest(self, tier: int) -> Found | None:
        """The earliest day sooner than doing nothing, then the least effort."""
        return self._best(
            tier, lambda one: (one.day, self.effort(one.steps), self._rank(one.steps))
        )

    def _best(self, tier: int, rank: Callable[[Found], _Rank]) -> Found | None:
        untouched = self.untouched.first(tier)
        found = (
            Found(chosen, day)
            for chosen, outlook in self.seen.items()
            if chosen
            and (day := outlook.first(tier)) is not None
            and (untouched is None or day < untouched)
        )
        best = min(found, key=rank, default=None)
        if best is None or self.complete:
            return best
        return self._stripped(best, tier)

    def _stripped(self, found: Found, tier: int) -> Found:
        """The set without the steps it does not need to reach the tier by that day.

        With fewer steps the tier may hold earlier, and for a while only.
        """
        for i in sorted(found.steps, key=lambda i: (-self._steps[i].action.effort, -i)):
            fewer = found.steps - {i}
            if any(i in self._needs[j] for j in fewer):
                continue
            first = self._see(fewer).first(tier)
            if first is not None and first <= found.day:
                found = Found(fewer, first)
        return found

    def _rank(self, chosen: Set) -> tuple[int, int, tuple[int, ...]]:
        return self.effort(chosen), len(chosen), tuple(sorted(chosen))

    def _see(self, chosen: Set) -> Outlook:
        known = self.seen.get(chosen)
        if known is None:
            known = self.seen[chosen] = self._look(chosen)
        return known

    def _by_effort(self) -> Iterator[Set]:
        """Every set that holds what its steps need, cheapest first."""
        heap = [(self._rank(frozenset()), frozenset[int]())]
        queued = {heap[0][1]}
        while heap:
            _, chosen = heapq.heappop(heap)
            yield chosen
            for i in range(len(self._steps)):
                more = self.closed(chosen | {i})
                if more not in queued:
                    queued.add(more)
                    heapq.heappush(heap, (self._rank(more), more))
