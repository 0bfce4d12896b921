"""R03: abnormal-operation list, serious-violation list, judgment defaulters, revocation."""

from __future__ import annotations

from features.contracts import Count, DaysSince, Direction, Feature, Months, Phrase, Sum, family
from features.expressions import col
from features.jurisdictions.ningbo.sources import abnormal_list as abnormal

_listed = family(
    Feature,
    source="abnormal_list",
    group="R03",
    legal_basis="《企业信息公示暂行条例》第十七条",
    missing="never listed",
    direction=Direction.RISK_UP,
)
_serious = family(
    Feature,
    source="serious_list",
    group="R03",
    legal_basis="《市场监督管理严重违法失信名单管理办法》",
    missing="never listed",
    direction=Direction.RISK_UP,
    reason="R303",
)
_defaulter = family(
    Feature,
    source="defaulters",
    group="R03",
    legal_basis="《最高人民法院关于公布失信被执行人名单信息的若干规定》",
    missing="never published as a judgment defaulter",
    direction=Direction.RISK_UP,
)
_status = family(
    Feature,
    source="registrations",
    group="R03",
    legal_basis="《市场主体登记管理条例》;《行政处罚法》第九条",
    missing="not registered in Ningbo",
    direction=Direction.RISK_UP,
    reason="R336",
)

_ON = col("delisted_on").is_null()
_ON_DEFAULT = col("removed_on").is_null()

_ABNORMAL = (
    _listed(
        name="abnormal_current_count",
        measure=Count(),
        where=_ON,
        meaning=Phrase("当前列入经营异常名录的决定数", "Entries on the abnormal list now"),
        reason="R301",
    ),
    _listed(
        name="abnormal_report_current_count",
        measure=Count(),
        where=_ON & col("cause").equals(abnormal.ANNUAL_REPORT),
        meaning=Phrase("当前因未年报列异", "On the list now for a missing annual report"),
        reason="R330",
    ),
    _listed(
        name="abnormal_unreachable_current_count",
        measure=Count(),
        where=_ON & col("cause").equals(abnormal.UNREACHABLE),
        meaning=Phrase("当前因住所无法联系列异", "On the list now as unreachable at its address"),
        reason="R331",
    ),
    _listed(
        name="abnormal_disclosure_current_count",
        measure=Count(),
        where=_ON & col("cause").isin(abnormal.FALSE_DISCLOSURE, abnormal.ORDERED_DISCLOSURE),
        meaning=Phrase("当前因公示信息问题列异", "On the list now for its disclosures"),
        reason="R332",
    ),
    *(
        _listed(
            name=f"abnormal_count_{n}m",
            measure=Count(),
            window=Months(n),
            meaning=Phrase(
                f"近{n}个月列入经营异常名录次数", f"Abnormal-list entries in {n} months"
            ),
            reason="R302",
        )
        for n in (12, 36)
    ),
    _listed(
        name="abnormal_unreachable_count_36m",
        measure=Count(),
        where=col("cause").equals(abnormal.UNREACHABLE),
        window=Months(36),
        meaning=Phrase(
            "近36个月因住所无法联系列异次数", "Entries as unreachable at its address, 36 months"
        ),
        reason="R345",
    ),
    _listed(
        name="abnormal_current_days",
        measure=DaysSince("first"),
        where=_ON,
        unit="days",
        meaning=Phrase("已连续列异的天数", "Days it has been on the abnormal list"),
        missing="not on the list now",
        reason="R346",
    ),
    _listed(
        name="abnormal_days_since",
        measure=DaysSince(),
        direction=Direction.RISK_DOWN,
        unit="days",
        meaning=Phrase("距最近一次列异的天数", "Days since the last entry on the abnormal list"),
        reason="R325",
    ),
)

_OTHERS = (
    _serious(
        name="serious_list_current_count",
        measure=Count(),
        where=_ON,
        meaning=Phrase("当前列入严重违法失信名单", "On the serious-violation list now"),
    ),
    _serious(
        name="serious_list_count_36m",
        measure=Count(),
        window=Months(36),
        meaning=Phrase("近36个月列入严重违法失信名单次数", "Serious-list entries in 36 months"),
        reason="R343",
    ),
    _serious(
        name="serious_list_days_since",
        measure=DaysSince(),
        direction=Direction.RISK_DOWN,
        unit="days",
        meaning=Phrase("距最近一次列严的天数", "Days since the last entry on the serious list"),
        reason="R347",
    ),
    _defaulter(
        name="defaulter_current_count",
        measure=Count(),
        where=_ON_DEFAULT,
        meaning=Phrase("当前失信被执行案件数", "Current judgment-defaulter cases"),
        reason="R312",
    ),
    _defaulter(
        name="defaulter_unperformed_count",
        measure=Count(),
        where=_ON_DEFAULT & col("obligation").equals("全部未履行"),
        meaning=Phrase("当前全部未履行案件数", "Current cases wholly unperformed"),
        reason="R313",
    ),
    _defaulter(
        name="defaulter_current_yuan",
        measure=Sum("amount_fen"),
        where=_ON_DEFAULT,
        unit="yuan",
        scale=100,
        meaning=Phrase("当前失信案件执行标的合计", "Sum at stake in current cases"),
        reason="R341",
    ),
    _defaulter(
        name="defaulter_count_36m",
        measure=Count(),
        window=Months(36),
        meaning=Phrase("近36个月列为失信被执行人次数", "Defaulter cases in 36 months"),
        reason="R340",
    ),
    _defaulter(
        name="defaulter_days_since",
        measure=DaysSince(),
        direction=Direction.RISK_DOWN,
        unit="days",
        meaning=Phrase("距最近一次列为失信被执行人的天数", "Days since the last defaulter case"),
        reason="R348",
    ),
    _status(
        name="licence_revoked_current_count",
        measure=Count(),
        where=col("status").isin("吊销未注销", "责令关闭"),
        meaning=Phrase("当前被吊销或责令关闭", "Licence revoked or ordered to close"),
    ),
)

FEATURES: tuple[Feature, ...] = (*_ABNORMAL, *_OTHERS)
