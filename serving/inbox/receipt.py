"""What a department is told about the records it pushed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from serving import canonical

Fate = Literal["accepted", "new_version", "duplicate", "held_back", "out_of_scope"]
Counts = Literal["now", "next_scoring", "never"]
FATES: tuple[Fate, ...] = ("accepted", "new_version", "duplicate", "held_back", "out_of_scope")


@dataclass(frozen=True)
class FaultTold:
    """What is wrong with a row: the declared column (empty for the row itself) and the rule."""

    column: str
    rule: str
    meaning: str


@dataclass(frozen=True)
class RowFate:
    """What became of one row.

    Parameters
    ----------
    row
        Its place among the rows sent, from 0.
    counts
        From when it counts: ``now``, with the ``next_scoring``, or ``never`` as sent.
    """

    row: int
    fate: Fate
    counts: Counts
    business_id: str | None = None
    record_id: str | None = None
    faults: tuple[FaultTold, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """The account of one push: every row sent is in exactly one of its counts."""

    id: str
    source: str
    received_on: str
    rows: tuple[RowFate, ...]

    @property
    def document(self) -> dict[str, object]:
        """The receipt with its counts."""
        found = Counter(row.fate for row in self.rows)
        return {
            "receipt": self.id,
            "source": self.source,
            "received_on": self.received_on,
            "read": len(self.rows),
            **{fate: found[fate] for fate in FATES},
            "rows": self.rows,
        }

    def to_json(self) -> bytes:
        """The document as canonical JSON."""
        return canonical.encode(self.document)
