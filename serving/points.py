"""Points in tenths that add up: rounding without a remainder, and signed text.

>>> apportion([1.26, -0.52, 0.31], 11)
(13, -5, 3)
>>> signed(-123), signed(40), unsigned(6124)
('−12.3', '+4.0', '612.4')
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from features.errors import OurBug

MINUS = "\N{MINUS SIGN}"


def apportion(parts: Sequence[float], total: int) -> tuple[int, ...]:
    """Whole tenths for each of `parts` (points) that sum to `total` exactly.

    Largest remainder: every part is first rounded down to a tenth, then the
    tenths left over go to the parts that lost most, earlier parts first among
    equals. Each result is within one tenth of its part, and none changes sign,
    as long as `total` is within one tenth of the exact sum.

    Raises
    ------
    OurBug
        `total` is further from the exact sum than rounding can explain.
    """
    exact = [10.0 * part for part in parts]
    whole = [math.floor(value) for value in exact]
    left = total - sum(whole)
    if abs(math.fsum(exact) - total) > 1.5:
        raise OurBug(f"{len(parts)} contributions sum to something else than the score")
    lost = [value - floor for value, floor in zip(exact, whole, strict=True)]
    if left >= 0:
        order = sorted(range(len(whole)), key=lambda i: (-lost[i], i))
    else:
        order = sorted(range(len(whole)), key=lambda i: (lost[i], -i))
    if abs(left) > len(whole):
        raise OurBug(f"{left} tenths cannot be shared among {len(whole)} contributions")
    for index in order[: abs(left)]:
        whole[index] += 1 if left > 0 else -1
    return tuple(whole)


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
