"""Points in tenths that add up: rounding without a remainder, and signed text.

>>> apportion([1.26, -0.52, 0.31], 11)
(13, -5, 3)
>>> signed(-123), signed(40), unsigned(6124)
('−12.3', '+4.0', '612.4')
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from features.errors import OurBug

MINUS = "\N{MINUS SIGN}"


def apportion(parts: Sequence[float], total: int) -> tuple[int, ...]:
    """Whole tenths for each of `parts` (points) that sum to `total` exactly.

    Largest remainder: every part is first rounded down to a tenth, then the
    tenths left over go to the parts that lost most, earlier parts first among
    equals. Each result is within one tenth of its part, none changes sign and
    nothing stays nothing, as long as `total` is within half a tenth of the sum;
    further off (score and base are both rounded) the sum alone is promised.

    Raises
    ------
    OurBug
        `total` is further from the exact sum than rounding can explain.
    """
    exact = {i: 10.0 * part for i, part in enumerate(parts) if part}
    if abs(math.fsum(exact.values()) - total) > 1.5:
        raise OurBug(f"{len(parts)} contributions sum to something else than the score")
    whole = [0] * len(parts)
    for i, value in exact.items():
        whole[i] = math.floor(value)
    left = total - sum(whole)
    # Only parts that are something share; all of them, should those be too few.
    sharing = exact if abs(left) <= len(exact) else dict.fromkeys(range(len(parts)), 0.0)
    if left >= 0:
        order = sorted((whole[i] - value, i) for i, value in sharing.items())
    else:
        order = sorted((value - whole[i], -i) for i, value in sharing.items())
    if abs(left) > len(order):
        raise OurBug(f"{left} tenths cannot be shared among {len(parts)} contributions")
    for _, i in order[: abs(left)]:
        whole[abs(i)] += 1 if left > 0 else -1
    return tuple(whole)


@lru_cache(maxsize=16_384)
def signed(tenths: int) -> str:
    """Tenths as points with their sign; zero has none."""
    if tenths == 0:
        return "0.0"
    return f"{'+' if tenths > 0 else MINUS}{unsigned(abs(tenths))}"


def unsigned(tenths: int) -> str:
    """Tenths (not negative) as points with one decimal.

    >>> unsigned(7)
    '0.7'
    """
    return f"{tenths // 10}.{tenths % 10}"


def read(points: str) -> int:
    """The tenths that `signed` or `unsigned` wrote.

    >>> read("−12.3"), read("+0.4"), read("612.4")
    (-123, 4, 6124)
    """
    whole, _, tenth = points.lstrip(f"+{MINUS}").partition(".")
    return (-1 if points.startswith(MINUS) else 1) * (10 * int(whole) + int(tenth))
