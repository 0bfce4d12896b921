"""What a person said about whom a record means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LinkDecision:
    """A person said whether a mention means a business; it holds for every snapshot after."""

    mention: str
    entity_id: str
    same: bool
    decided_on: str
    decided_by: str


def in_order(decisions: Iterable[LinkDecision]) -> tuple[LinkDecision, ...]:
    """The decisions, oldest first; those of one day as they were given."""
    return tuple(sorted(decisions, key=lambda one: one.decided_on))


def together(
    held: Sequence[LinkDecision], since: Iterable[LinkDecision]
) -> tuple[LinkDecision, ...]:
    """What a snapshot holds and what was said since, each once, oldest first.

    >>> said = LinkDecision("penalties:1", "A", True, "2026-11-24", "act 1")
    >>> together([said], [said]) == (said,)
    True
    """
    return in_order((*held, *(one for one in since if one not in held)))
