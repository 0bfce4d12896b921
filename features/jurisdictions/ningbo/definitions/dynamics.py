"""R02: changes of registered items and annual reports."""

from __future__ import annotations

from features.contracts import (
    Change,
    Count,
    Days,
    DaysSince,
    Direction,
    Distinct,
    Feature,
    Latest,
    Max,
    Months,
    Phrase,
    family,
)
from features.expressions import col
from features.jurisdictions.ningbo.reasons import NOT_CITED

_change = family(
    Feature,
    source="changes",
    group="R02",
    legal_basis="《市场主体登记管理条例》第二十四条;指标体系 登记备案事项",
    missing="no such change was ever registered",
)
_report = family(
    Feature,
    source="annual_reports",
    group="R02",
    legal_basis="《企业信息公示暂行条例》第八条",
    missing="no annual report known",
)

_ITEMS = (
    ("representative", "法定代表人", "legal representative", "R201"),
    ("address", "住所", "registered address", "R202"),
    ("scope", "经营范围", "business scope", "R203"),
    ("name", "名称", "name", "R216"),
    ("shareholder", "股东", "shareholders", "R216"),
)

_COUNTED = tuple(
    _change(
        name=f"{item}_changes_{n}m",
        measure=Count(),
        where=col("item").equals(label),
        window=Months(n),
        meaning=Phrase(f"近{n}个月{label}变更次数", f"Changes of {english} in {n} months"),
        direction=Direction.RISK_UP,
        reason=code,
    )
    for item, label, english, code in _ITEMS
    for n in (12, 36)
)

_CHANGES = (
    *_COUNTED,
    _change(
        name="changes_3m",
        measure=Count(),
        window=Months(3),
        meaning=Phrase("近3个月登记事项变更次数", "Changes of any item in 3 months"),
        direction=Direction.RISK_UP,
        reason="R216",
    ),
    _change(
        name="key_items_changed_distinct_90d",
        measure=Distinct("item"),
        where=col("item").isin("法定代表人", "住所", "经营范围"),
        window=Days(90),
        meaning=Phrase(
            "近90天法定代表人、住所、经营范围中变更的项数",
            "How many of representative, address and scope changed in 90 days",
        ),
        direction=Direction.RISK_UP,
        reason="R231",
        legal_basis="国市监信发〔2022〕6号 异常变更预警;《市场主体登记管理条例》第二十四条",
    ),
    _change(
        name="changes_change_12m",
        measure=Change(),
        window=Months(12),
        meaning=Phrase(
            "近12个月登记变更较前12个月增减", "Changes registered, 12 months minus the 12 before"
        ),
        direction=Direction.RISK_UP,
        reason="R232",
    ),
    _change(
        name="address_change_days_since",
        measure=DaysSince(),
        where=col("item").equals("住所"),
        meaning=Phrase("距最近一次住所变更的天数", "Days since the last change of address"),
        direction=Direction.RISK_DOWN,
        unit="days",
        reason="R218",
    ),
    _change(
        name="representative_change_days_since",
        measure=DaysSince(),
        where=col("item").equals("法定代表人"),
        meaning=Phrase(
            "距最近一次法定代表人变更的天数", "Days since the last change of representative"
        ),
        direction=Direction.RISK_DOWN,
        unit="days",
        reason="R218",
    ),
    _change(
        name="capital_change_percent_max_24m",
        measure=Max("capital_change_percent"),
        where=col("item").equals("注册资本"),
        window=Months(24),
        scale=1_000_000,
        meaning=Phrase("近24个月注册资本最大增减幅度(%)", "Largest capital swing in 24 months (%)"),
        direction=Direction.RISK_UP,
        unit="percent",
        reason="R204",
    ),
)

_REPORTS = (
    _report(
        name="annual_report_days_since",
        measure=DaysSince(),
        meaning=Phrase("距最近一次报送年报的天数", "Days since the last annual report"),
        direction=Direction.RISK_UP,
        unit="days",
        reason="R220",
    ),
    _report(
        name="annual_reports_36m",
        measure=Count(),
        window=Months(36),
        meaning=Phrase("近36个月报送年报次数", "Annual reports filed in 36 months"),
        direction=Direction.RISK_DOWN,
        reason="R206",
    ),
    _report(
        name="annual_reports_on_time_36m",
        measure=Count(),
        where=~col("late").equals(1),
        window=Months(36),
        meaning=Phrase("近36个月按期报送年报次数", "Annual reports on time in 36 months"),
        direction=Direction.RISK_DOWN,
        reason=NOT_CITED,
        positive_reason="R213",
    ),
    _report(
        name="annual_reports_late_36m",
        measure=Count(),
        where=col("late").equals(1),
        window=Months(36),
        meaning=Phrase("近36个月逾期补报年报次数", "Annual reports filed late in 36 months"),
        direction=Direction.RISK_UP,
        reason="R221",
    ),
    _report(
        name="annual_report_late_latest",
        measure=Latest("late"),
        meaning=Phrase("最近一次年报是否逾期", "Latest annual report was late"),
        direction=Direction.RISK_UP,
        reason="R222",
    ),
    _report(
        name="annual_report_all_zero_latest",
        measure=Latest("all_zero"),
        meaning=Phrase("最近年报资产营收全为零", "Latest annual report all zero"),
        direction=Direction.RISK_UP,
        reason="R207",
    ),
    _report(
        name="annual_report_all_zero_36m",
        measure=Count(),
        where=col("all_zero").equals(1),
        window=Months(36),
        meaning=Phrase("近36个月全零年报次数", "All-zero annual reports in 36 months"),
        direction=Direction.RISK_UP,
        reason="R207",
    ),
    _report(
        name="guarantees_latest",
        measure=Latest("guarantees"),
        meaning=Phrase("最近年报的对外担保笔数", "Guarantees given, latest report"),
        direction=Direction.RISK_UP,
        reason="R233",
    ),
    _report(
        name="debt_percent_latest",
        measure=Latest("debt_percent"),
        where=col("reporter").equals("企业"),
        scale=1_000_000,
        meaning=Phrase("最近年报资产负债率(%)", "Debt ratio, latest report (%)"),
        direction=Direction.RISK_UP,
        unit="percent",
        reason="R217",
    ),
)

FEATURES: tuple[Feature, ...] = (*_CHANGES, *_REPORTS)
