"""How often each caller may ask: a token bucket each, per process.

>>> rates = Rates({"registry": Rate(per_second=2, burst=2)}, clock=lambda: 0.0)
>>> [rates.wait("key:a", "registry") for _ in range(3)]
[0.0, 0.0, 0.5]
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_MOST_BUCKETS = 10_000


@dataclass(frozen=True)
class Rate:
    """Requests a second in the long run, and at once after a pause."""

    per_second: float
    burst: float


OTHERS = Rate(per_second=50.0, burst=200.0)
# The registry system calls all day; people and programs of other roles do not.
RATES: Mapping[str, Rate] = {
    "registry": Rate(per_second=5000.0, burst=20_000.0),
    "demo": Rate(per_second=5000.0, burst=20_000.0),
}


class Rates:
    """The buckets of one process."""

    def __init__(
        self,
        rates: Mapping[str, Rate] = RATES,
        others: Rate = OTHERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rates, self._others, self._clock = rates, others, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, name: str, role: str, cost: float = 1.0) -> float:
        """Take `cost` from the caller's bucket: 0, or the seconds until it would do."""
        rate = self._rates.get(role, self._others)
        now = self._clock()
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.clear()
        left, since = self._buckets.get(name, (rate.burst, now))
        left = min(rate.burst, left + (now - since) * rate.per_second)
        if left < min(cost, rate.burst):
            self._buckets[name] = (left, now)
            return (min(cost, rate.burst) - left) / rate.per_second
        self._buckets[name] = (left - cost, now)
        return 0.0
