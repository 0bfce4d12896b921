"""The abnormal-operation list: entries, reasons and exits."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

ANNUAL_REPORT = "未按规定公示年度报告"
ORDERED_DISCLOSURE = "未按责令期限公示企业信息"
FALSE_DISCLOSURE = "公示信息隐瞒真实情况弄虚作假"
UNREACHABLE = "通过登记的住所无法联系"

SOURCE = Source(
    name="abnormal_list",
    department="market",
    title=Phrase("经营异常名录", "Abnormal-operation list"),
    legal_basis="《企业信息公示暂行条例》第十七条;《市场主体登记管理条例》第三十八条",
    files="市市场监管局-经营异常名录*",
    key=("decision_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="listed_on",
        known="updated_at",
        retracted="annulled_on",
        repaired="repaired_on",
        trust="列入日期 and 移出日期 are exact; an exit arrives as a new version of the entry. "
        "An entry made in error is annulled and stops counting from the day of annulment.",
    ),
    columns=(
        Column("decision_no", Kind.TEXT, ("列入决定书文号",), "列入决定书文号", required=True),
        uscc(),
        business_name(),
        Column(
            "cause", Kind.CODE, ("列入原因",), "四项法定列入原因",
            labels=(ANNUAL_REPORT, ORDERED_DISCLOSURE, FALSE_DISCLOSURE, UNREACHABLE),
            spellings={
                "1": ANNUAL_REPORT,
                "2": ORDERED_DISCLOSURE,
                "3": FALSE_DISCLOSURE,
                "4": UNREACHABLE,
                "未依照规定期限公示年度报告": ANNUAL_REPORT,
                "通过登记的住所或者经营场所无法联系": UNREACHABLE,
                "通过登记的住所或者经营场所无法取得联系": UNREACHABLE,
            },
        ),
        Column("listed_on", Kind.DAY, ("列入日期",), "列入日期", required=True),
        Column("delisted_on", Kind.DAY, ("移出日期",), "移出日期; 空为仍在名录"),
        Column("annulled_on", Kind.DAY, ("撤销列入日期",), "列入决定被撤销的日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复决定日期"),
        updated_at(),
    ),
)  # fmt: skip
