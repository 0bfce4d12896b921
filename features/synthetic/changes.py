"""Approved changes of registered items, and what every business was called when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from features.synthetic.ledger import Events
from features.synthetic.span import Bools, Ints, Longs

ITEMS = (
    "法定代表人变更",
    "住所变更",
    "经营范围变更",
    "注册资本变更",
    "名称变更",
    "股东变更",
    "其他事项备案",
)
_SHARES = (0.21, 0.26, 0.23, 0.08, 0.07, 0.11, 0.04)
REPRESENTATIVE, ADDRESS, CAPITAL, NAME = 0, 1, 3, 4
_DAYS = 1 << 20  # more than any day's number


@dataclass(frozen=True)
class Changes:
    """Approved changes by business and day: the item is a position in `ITEMS`."""

    events: Events
    item: Longs

    @classmethod
    def drawn(cls, events: Events, rng: np.random.Generator) -> Changes:
        """What each of the events changed."""
        events = events.chosen(np.lexsort((events.day, events.business)))
        return cls(events, rng.choice(len(ITEMS), len(events), p=_SHARES))

    @property
    def of_name(self) -> Bools:
        """Changes of the name."""
        renamed: Bools = self.item == NAME
        return renamed

    def __len__(self) -> int:
        return len(self.item)


@dataclass(frozen=True)
class NameHistory:
    """What businesses were called: a new name holds from the day of its approval.

    Parameters
    ----------
    name
        The first name of every business, then the new name of each change of name.
    changes
        The changes of name, by business and day.
    """

    name: pa.Array
    changes: Events

    def on(self, business: Longs, days: Ints) -> Longs:
        """Positions in `name` of what these businesses were called on these days."""
        keys = self.changes.business * _DAYS + self.changes.day
        last = np.searchsorted(keys, business * _DAYS + days, side="right") - 1
        renamed = (last >= 0) & (self._business(last) == business)
        positions: Longs = np.where(renamed, self._first + last, business)
        return positions

    def before(self) -> Longs:
        """Positions in `name` of what each change of name ended."""
        return self.on(self.changes.business, self.changes.day - 1)

    def after(self) -> Longs:
        """Positions in `name` of what each change of name began."""
        return np.arange(self._first, len(self.name))

    @property
    def _first(self) -> int:
        return len(self.name) - len(self.changes)

    def _business(self, change: Longs) -> Longs:
        if len(self.changes) == 0:
            return np.full(len(change), -1)
        return self.changes.business[change]
