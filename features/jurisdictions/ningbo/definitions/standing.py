"""R02: permits, insured staff, equity, insolvency, intellectual property."""

from __future__ import annotations

from features.contracts import (
    Count,
    DaysUntil,
    Direction,
    Feature,
    Latest,
    Max,
    Months,
    Phrase,
    family,
)
from features.expressions import col
from features.jurisdictions.ningbo.reasons import NOT_CITED

_permit = family(
    Feature,
    source="permits",
    group="R02",
    legal_basis="《行政许可法》第五十条;指标体系 许可事项",
    missing="no permit known; the trade may need none",
)
_staff = family(
    Feature,
    source="insured_staff",
    group="R02",
    legal_basis="《社会保险法》第六十条;指标体系 纳税社保",
    missing="no insured staff known; sole traders need none",
    reason="R210",
)
_equity = family(
    Feature,
    source="equity",
    group="R02",
    measure=Count(),
    legal_basis="《企业信息公示暂行条例》第十条;指标体系 股权出质、冻结",
    missing="never frozen or pledged",
    direction=Direction.RISK_UP,
    reason="R211",
)
_case = family(
    Feature,
    source="insolvency",
    group="R02",
    measure=Count(),
    legal_basis="《企业破产法》",
    missing="no bankruptcy case",
)

_right = family(
    Feature,
    source="ip_rights",
    group="R02",
    measure=Count(),
    direction=Direction.RISK_DOWN,
    missing="none held",
    reason=NOT_CITED,
    positive_reason="R215",
    legal_basis="全国公共信用信息基础目录(2024 年版) 知识产权信息",
)

_HELD = col("released_on").is_null()
_VALID = col("status").equals("有效")
_FOOD_PERMITS = ("食品经营许可证", "食品生产许可证")
# A fifth fewer insured than a year before, in stored millionths of a percent.
_FELL = col("change_percent") <= -20_000_000

FEATURES: tuple[Feature, ...] = (
    _permit(
        name="permit_days_until_expiry",
        measure=DaysUntil("valid_until_on"),
        where=_VALID,
        unit="days",
        meaning=Phrase("最晚到期许可距到期的天数", "Days until the last valid permit expires"),
        direction=Direction.RISK_DOWN,
        reason="R205",
    ),
    _permit(
        name="food_permit_days_until_expiry",
        measure=DaysUntil("valid_until_on"),
        where=_VALID & col("certificate").isin(*_FOOD_PERMITS),
        unit="days",
        meaning=Phrase("食品许可距到期的天数", "Days until the food permit expires"),
        direction=Direction.RISK_DOWN,
        missing="no food permit known; the trade may need none",
        reason="R205",
    ),
    _permit(
        name="permits_current_count",
        measure=Count(),
        where=_VALID,
        meaning=Phrase("当前有效许可数", "Valid permits now"),
        direction=Direction.EITHER,
        reason=NOT_CITED,
    ),
    _permit(
        name="special_equipment_registered_count",
        measure=Count(),
        where=_VALID & col("certificate").equals("特种设备使用登记"),
        meaning=Phrase("当前登记使用的特种设备数", "Special equipment registered in use"),
        direction=Direction.EITHER,
        reason=NOT_CITED,
    ),
    _permit(
        name="permit_withdrawn_count_36m",
        measure=Count(),
        where=col("status").isin("撤销", "吊销"),
        window=Months(36),
        meaning=Phrase("近36个月取得后被撤销或吊销的许可数", "Permits withdrawn, 36 months"),
        direction=Direction.RISK_UP,
        reason="R229",
    ),
    _staff(
        name="insured_change_percent_latest",
        measure=Latest("change_percent"),
        scale=1_000_000,
        unit="percent",
        meaning=Phrase("参保人数同比增减(%)", "Insured staff against a year before (%)"),
        direction=Direction.RISK_DOWN,
    ),
    _staff(
        name="insured_staff_latest",
        measure=Latest("insured"),
        meaning=Phrase("最近一季参保人数", "Insured staff, latest quarter"),
        direction=Direction.EITHER,
        reason=NOT_CITED,
    ),
    _staff(
        name="insured_fall_quarters_12m",
        measure=Count(),
        where=_FELL,
        window=Months(12),
        meaning=Phrase(
            "近12个月参保人数同比下降两成以上的季度",
            "Quarters with a fifth fewer insured staff, 12 months",
        ),
        direction=Direction.RISK_UP,
        reason="R234",
    ),
    _staff(
        name="insurance_months_owed_latest",
        measure=Latest("months_owed"),
        meaning=Phrase("最近一季社会保险欠缴月数", "Months of social insurance owed, latest"),
        direction=Direction.RISK_UP,
        reason="R219",
    ),
    _staff(
        name="insurance_owed_quarters_12m",
        measure=Count(),
        where=col("months_owed") >= 1,
        window=Months(12),
        meaning=Phrase("近12个月存在欠缴的季度数", "Quarters with insurance owed, 12 months"),
        direction=Direction.RISK_UP,
        reason="R227",
    ),
    _equity(
        name="equity_frozen_current_count",
        where=_HELD & col("kind").equals("冻结"),
        meaning=Phrase("当前股权冻结数", "Equity freezes now"),
    ),
    _equity(
        name="equity_pledged_current_count",
        where=_HELD & col("kind").equals("出质"),
        meaning=Phrase("当前股权出质数", "Equity pledges now"),
        reason="R230",
    ),
    _equity(
        name="equity_frozen_count_36m",
        where=col("kind").equals("冻结"),
        window=Months(36),
        meaning=Phrase("近36个月股权冻结次数", "Equity freezes in 36 months"),
        reason="R235",
    ),
    _equity(
        name="equity_pledged_percent_max_36m",
        measure=Max("percent"),
        where=col("kind").equals("出质"),
        window=Months(36),
        unit="percent",
        scale=1_000_000,
        meaning=Phrase(
            "近36个月单笔股权出质最高比例(%)", "Largest pledge of equity, 36 months (%)"
        ),
        reason="R236",
    ),
    _case(
        name="insolvency_current_count",
        where=col("stage").isin("受理", "重整", "宣告破产"),
        meaning=Phrase("当前破产或清算案件数", "Bankruptcy cases now"),
        direction=Direction.RISK_UP,
        reason="R212",
    ),
    _case(
        name="reorganisation_approved_current",
        where=col("stage").equals("重整计划批准"),
        meaning=Phrase("重整计划已获法院批准", "Reorganisation plan approved by the court"),
        direction=Direction.EITHER,
        reason=NOT_CITED,
    ),
    _right(
        name="ip_rights_current_count",
        meaning=Phrase("有效注册商标与专利数", "Valid trademarks and patents"),
    ),
    _right(
        name="trademarks_current_count",
        where=col("kind").equals("商标"),
        meaning=Phrase("有效注册商标数", "Valid trademarks"),
        positive_reason="R238",
    ),
    _right(
        name="patents_current_count",
        where=col("kind").equals("专利"),
        meaning=Phrase("有效授权专利数", "Valid patents"),
        positive_reason="R239",
    ),
)
