"""Equity frozen by courts and equity pledged."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="equity",
    department="market",
    title=Phrase("股权冻结与出质", "Equity frozen or pledged"),
    legal_basis="《企业信息公示暂行条例》第六条、第十条",
    files="市市场监管局-股权冻结与出质*",
    key=("register_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="registered_on",
        known="updated_at",
        trust="登记日期 is exact; release is a new version.",
    ),
    columns=(
        Column("register_no", Kind.TEXT, ("登记编号",), "登记或协助执行文号", required=True),
        uscc("标的企业统一社会信用代码"),
        business_name("标的企业名称"),
        Column("kind", Kind.CODE, ("类别",), "冻结或出质", labels=("冻结", "出质"),
               spellings={"股权冻结": "冻结", "股权出质": "出质"}, required=True),
        Column("holder", Kind.TEXT, ("股权所有人",), "可能为自然人", personal=True),
        Column("percent", Kind.DECIMAL, ("占比(%)",), "占全部股权的比例", minimum=0, maximum=100),
        Column("registered_on", Kind.DAY, ("登记日期",), "登记日期", required=True),
        Column("released_on", Kind.DAY, ("解除日期",), "解除或注销日期"),
        updated_at(),
    ),
)  # fmt: skip
