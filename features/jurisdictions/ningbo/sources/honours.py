"""Trusted-shop and other honours with their validity."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.periods import HONOURS
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="honours",
    department="market",
    title=Phrase("放心消费与诚信荣誉", "Trusted-shop and other honours"),
    legal_basis="全国公共信用信息基础目录(2024 年版):诚实守信相关荣誉信息",
    files="市市场监管局-放心消费与荣誉*",
    key=("honour_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        use=HONOURS,
        event="granted_on",
        known="updated_at",
        known_lag_days=30,
        retracted="revoked_on",
        usable_until="valid_until_on",
        trust="授予日期 is exact; an honour without 有效期至 is used for 36 months.",
    ),
    columns=(
        Column("honour_no", Kind.TEXT, ("荣誉编号",), "荣誉编号", required=True),
        uscc(),
        business_name(),
        Column(
            "kind", Kind.CODE, ("荣誉类别",), "荣誉类别",
            labels=("放心消费单位", "放心网店", "无理由退货承诺单位", "守合同重信用", "其他"),
            spellings={"放心消费示范单位": "放心消费单位", "无理由退货": "无理由退货承诺单位"},
            otherwise="其他",
        ),
        Column("granted_on", Kind.DAY, ("授予日期",), "授予日期", required=True),
        Column("valid_until_on", Kind.DAY, ("有效期至",), "有效期至"),
        Column("revoked_on", Kind.DAY, ("取消日期",), "取消日期"),
        updated_at(),
    ),
)  # fmt: skip
