"""Chicago, and beside it what surrounds each business: for comparison, not for use.

Burglaries, complaints in the street and what was found next door, as of the day
before. Inspectors work by area, so that the neighbours' findings tell who inspects
there; the study shows what that adds to the AUC, and where it vanishes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from features.catalogue import load_catalogue
from features.contracts import (
    Count,
    Days,
    Direction,
    Feature,
    Months,
    Nearby,
    Phrase,
    Share,
    Source,
    family,
)
from features.expressions import col

_CHICAGO = load_catalogue(
    str(Path(__file__).resolve().parents[2] / "cities" / "chicago")
).jurisdiction
_INSPECTIONS = _CHICAGO.source("inspections")

NEXT_DOOR = Source(
    name="inspections_nearby",
    department=_INSPECTIONS.department,
    title=Phrase("周边场所的例行检查", "Routine inspections nearby"),
    legal_basis=_INSPECTIONS.legal_basis,
    files=_INSPECTIONS.files,
    key=_INSPECTIONS.key,
    subject=Nearby("latitude", "longitude", radius_m=500),
    dates=_INSPECTIONS.dates,
    columns=tuple(
        _INSPECTIONS.column(name)
        for name in ("inspection_id", "inspected_on", "latitude", "longitude", "critical_count")
    ),
)
_ELSEWHERE = col("distance_m") >= 20  # nearer is the business itself or its own building
_near = family(
    Feature,
    measure=Count(),
    group="R02",
    direction=Direction.EITHER,
    missing="never missing",
    reason="R901",
    legal_basis="for comparison in a study only",
)

SURROUNDINGS: tuple[Feature, ...] = (
    *(
        _near(
            name=f"{name}_within_{radius}m_count_{days}d",
            source=source,
            where=col("distance_m") <= radius,
            window=Days(days),
            meaning=Phrase(f"近{days}天{radius}米内{zh}", f"{en} within {radius} m, {days} days"),
        )
        for name, source, zh, en in (
            ("burglary", "burglaries", "入室盗窃", "Burglaries"),
            ("sanitation", "sanitation_complaints", "环境卫生投诉", "Sanitation complaints"),
        )
        for radius in (250, 500)
        for days in (90, 365)
    ),
    *(
        _near(
            name=f"nearby_critical_share_{months}m",
            source="inspections_nearby",
            measure=Share(col("critical_count") >= 1),
            where=_ELSEWHERE,
            window=Months(months),
            unit="share",
            missing="nobody was inspected nearby",
            meaning=Phrase(
                f"近{months}个月500米内检查有严重问题的比例",
                f"Inspections nearby with a critical item, {months} months",
            ),
        )
        for months in (3, 12)
    ),
)

JURISDICTION = replace(
    _CHICAGO,
    sources=(*_CHICAGO.sources, NEXT_DOOR),
    features=(*_CHICAGO.features, *SURROUNDINGS),
)
