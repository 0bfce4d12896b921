"""R02: tax credit and arrears.

Amounts are used for enterprises only. Without written consent no tax amount of
a natural person, sole traders included, may enter a credit record
(浙江省公共信用信息管理条例第十四条).
"""

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
from features.jurisdictions.ningbo.reasons import NOT_CITED

_grade = family(
    Feature,
    source="tax_grades",
    group="R02",
    legal_basis="《纳税缴费信用管理办法》;指标体系 纳税社保",
    missing="not graded: new, or a sole trader that did not opt in",
)
_arrears = family(
    Feature,
    source="tax_arrears",
    group="R02",
    legal_basis="《税收征收管理法》第四十五条",
    missing="no arrears were ever announced",
    direction=Direction.RISK_UP,
    reason="R209",
)

_CURRENT = col("cleared_on").is_null()

FEATURES: tuple[Feature, ...] = (
    _grade(
        name="tax_grade_latest",
        measure=Latest("grade"),
        meaning=Phrase("最近一次纳税信用等级", "Latest tax-credit grade"),
        direction=Direction.RISK_UP,
        unit="code",
        reason="R208",
    ),
    _grade(
        name="tax_grade_a_36m",
        measure=Count(),
        where=col("grade").equals("A"),
        window=Months(36),
        meaning=Phrase("近36个月评为A级次数", "Times graded A in 36 months"),
        direction=Direction.RISK_DOWN,
        reason=NOT_CITED,
        positive_reason="R214",
    ),
    _grade(
        name="tax_grade_cd_36m",
        measure=Count(),
        where=col("grade").isin("C", "D"),
        window=Months(36),
        meaning=Phrase("近36个月评为C或D级次数", "Times graded C or D in 36 months"),
        direction=Direction.RISK_UP,
        reason="R223",
    ),
    _grade(
        name="tax_grade_cd_days_since",
        measure=DaysSince(),
        where=col("grade").isin("C", "D"),
        meaning=Phrase("距最近一次评为C或D级的天数", "Days since it was last graded C or D"),
        direction=Direction.RISK_DOWN,
        missing="never graded C or D",
        unit="days",
        reason="R240",
    ),
    _arrears(
        name="tax_arrears_current_count",
        measure=Count(),
        where=_CURRENT & col("kind").equals("欠税"),
        meaning=Phrase("当前未缴清的欠税公告数", "Arrears announced and not cleared"),
    ),
    _arrears(
        name="tax_arrears_current_yuan",
        measure=Sum("amount_fen"),
        where=_CURRENT & col("kind").equals("欠税") & col("taxpayer").equals("单位纳税人"),
        unit="yuan",
        scale=100,
        meaning=Phrase("当前欠税余额(仅单位纳税人)", "Arrears not cleared (enterprises only)"),
        reason="R225",
    ),
    _arrears(
        name="tax_arrears_count_36m",
        measure=Count(),
        where=col("kind").equals("欠税"),
        window=Months(36),
        meaning=Phrase("近36个月欠税公告次数", "Arrears announced in 36 months"),
        reason="R226",
    ),
    _arrears(
        name="abnormal_taxpayer_current",
        measure=Count(),
        where=_CURRENT & col("kind").equals("非正常户"),
        meaning=Phrase("当前为税务非正常户", "Abnormal taxpayer now"),
        reason="R224",
    ),
    _arrears(
        name="abnormal_taxpayer_count_36m",
        measure=Count(),
        where=col("kind").equals("非正常户"),
        window=Months(36),
        meaning=Phrase("近36个月被认定为非正常户次数", "Times an abnormal taxpayer in 36 months"),
        reason="R241",
    ),
    Feature(
        name="tax_arrears_days_since",
        source="tax_arrears",
        measure=DaysSince(),
        meaning=Phrase("距最近一次欠税公告的天数", "Days since arrears were last announced"),
        direction=Direction.RISK_DOWN,
        missing="no arrears were ever announced",
        group="R02",
        reason="R228",
        unit="days",
        legal_basis="《税收征收管理法》第四十五条",
    ),
)
