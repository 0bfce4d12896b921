"""What was worked out and cannot change, kept for the next time, within a bound of memory."""

from __future__ import annotations

from collections.abc import Hashable

MOST_BYTES = 32 * 1024 * 1024
_BESIDE = 512  # bytes that an entry takes beside its content


class Kept:
    """Values by key, the latest used; safe to share between threads.

    Two halves: when the newer one is full, the older is forgotten and they change
    places. What is used from the older one moves over. Two threads at the same moment
    can at worst make an entry be worked out again.

    >>> kept = Kept(most_bytes=2 * (512 + 3))
    >>> for key in "abc":
    ...     kept.put(key, key.upper(), 3)
    ...     _ = kept.get("a")
    >>> kept.get("a"), kept.get("b"), kept.get("c")
    ('A', None, 'C')
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._half = most_bytes // 2
        self._newer: dict[Hashable, tuple[object, int]] = {}
        self._older: dict[Hashable, tuple[object, int]] = {}
        self._bytes = 0

    def get(self, key: Hashable) -> object | None:
        """What is kept under the key, or none."""
        found = self._newer.get(key)
        if found is None:
            found = self._older.get(key)
            if found is None:
                return None
            self.put(key, *found)
        return found[0]

    def put(self, key: Hashable, value: object, size: int) -> None:
        """Keep the value, which takes `size` bytes."""
        if self._bytes >= self._half:
            self._older, self._newer, self._bytes = self._newer, {}, 0
        self._newer[key] = (value, size)
        self._bytes += size + _BESIDE
