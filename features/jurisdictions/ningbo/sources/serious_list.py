"""The serious-violation list (SAMR Order 44)."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="serious_list",
    department="market",
    title=Phrase("严重违法失信名单", "Serious-violation list"),
    legal_basis="《市场监督管理严重违法失信名单管理办法》(总局令第 44 号, 2021-09-01 起施行)",
    files="市市场监管局-严重违法失信名单*",
    key=("decision_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="listed_on",
        known="updated_at",
        retracted="annulled_on",
        repaired="repaired_on",
        trust="列入日期 is exact. An exit (expiry after three years, early exit, annulment) is a "
        "new version; an early exit is a credit repair and ends the record's use.",
    ),
    columns=(
        Column("decision_no", Kind.TEXT, ("列入决定书文号",), "列入决定书文号", required=True),
        uscc(),
        business_name(),
        Column("article", Kind.TEXT, ("列入依据",), "适用的条款"),
        Column("listed_on", Kind.DAY, ("列入日期",), "列入日期", required=True),
        Column("delisted_on", Kind.DAY, ("移出日期",), "移出日期; 空为仍在名单"),
        Column(
            "exit_kind", Kind.CODE, ("移出方式",), "移出方式",
            labels=("期满移出", "提前移出", "撤销列入"), spellings={"信用修复移出": "提前移出"},
        ),
        Column("annulled_on", Kind.DAY, ("撤销列入日期",), "列入决定被撤销的日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复决定日期"),
        updated_at(),
    ),
)  # fmt: skip
