"""R03: inspections of culture and publishing before."""

from __future__ import annotations

from features.contracts import (
    Count,
    DaysSince,
    Direction,
    Feature,
    Latest,
    Months,
    Phrase,
    Share,
    family,
)

from ..reasons import NOT_CITED
from ..sources import inspections as visits

_visit = family(
    Feature,
    source="inspections",
    group="R03",
    direction=Direction.RISK_UP,
    missing="no inspection yet",
    legal_basis="《文化市场综合行政执法管理办法》",
)
_recent = family(_visit, window=Months(24))

FEATURES: tuple[Feature, ...] = (
    _recent(
        name="failed_count_24m",
        measure=Count(),
        where=visits.FAILED,
        meaning=Phrase("近24个月检查不合格次数", "Inspections failed"),
        reason="R301",
    ),
    _recent(
        name="failed_share_24m",
        measure=Share(visits.FAILED),
        unit="share",
        meaning=Phrase("近24个月检查不合格比例", "Share of inspections failed"),
        reason="R302",
    ),
    _visit(
        name="failed_last",
        measure=Latest("result"),
        unit="code",
        meaning=Phrase("最近一次检查的结果", "Result of the last inspection"),
        reason="R303",
    ),
    _visit(
        name="failed_days_since",
        measure=DaysSince(),
        where=visits.FAILED,
        direction=Direction.RISK_DOWN,
        missing="no inspection was ever failed",
        unit="days",
        meaning=Phrase("距最近一次检查不合格的天数", "Days since an inspection was failed"),
        reason="R304",
    ),
    *(
        _visit(
            name=f"inspection_count_{months}m",
            measure=Count(),
            window=Months(months),
            direction=Direction.EITHER,
            meaning=Phrase(f"近{months}个月检查次数", "Inspections"),
            reason="R305",
        )
        for months in (3, 12)
    ),
    _visit(
        name="inspection_days_since",
        measure=DaysSince(),
        direction=Direction.EITHER,
        unit="days",
        meaning=Phrase("距最近一次检查的天数", "Days since the last inspection"),
        reason="R306",
    ),
    _recent(
        name="special_share_24m",
        measure=Share(visits.SPECIAL),
        direction=Direction.EITHER,
        unit="share",
        meaning=Phrase("近24个月专项检查比例", "Share of special inspections"),
        reason=NOT_CITED,
    ),
    _recent(
        name="routine_share_24m",
        measure=Share(visits.ROUTINE),
        direction=Direction.EITHER,
        unit="share",
        meaning=Phrase("近24个月日常检查比例", "Share of routine inspections"),
        reason=NOT_CITED,
    ),
)
