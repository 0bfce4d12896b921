"""What a person said about whom a record means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LinkDecision:
    """A person said whether a mention means a business; it holds for every snapshot after."""

    mention: str
    entity_id: str
    same: bool
    decided_on: str
    decided_by: str
