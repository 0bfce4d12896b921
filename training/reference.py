"""Pin the businesses just inside each better tier that decisions are compared with.

Principal reasons answer "why not the better tier?", so the comparison is with
those who are barely in it, not with the average of all.
"""

from __future__ import annotations

import numpy as np

from serving.manifest import TIERS, Tier, TierCuts
from training.arrays import Ints

_BAND = 0.02  # of a tier's businesses stand "just inside" it


def just_inside(tenths: Ints, cuts: TierCuts, most: int) -> dict[Tier, Ints]:
    """Positions of the businesses barely in A, B and C; a tier without any is left out.

    From the lowest 2 % of a tier's scores (at least `most` businesses), `most`
    are taken at even distances in the order of their scores.

    Parameters
    ----------
    tenths
        ``(n,)`` scores of the businesses open on the latest as-of date.

    Examples
    --------
    >>> cuts = TierCuts(A=80, B=20, C=5)
    >>> chosen = just_inside(np.arange(100), cuts, most=2)
    >>> {tier: rows.tolist() for tier, rows in chosen.items()}
    {'A': [80, 81], 'B': [20, 21], 'C': [5, 6]}
    """
    chosen: dict[Tier, Ints] = {}
    ceiling = np.inf
    for tier in TIERS[:3]:
        lowest = getattr(cuts, tier)
        members = np.flatnonzero((tenths >= lowest) & (tenths < ceiling))
        ceiling = lowest
        if len(members) == 0:
            continue
        ordered = members[np.argsort(tenths[members], kind="stable")]
        band = ordered[: max(most, round(_BAND * len(members)))]
        places = np.linspace(0, len(band) - 1, min(most, len(band))).round().astype(np.int64)
        chosen[tier] = band[places]
    return chosen
