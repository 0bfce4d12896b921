"""R01: basic attributes. Weak on purpose: structure is not conduct.

No ownership, sex, age or origin of persons, and no district: where a business
stands is not what it did.
"""

from __future__ import annotations

from features.contracts import Count, DaysSince, Direction, Feature, Latest, Phrase, family
from features.expressions import col
from features.jurisdictions.ningbo.reasons import NOT_CITED

_attribute = family(
    Feature,
    source="registrations",
    group="R01",
    legal_basis="《市场主体登记管理条例》第八条;通用型企业信用风险分类指标体系 企业基础属性信息",
    missing="not registered in Ningbo, or the department left it empty",
)
_reported = family(
    Feature,
    source="annual_reports",
    group="R01",
    legal_basis="《企业信息公示暂行条例》第九条",
    missing="no annual report known, or the figure does not apply to this form",
)

_CLASS = col("industry_class")
# Food making, catering, food retail, drugs and devices, gas, dangerous goods storage.
KEY_SECTOR = (
    ((_CLASS >= 1300) & (_CLASS < 1600))
    | ((_CLASS >= 2700) & (_CLASS < 2800))
    | ((_CLASS >= 5120) & (_CLASS < 5130))
    | ((_CLASS >= 5150) & (_CLASS < 5160))
    | ((_CLASS >= 5220) & (_CLASS < 5230))
    | ((_CLASS >= 5250) & (_CLASS < 5260))
    | ((_CLASS >= 6200) & (_CLASS < 6300))
    | ((_CLASS >= 4510) & (_CLASS < 4520))
    | ((_CLASS >= 5940) & (_CLASS < 5950))
)

FEATURES: tuple[Feature, ...] = (
    _attribute(
        name="business_age_days",
        measure=DaysSince("first"),
        meaning=Phrase("成立至今的天数", "Days since the business was established"),
        direction=Direction.RISK_DOWN,
        unit="days",
        reason="R101",
        positive_reason="R104",
    ),
    _attribute(
        name="key_sector_current",
        measure=Count(),
        where=KEY_SECTOR,
        meaning=Phrase("属食品、药品、燃气、危化等重点监管领域", "In a key sector"),
        direction=Direction.EITHER,
        reason=NOT_CITED,
    ),
    _reported(
        name="paid_in_percent_latest",
        measure=Latest("paid_in_percent"),
        scale=1_000_000,
        meaning=Phrase("最近年报的实缴比例(%)", "Share of capital paid in, latest report (%)"),
        direction=Direction.RISK_DOWN,
        unit="percent",
        reason="R102",
    ),
    _reported(
        name="branches_latest",
        measure=Latest("branches"),
        meaning=Phrase("最近年报的分支机构数", "Branches, latest report"),
        direction=Direction.RISK_UP,
        reason="R103",
    ),
    _reported(
        name="investments_latest",
        measure=Latest("investments"),
        meaning=Phrase("最近年报的对外投资企业数", "Investments, latest report"),
        direction=Direction.RISK_UP,
        reason="R103",
    ),
)
