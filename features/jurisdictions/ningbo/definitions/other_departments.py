"""R03: what labour, environment, customs, emergency and IP authorities found."""

from __future__ import annotations

from features.contracts import (
    Count,
    DaysSince,
    Direction,
    Feature,
    Latest,
    Months,
    Phrase,
    Sum,
    family,
)
from features.expressions import col
from features.jurisdictions.ningbo.sources.accidents import CONFIRMED
from features.jurisdictions.ningbo.sources.ip_rulings import INFRINGED

_accident = family(
    Feature,
    source="accidents",
    group="R03",
    measure=Count(),
    window=Months(36),
    legal_basis="《生产安全事故报告和调查处理条例》第三条",
    missing="no accident with confirmed responsibility",
    direction=Direction.RISK_UP,
    reason="R337",
)
_wages = family(
    Feature,
    source="wage_arrears",
    group="R03",
    legal_basis="《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》",
    missing="never listed",
    direction=Direction.RISK_UP,
    reason="R314",
    where=col("delisted_on").is_null(),
)
_customs = family(
    Feature,
    source="customs_status",
    group="R03",
    legal_basis="《海关注册登记和备案企业信用管理办法》",
    missing="not registered with customs",
)

FEATURES: tuple[Feature, ...] = (
    _wages(
        name="wage_arrears_current_count",
        measure=Count(),
        meaning=Phrase("当前列入拖欠农民工工资名单", "On the wage-arrears list now"),
    ),
    _wages(
        name="wage_arrears_current_yuan",
        measure=Sum("amount_fen"),
        unit="yuan",
        scale=100,
        meaning=Phrase("当前名单所列拖欠金额", "Wages owed, as listed now"),
        reason="R342",
    ),
    _wages(
        name="wage_arrears_count_36m",
        measure=Count(),
        where=None,
        window=Months(36),
        meaning=Phrase(
            "近36个月列入拖欠工资名单次数", "Entries on the wage-arrears list, 36 months"
        ),
        reason="R364",
    ),
    Feature(
        name="environment_grade_latest",
        source="environment_grades",
        measure=Latest("grade"),
        meaning=Phrase("最近一次环境信用评价等级", "Latest environmental credit level"),
        direction=Direction.RISK_UP,
        missing="not rated",
        group="R03",
        reason="R315",
        unit="code",
        legal_basis="《企业环境信用评价办法(试行)》",
    ),
    _customs(
        name="customs_status_latest",
        measure=Latest("status"),
        meaning=Phrase("最近一次海关信用等级", "Latest customs credit status"),
        direction=Direction.RISK_UP,
        unit="code",
        reason="R316",
        positive_reason="R320",
    ),
    _accident(
        name="accident_count_36m",
        where=CONFIRMED,
        meaning=Phrase(
            "近36个月已认定责任的事故数", "Accidents with confirmed responsibility, 36 months"
        ),
    ),
    _accident(
        name="accident_major_count_36m",
        where=CONFIRMED & col("grade").isin("较大事故", "重大事故", "特别重大事故"),
        meaning=Phrase("近36个月已认定责任的较大以上事故数", "Larger accidents, 36 months"),
    ),
    _accident(
        name="accident_days_since",
        measure=DaysSince(),
        where=CONFIRMED,
        window=None,
        direction=Direction.RISK_DOWN,
        unit="days",
        meaning=Phrase("距最近一次已认定责任事故的天数", "Days since the last such accident"),
        reason="R363",
    ),
    Feature(
        name="ip_ruling_count_36m",
        source="ip_rulings",
        measure=Count(),
        where=INFRINGED,
        window=Months(36),
        meaning=Phrase("近36个月侵权成立的生效裁决数", "Final infringement rulings, 36 months"),
        direction=Direction.RISK_UP,
        missing="no final ruling",
        group="R03",
        reason="R317",
        legal_basis="《专利法》第六十五条;《商标法》第六十条",
    ),
)
