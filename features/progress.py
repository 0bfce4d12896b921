"""How long-running work tells whoever waits how far it is."""

from __future__ import annotations

from collections.abc import Callable

# (what is being done, how many units are done, how many there are in all)
Progress = Callable[[str, int, int], None]


def silent(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""
