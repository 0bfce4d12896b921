"""Deregistration and revocation: how and when businesses leave."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

# Leaving that the business did not choose.
FORCED = ("吊销", "责令关闭", "强制注销")

SOURCE = Source(
    name="exits",
    department="market",
    title=Phrase("注销吊销信息", "Deregistration and revocation"),
    legal_basis="《市场主体登记管理条例》第三十一条至第三十四条",
    files="市市场监管局-注销吊销信息*",
    key=("approval_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="left_on",
        known="updated_at",
        retracted="annulled_on",
        trust="核准日期 is exact; a revocation that is annulled on review is retracted.",
    ),
    columns=(
        Column("approval_no", Kind.TEXT, ("核准编号",), "核准或决定文号", required=True),
        uscc(),
        business_name(),
        Column(
            "kind", Kind.CODE, ("退出方式",), "自愿注销或被动退出",
            labels=("注销", "吊销", "责令关闭", "强制注销"),
            spellings={"简易注销": "注销", "普通注销": "注销", "吊销营业执照": "吊销"},
            required=True,
        ),
        Column("left_on", Kind.DAY, ("核准日期", "吊销日期"), "核准或决定日期", required=True),
        Column("annulled_on", Kind.DAY, ("撤销日期",), "决定被撤销的日期"),
        updated_at(),
    ),
)  # fmt: skip
