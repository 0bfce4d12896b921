"""R05: complaints, what became of them, and honours.

A complaint is a claim: malicious, refused and withdrawn ones never count, and
only those that became cases or proved true speak at full weight.
"""

from __future__ import annotations

from features.contracts import (
    Change,
    Count,
    DaysSince,
    Direction,
    Distinct,
    Feature,
    Growth,
    Months,
    Phrase,
    Share,
    Sum,
    family,
)
from features.expressions import col
from features.jurisdictions.ningbo.reasons import NOT_CITED
from features.jurisdictions.ningbo.sources.complaints import GENUINE

_complaint = family(
    Feature,
    source="complaints",
    group="R05",
    legal_basis="《市场监督管理投诉举报处理暂行办法》;指标体系 投诉举报",
    missing="no genuine complaint",
    direction=Direction.RISK_UP,
    where=GENUINE,
    reason="R501",
)
_honour = family(
    Feature,
    source="honours",
    group="R05",
    measure=Count(),
    legal_basis="全国公共信用信息基础目录(2024 年版) 诚实守信相关荣誉",
    missing="no honour in force",
    direction=Direction.RISK_DOWN,
    reason=NOT_CITED,
)

_MEDIATED = col("result").isin("调解成功", "调解不成", "终止调解")

_COMPLAINTS = (
    *(
        _complaint(
            name=f"complaint_count_{n}m",
            measure=Count(),
            window=Months(n),
            meaning=Phrase(f"近{n}个月投诉举报件数", f"Complaints and reports in {n} months"),
        )
        for n in (1, 3, 12, 36)
    ),
    _complaint(
        name="complaint_count_12m_vs_peers",
        measure=Count(),
        window=Months(12),
        peers=("sector", "district"),
        meaning=Phrase(
            "近12个月投诉举报件数与同行业同区县均值之差",
            "Complaints in 12 months against sector and district",
        ),
    ),
    _complaint(
        name="complaint_change_3m",
        measure=Change(),
        window=Months(3),
        meaning=Phrase("近3个月投诉较前3个月增减", "Complaints, last 3 months minus the 3 before"),
        reason="R502",
    ),
    _complaint(
        name="complaint_growth_3m",
        measure=Growth(),
        window=Months(3),
        unit="share",
        meaning=Phrase(
            "近3个月投诉较前3个月的增长率", "Growth of complaints over the three months before"
        ),
        missing="no complaint in the three months before",
        reason="R512",
    ),
    _complaint(
        name="complaint_change_12m",
        measure=Change(),
        window=Months(12),
        meaning=Phrase(
            "近12个月投诉较前12个月增减", "Complaints, last 12 months minus the 12 before"
        ),
        reason="R502",
    ),
    _complaint(
        name="complaint_settled_share_12m",
        measure=Share(col("result").equals("调解成功")),
        where=GENUINE & _MEDIATED,
        window=Months(12),
        unit="share",
        direction=Direction.RISK_DOWN,
        meaning=Phrase("近12个月投诉调解成功率", "Share of mediations that settled, 12 months"),
        reason="R503",
    ),
    _complaint(
        name="complaint_unsettled_count_12m",
        measure=Count(),
        where=GENUINE & col("result").isin("调解不成", "终止调解"),
        window=Months(12),
        meaning=Phrase("近12个月未能调解的投诉件数", "Complaints not settled in 12 months"),
        reason="R513",
    ),
    _complaint(
        name="complaint_amount_yuan_12m",
        measure=Sum("amount_fen"),
        window=Months(12),
        unit="yuan",
        scale=100,
        meaning=Phrase("近12个月投诉争议金额合计", "Sum in dispute in 12 months"),
        reason="R509",
    ),
    _complaint(
        name="complaint_categories_distinct_12m",
        measure=Distinct("category"),
        window=Months(12),
        meaning=Phrase("近12个月投诉问题类别数", "Kinds of complaint in 12 months"),
        reason="R510",
    ),
    *(
        _complaint(
            name=f"complaint_to_case_count_{n}m",
            measure=Count(),
            where=GENUINE & col("to_case").equals(1),
            window=Months(n),
            meaning=Phrase(
                f"近{n}个月投诉举报转案件数", f"Complaints that became cases, {n} months"
            ),
            reason="R504",
        )
        for n in (12, 36)
    ),
    _complaint(
        name="report_verified_count_36m",
        measure=Count(),
        where=GENUINE & col("result").equals("属实"),
        window=Months(36),
        meaning=Phrase("近36个月举报核实属实件数", "Reports verified in 36 months"),
        reason="R505",
    ),
    _complaint(
        name="report_verified_share_36m",
        measure=Share(col("result").equals("属实")),
        where=GENUINE & col("result").isin("属实", "不属实"),
        window=Months(36),
        unit="share",
        meaning=Phrase("近36个月举报核实属实的比例", "Share of reports verified, 36 months"),
        missing="no report was looked into",
        reason="R514",
    ),
    _complaint(
        name="complaint_days_since",
        measure=DaysSince(),
        unit="days",
        direction=Direction.RISK_DOWN,
        meaning=Phrase("距最近一次投诉的天数", "Days since the last complaint"),
        reason="R508",
    ),
)

_ALERTS = (
    Feature(
        name="complaint_alert_count_12m",
        source="complaint_alerts",
        measure=Count(),
        window=Months(12),
        meaning=Phrase("近12个月投诉异常增长预警次数", "Alerts on growing complaints in 12 months"),
        direction=Direction.RISK_UP,
        missing="no alert",
        group="R05",
        reason="R511",
        legal_basis="国市监信发〔2022〕6号 投诉举报异常增长预警",
    ),
)

_HONOURS = (
    _honour(
        name="trusted_unit_current",
        where=col("kind").isin("放心消费单位", "放心网店"),
        meaning=Phrase("当前为放心消费单位或放心网店", "Trusted-shop status now"),
        positive_reason="R506",
    ),
    _honour(
        name="return_promise_current",
        where=col("kind").equals("无理由退货承诺单位"),
        meaning=Phrase("当前为无理由退货承诺单位", "Return promise in force"),
        positive_reason="R507",
    ),
    _honour(
        name="contract_keeping_current",
        where=col("kind").equals("守合同重信用"),
        meaning=Phrase("当前守合同重信用荣誉", "Contract-keeping honours in force"),
        positive_reason="R516",
    ),
    _honour(
        name="honour_count_current",
        meaning=Phrase("当前有效荣誉数", "Honours in force"),
        positive_reason="R506",
    ),
)

FEATURES: tuple[Feature, ...] = (*_COMPLAINTS, *_ALERTS, *_HONOURS)
