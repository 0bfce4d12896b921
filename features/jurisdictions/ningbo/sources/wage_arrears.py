"""The wage-arrears list."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="wage_arrears",
    department="labour",
    title=Phrase("拖欠农民工工资失信联合惩戒名单", "Wage-arrears list"),
    legal_basis="《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》",
    files="市人社局-拖欠农民工工资名单*",
    key=("decision_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="listed_on",
        known="updated_at",
        repaired="repaired_on",
        trust="列入日期 is exact; removal is a new version.",
    ),
    columns=(
        Column("decision_no", Kind.TEXT, ("列入决定书文号",), "列入决定书文号", required=True),
        uscc(),
        business_name(),
        Column("amount_fen", Kind.MONEY, ("拖欠金额(元)",), "拖欠金额", minimum=0),
        Column("listed_on", Kind.DAY, ("列入日期",), "列入日期", required=True),
        Column("delisted_on", Kind.DAY, ("移出日期",), "移出日期; 空为仍在名单"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复日期"),
        updated_at(),
    ),
)
