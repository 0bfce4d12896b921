"""R01: the licence and what else the premises are licensed for. Structure, not conduct."""

from __future__ import annotations

from features.contracts import (
    DaysSince,
    DaysSinceDate,
    DaysUntil,
    Direction,
    Feature,
    Latest,
    Phrase,
    family,
)

from ..reasons import NOT_CITED
from ..sources.licences import HELD_BESIDE

_licence = family(
    Feature,
    source="licences",
    group="R01",
    direction=Direction.EITHER,
    missing="no licence term known (schools and other exempt premises)",
    legal_basis="Municipal Code of Chicago 4-8-010",
    reason=NOT_CITED,
)
_ZH = {
    "on_premises_liquor": "堂饮酒类",
    "tobacco": "烟草零售",
    "package_goods": "瓶装酒零售",
    "outdoor_patio": "户外座位",
    "public_amusement": "公共娱乐",
    "limited_business": "一般经营",
    "childrens_services": "儿童服务",
    "tavern": "酒馆",
    "regulated_business": "特定行业",
    "filling_station": "加油站",
    "caterers_liquor": "宴会酒类",
    "mobile_food": "流动食品",
}

FEATURES: tuple[Feature, ...] = (
    _licence(
        name="licence_age_days",
        measure=DaysSinceDate("first_issued_on"),
        unit="days",
        meaning=Phrase("首次取得许可至今的天数", "Days since the licence was first issued"),
        reason="R101",
    ),
    _licence(
        name="licence_term_days",
        measure=DaysSince(),
        unit="days",
        meaning=Phrase("本期许可开始至今的天数", "Days since the current term began"),
    ),
    _licence(
        name="licence_days_left",
        measure=DaysUntil("term_ends_on"),
        unit="days",
        meaning=Phrase("许可到期剩余天数", "Days until the term ends"),
    ),
    *(
        _licence(
            name=f"licensed_{name}",
            measure=Latest(name),
            unit="code",
            meaning=Phrase(f"另持{_ZH[name]}许可", f"Also licensed for {name.replace('_', ' ')}"),
        )
        for name in HELD_BESIDE
    ),
)
