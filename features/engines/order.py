"""Run named steps side by side, each as soon as those that it reads are done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait


def side_by_side(
    steps: Mapping[str, str], run: Callable[[str], object], together: int
) -> Iterator[str]:
    """Run every step (name → text) in one of `together` threads; yield each name when done.

    A step waits for the earlier ones that its text names. Of those that are ready, the
    one with the longest row of steps behind it is started first, then the earliest. The
    first error is raised when all that had been started have ended.

    >>> texts = {"held": "SELECT 1", "pairs": "FROM held", "size": "FROM held JOIN pairs"}
    >>> list(side_by_side(texts, lambda name: None, together=2))
    ['held', 'pairs', 'size']
    """
    needs = _needs(steps)
    behind = _behind(needs)
    waiting = sorted(steps, key=lambda name: -behind[name])
    running: dict[Future[object], str] = {}
    with ThreadPoolExecutor(together) as threads:
        while waiting or running:
            ready = [name for name in waiting if not needs[name]]
            for name in ready[: together - len(running)]:
                waiting.remove(name)
                running[threads.submit(run, name)] = name
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                name = running.pop(done)
                done.result()
                for needed in needs.values():
                    needed.discard(name)
                yield name


def _needs(steps: Mapping[str, str]) -> dict[str, set[str]]:
    """For each step the earlier ones whose names stand in its text."""
    found: dict[str, set[str]] = {}
    for name, text in steps.items():
        found[name] = found.keys() & set(re.findall(r"\w+", text))
    return found


def _behind(needs: dict[str, set[str]]) -> dict[str, int]:
    """How many steps at most must follow one another after each."""
    behind = dict.fromkeys(needs, 0)
    for name in reversed(needs):
        for needed in needs[name]:
            behind[needed] = max(behind[needed], behind[name] + 1)
    return behind
