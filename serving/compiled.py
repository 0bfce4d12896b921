"""Compilation of the inner loops, by Numba, without needing a place to keep the result.

Machine code is kept beside the sources (or in ``NUMBA_CACHE_DIR``) so that only
the first process compiles. Where neither place can be written the loops are
compiled anew in each process: slower to start, never a failure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(function: Loop) -> Loop:
    """`function` as machine code that holds no lock, sums in the written order, and is cached."""
    try:
        return cast("Loop", njit(cache=True, nogil=True, error_model="numpy")(function))
    except (RuntimeError, OSError):  # no writable place for the cache
        return cast("Loop", njit(nogil=True, error_model="numpy")(function))


def inlined(function: Loop) -> Loop:
    """`function` as a part of the compiled loops that call it."""
    return cast("Loop", njit(nogil=True, inline="always", error_model="numpy")(function))
