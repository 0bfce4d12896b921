"""Judgment defaulters published by the courts."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="defaulters",
    department="court",
    title=Phrase("失信被执行人", "Judgment defaulters"),
    legal_basis="《最高人民法院关于公布失信被执行人名单信息的若干规定》",
    files="市中级人民法院-失信被执行人*",
    key=("case_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="published_on",
        known="updated_at",
        retracted="annulled_on",
        repaired="repaired_on",
        trust="发布日期 is exact; removal (performance or two-year limit) is a new version.",
    ),
    columns=(
        Column("case_no", Kind.TEXT, ("执行案号", "案号"), "执行案号", required=True),
        uscc(),
        business_name("被执行人名称"),
        Column("court", Kind.TEXT, ("执行法院",), "执行法院"),
        Column(
            "obligation", Kind.CODE, ("履行情况",), "被执行人的履行情况",
            labels=("全部未履行", "部分未履行", "全部已履行"),
            spellings={"部分已履行": "部分未履行", "已履行": "全部已履行"},
        ),
        Column("amount_fen", Kind.MONEY, ("执行标的(元)",), "执行标的", minimum=0),
        Column("published_on", Kind.DAY, ("发布日期", "发布时间"), "发布日期", required=True),
        Column("removed_on", Kind.DAY, ("屏蔽日期",), "删除或屏蔽日期; 空为仍在名单"),
        Column("annulled_on", Kind.DAY, ("撤销日期",), "纳入错误而撤销的日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复日期"),
        updated_at(),
    ),
)  # fmt: skip
