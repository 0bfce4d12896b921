"""R03: what routine inspections of the premises found before."""

from __future__ import annotations

from features.contracts import (
    Count,
    DaysSince,
    Direction,
    Feature,
    Latest,
    Max,
    Mean,
    Months,
    Phrase,
    Share,
    Sum,
    family,
)

from ..reasons import NOT_CITED
from ..sources import inspections as sheet

_found = family(
    Feature,
    source="inspections",
    group="R03",
    direction=Direction.RISK_UP,
    missing="no routine inspection yet",
    legal_basis="Municipal Code of Chicago 7-38; 77 Illinois Administrative Code 750",
)
_recent = family(_found, window=Months(36))
_last = family(_found, unit="count")

_HISTORY = (
    _recent(
        name="critical_inspection_count_36m",
        measure=Count(),
        where=sheet.CRITICAL,
        meaning=Phrase(
            "近36个月有严重(critical)问题的检查次数", "Inspections with a critical item"
        ),
        reason="R301",
    ),
    _recent(
        name="critical_inspection_share_36m",
        measure=Share(sheet.CRITICAL),
        unit="share",
        meaning=Phrase(
            "近36个月有严重(critical)问题的检查比例", "Share of inspections with a critical item"
        ),
        reason="R302",
        positive_reason="R321",
    ),
    _recent(
        name="serious_item_count_36m",
        measure=Sum("serious_count"),
        meaning=Phrase("近36个月较重(serious)问题项数", "Serious items found"),
        reason="R303",
    ),
    _recent(
        name="serious_item_mean_36m",
        measure=Mean("serious_count"),
        meaning=Phrase("近36个月平均每次较重问题项数", "Serious items an inspection"),
        reason="R303",
    ),
    _recent(
        name="minor_item_mean_36m",
        measure=Mean("minor_count"),
        meaning=Phrase("近36个月平均每次一般(minor)问题项数", "Minor items an inspection"),
        reason="R304",
        positive_reason="R322",
    ),
    _recent(
        name="minor_item_max_36m",
        measure=Max("minor_count"),
        meaning=Phrase("近36个月单次一般问题最多项数", "Most minor items in one inspection"),
        reason="R304",
    ),
    _recent(
        name="failed_count_36m",
        measure=Count(),
        where=sheet.FAILED,
        meaning=Phrase("近36个月检查不合格次数", "Inspections failed"),
        reason="R305",
    ),
    _recent(
        name="failed_share_36m",
        measure=Share(sheet.FAILED),
        unit="share",
        meaning=Phrase("近36个月检查不合格比例", "Share of inspections failed"),
        reason="R306",
    ),
    _recent(
        name="conditional_pass_count_36m",
        measure=Count(),
        where=sheet.CONDITIONAL,
        meaning=Phrase("近36个月当场整改后合格次数", "Passes after correction on the spot"),
        reason="R307",
    ),
)

_LATEST = (
    *(
        _last(
            name=f"{severity}_item_count_last",
            measure=Latest(f"{severity}_count"),
            meaning=Phrase(f"最近一次检查{zh}问题项数", f"{en} items at the last inspection"),
            reason=code,
        )
        for severity, zh, en, code in (
            ("critical", "严重", "Critical", "R308"),
            ("serious", "较重", "Serious", "R309"),
            ("minor", "一般", "Minor", "R310"),
        )
    ),
    _last(
        name="failed_last",
        measure=Latest("failed"),
        meaning=Phrase("最近一次检查不合格", "The last inspection was failed"),
        reason="R305",
    ),
    _found(
        name="routine_inspection_days_since",
        measure=DaysSince(),
        direction=Direction.EITHER,
        unit="days",
        meaning=Phrase("距最近一次例行检查的天数", "Days since the last routine inspection"),
        reason="R311",
    ),
    _found(
        name="critical_inspection_days_since",
        measure=DaysSince(),
        where=sheet.CRITICAL,
        direction=Direction.RISK_DOWN,
        missing="no critical item was ever found",
        unit="days",
        meaning=Phrase("距最近一次发现严重问题的天数", "Days since a critical item was found"),
        reason="R312",
    ),
    _found(
        name="failed_days_since",
        measure=DaysSince(),
        where=sheet.FAILED,
        direction=Direction.RISK_DOWN,
        missing="no inspection was ever failed",
        unit="days",
        meaning=Phrase("距最近一次检查不合格的天数", "Days since an inspection was failed"),
        reason="R313",
    ),
)

_ITEMS = tuple(
    _recent(
        name=f"{kind}_inspection_share_36m",
        measure=Share(condition),
        unit="share",
        meaning=Phrase(f"近36个月发现{zh}问题的检查比例", f"Share of inspections with {en}"),
        reason=code,
    )
    for kind, condition, zh, en, code in (
        ("temperature", sheet.TEMPERATURE, "食品温度", "wrong food temperature", "R314"),
        ("hygiene", sheet.HYGIENE, "洗手消毒", "hand washing or sanitising not in order", "R315"),
        ("pest", sheet.PESTS, "虫鼠害", "signs of pests", "R316"),
        ("equipment", sheet.EQUIPMENT, "设备", "equipment not in order", "R317"),
        ("premises", sheet.PREMISES, "场所", "floors, walls or lighting not in order", "R318"),
    )
)

_KIND = (
    _found(
        name="risk_category_last",
        measure=Latest("risk_category"),
        unit="code",
        meaning=Phrase("最近一次检查时的风险类别", "Risk category at the last inspection"),
        reason=NOT_CITED,
    ),
    _recent(
        name="restaurant_inspection_share_36m",
        measure=Share(sheet.RESTAURANT),
        direction=Direction.EITHER,
        unit="share",
        meaning=Phrase("近36个月按餐馆检查的比例", "Share of inspections as a restaurant"),
        reason=NOT_CITED,
    ),
)

FEATURES: tuple[Feature, ...] = (*_HISTORY, *_LATEST, *_ITEMS, *_KIND)
