"""Pin the businesses just inside each better tier that decisions are compared with.

Principal reasons answer "why not the better tier?", so the comparison is with
those who are barely in it, not with the average of all; and with those of the
same sector where enough of them are, because a bakery's ordinary month is not a
shipyard's.
"""

from __future__ import annotations

import numpy as np

from features.builder import Matrix
from features.snapshot import Snapshot
from serving.decision.content import ReferenceKey
from serving.manifest import TIERS, TierCuts
from training.arrays import Bools, Ints, Texts
from training.query import arrow

_BAND = 0.02  # of a tier's businesses stand "just inside" it
_SECTOR_BAND = 0.10  # a sector's own are looked for among so many of the tier's lowest


def just_inside(
    tenths: Ints, cuts: TierCuts, most: int, sectors: Texts
) -> dict[ReferenceKey, Ints]:
    """Positions of the businesses barely in A, B and C; a tier without any is left out.

    Of all sectors together: from the lowest 2 % of a tier's scores (at least `most`
    businesses), `most` are taken at even distances in the order of their scores. Of
    one sector: likewise from the lowest 2 % of its own, when `most` of them stand
    within the tier's lowest 10 %; a sector with fewer is compared with all.

    Parameters
    ----------
    tenths
        ``(n,)`` scores of the businesses open on the latest as-of date.
    sectors
        ``(n,)`` sector of each, empty where it is not registered.

    Examples
    --------
    >>> cuts = TierCuts(A=80, B=20, C=5)
    >>> chosen = just_inside(np.arange(100), cuts, 2, np.array(["H"] * 22 + ["F"] * 78))
    >>> {key: rows.tolist() for key, rows in chosen.items() if key[0] == "B"}
    {('B', None): [20, 21], ('B', 'F'): [22, 23], ('B', 'H'): [20, 21]}
    """
    chosen: dict[ReferenceKey, Ints] = {}
    ceiling = np.inf
    for tier in TIERS[:3]:
        lowest = getattr(cuts, tier)
        members = np.flatnonzero((tenths >= lowest) & (tenths < ceiling))
        ceiling = lowest
        if len(members) == 0:
            continue
        ordered = members[np.argsort(tenths[members], kind="stable")]
        chosen[tier, None] = _spread(ordered, most)
        near = np.zeros(len(tenths), dtype=np.bool_)
        near[ordered[: round(_SECTOR_BAND * len(ordered))]] = True
        for sector in np.unique(sectors[ordered]).tolist():
            own = ordered[sectors[ordered] == sector]
            if sector and _enough(near[own], most):
                chosen[tier, sector] = _spread(own, most)
    return chosen


def _enough(near: Bools, most: int) -> bool:
    """Whether all that `_spread` may take of a sector's own stand near the boundary."""
    return len(near) >= most and bool(near[: max(most, round(_BAND * len(near)))].all())


def _spread(ordered: Ints, most: int) -> Ints:
    """`most` of the lowest 2 % at even distances."""
    band = ordered[: max(most, round(_BAND * len(ordered)))]
    places = np.linspace(0, len(band) - 1, min(most, len(band))).round().astype(np.int64)
    return band[places]


def sectors_of(snapshot: Snapshot, population: Matrix) -> Texts:
    """``(n,)`` the sector of each row's business on the row's day; empty where unknown."""
    table = arrow(
        """
        SELECT COALESCE(p.sector, '') AS sector
        FROM read_parquet($matrix) m ASOF LEFT JOIN read_parquet($profiles) p
            ON p.entity_id = m.entity_id AND p.from_day <= m.as_of_day
        ORDER BY m.row_id
        """,
        {"matrix": str(population.path), "profiles": str(snapshot.profiles)},
    )
    return np.array(table["sector"].to_pylist(), dtype=np.str_)
