"""Housing fund: persons paid for and months owed, each quarter."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

DEPARTMENTS = {
    "housing_fund": Phrase("市住房公积金管理中心", "Housing Provident Fund Centre"),
}
SOURCE = Source(
    name="housing_fund",
    department="housing_fund",
    title=Phrase("住房公积金缴存信息", "Housing-fund payments"),
    legal_basis="《住房公积金管理条例》第十五条、第二十条、第三十八条",
    files="市公积金中心-缴存信息*",
    key=("uscc", "quarter"),
    sharing=Sharing.AUTHORISED,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="quarter_end_on",
        known="updated_at",
        known_lag_days=20,
        trust="State at the end of the quarter, delivered within three weeks. Units only; no "
        "paid-for person is named.",
    ),
    columns=(
        uscc(),
        business_name("单位名称"),
        Column("quarter", Kind.TEXT, ("所属季度",), "如 2025Q1", required=True),
        Column("quarter_end_on", Kind.DAY, ("期末日期",), "季度最后一日", required=True),
        Column("paid_for", Kind.INTEGER, ("缴存人数",), "期末缴存人数", minimum=0),
        Column("months_owed", Kind.INTEGER, ("欠缴月数",), "期末欠缴月数", minimum=0),
        Column("owed_fen", Kind.MONEY, ("欠缴金额(元)",), "期末欠缴金额", minimum=0),
        updated_at(),
    ),
)  # fmt: skip
