"""Which segment each row belongs to, as its business was known on the row's day."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa

from features.catalogue import Catalogue
from features.contracts import Segment
from features.judging_faults import AGE
from features.snapshot import Snapshot
from training.arrays import Floats, Ints, Texts
from training.query import arrow

UNKNOWN = "unknown"
_OTHERS = "others"
_DAYS_A_YEAR = 365.25


def segments_of(
    catalogue: Catalogue, snapshot: Snapshot, entity_id: Texts, as_of_day: Ints, X: Floats
) -> dict[str, Texts]:
    """Segment → ``(n,)`` the group of each row; empty where none is declared.

    Parameters
    ----------
    X
        ``(n, n_features)`` in catalogue order.
    """
    declared = catalogue.jurisdiction.segments
    if not declared:
        return {}
    profile = profiles_on(snapshot, entity_id, as_of_day)
    columns = {feature.name: place for place, feature in enumerate(catalogue.jurisdiction.features)}
    groups = {}
    for segment in declared:
        if segment.by in columns:
            groups[segment.name] = banded(segment, X[:, columns[segment.by]])
        elif segment.by == AGE:
            born = np.array([np.nan if d is None else d for d in profile["established_day"]])
            groups[segment.name] = banded(segment, (as_of_day - born) / _DAYS_A_YEAR)
        else:
            codes = np.array([code or UNKNOWN for code in profile[segment.by]], dtype=np.str_)
            groups[segment.name] = _apart(segment, codes)
    return groups


def profiles_on(
    snapshot: Snapshot, entity_id: Texts, day: Ints
) -> Mapping[str, list[str | int | None]]:
    """District, sector, form and established_day of each row's business on its day."""
    asked = pa.table(
        {
            "place": pa.array(np.arange(len(day)), pa.int64()),
            "entity_id": pa.array(entity_id.tolist(), pa.string()),
            "day": pa.array(day, pa.int32()),
        }
    )
    table = arrow(
        """
        SELECT p.district, p.sector, p.form, p.established_day
        FROM asked AS a ASOF LEFT JOIN read_parquet($profiles) AS p
            ON p.entity_id = a.entity_id AND p.from_day <= a.day
        ORDER BY a.place
        """,
        {"profiles": str(snapshot.profiles)},
        asked=asked,
    )
    return {name: table[name].to_pylist() for name in table.column_names}


def banded(segment: Segment, values: Floats) -> Texts:
    """The band of each value ``(n,)``; `UNKNOWN` where it is missing.

    >>> from features.contracts import Phrase
    >>> size = Segment("size", Phrase("规模", "Size"), by="staff", edges=(1, 10))
    >>> banded(size, np.array([0.0, 1.0, 9.0, 10.0, np.nan])).tolist()
    ['below 1', '1 to 10', '1 to 10', 'from 10', 'unknown']
    """
    named = [f"{band.zh} {band.en}" for band in segment.bands] or _bands(segment.edges)
    words = np.array([*named, UNKNOWN], dtype=np.str_)
    band = np.searchsorted(np.array(segment.edges), values, side="right")
    named_bands: Texts = words[np.where(np.isnan(values), len(named), band)]
    return named_bands


def _bands(edges: tuple[float, ...]) -> list[str]:
    between = [f"{a:g} to {b:g}" for a, b in pairwise(edges)]
    return [f"below {edges[0]:g}", *between, f"from {edges[-1]:g}"]


def _apart(segment: Segment, codes: Texts) -> Texts:
    if not segment.apart:
        return codes
    kept = np.isin(codes, [*segment.apart, UNKNOWN])
    return np.where(kept, codes, _OTHERS)
