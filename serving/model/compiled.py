"""Compilation of the inner loops, by Numba, without needing a place to keep the result.

Machine code is kept beside the sources (or in ``NUMBA_CACHE_DIR``) so that only
the first process compiles. Where neither place can be written the loops are
compiled anew in each process: slower to start, never a failure.

Numba takes kept code for valid while the function's own file is unchanged, though
the code also depends on the loops it calls and on the tuples it is given. Here
kept code is valid while none of the package's loops and tuples have changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., Any])

# Every module that has a compiled loop, or a tuple or constant that one reads.
SOURCES = (
    *("between", "bins", "compiled", "layout", "leaf_groups", "look_up", "many_rows"),
    *("node_rule", "pattern_tables", "tree_reader", "trees"),
)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return digest.hexdigest()[:12]


FINGERPRINT = _fingerprint()


def compiled(function: Loop) -> Loop:
    """`function` as machine code that holds no lock, sums in the written order, and is cached."""
    # Numba keeps the code under this name.
    function.__qualname__ = f"{function.__qualname__}_{FINGERPRINT}"
    try:
        return cast("Loop", njit(cache=True, nogil=True, error_model="numpy")(function))
    except (RuntimeError, OSError):  # no writable place for the cache
        return cast("Loop", njit(nogil=True, error_model="numpy")(function))


def inlined(function: Loop) -> Loop:
    """`function` as a part of the compiled loops that call it."""
    return cast("Loop", njit(nogil=True, inline="always", error_model="numpy")(function))
