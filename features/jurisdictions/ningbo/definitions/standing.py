"""R02: permits, insured staff, equity, insolvency, intellectual property."""

from __future__ import annotations

from features.contracts import Count, DaysUntil, Direction, Feature, Latest, Months, Phrase, family
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

_HELD = col("released_on").is_null()

FEATURES: tuple[Feature, ...] = (
    _permit(
        name="permit_days_until_expiry",
        measure=DaysUntil("valid_until_on"),
        where=col("status").equals("有效"),
        unit="days",
        meaning=Phrase("最晚到期许可距到期的天数", "Days until the last valid permit expires"),
        direction=Direction.RISK_DOWN,
        reason="R205",
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
    Feature(
        name="ip_rights_current_count",
        source="ip_rights",
        measure=Count(),
        meaning=Phrase("有效注册商标与专利数", "Valid trademarks and patents"),
        direction=Direction.RISK_DOWN,
        missing="none held",
        group="R02",
        reason=NOT_CITED,
        positive_reason="R215",
        legal_basis="全国公共信用信息基础目录(2024 年版) 知识产权信息",
    ),
)
