"""Registered trademarks and granted patents."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.periods import IP_RIGHTS
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="ip_rights",
    department="ip",
    title=Phrase("注册商标与专利", "Trademarks and patents"),
    legal_basis="全国公共信用信息基础目录(2024 年版):知识产权信息",
    files="市知识产权局-注册商标与专利*",
    key=("right_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        use=IP_RIGHTS,
        event="granted_on",
        known="updated_at",
        known_lag_days=15,
        retracted="invalidated_on",
        usable_until="valid_until_on",
        trust="授权日期 is exact; without 有效期至 ten years are assumed.",
    ),
    columns=(
        Column("right_no", Kind.TEXT, ("注册号",), "注册号或专利号", required=True),
        uscc("权利人统一社会信用代码"),
        business_name("权利人名称"),
        Column("kind", Kind.CODE, ("权利类别",), "商标或专利", labels=("商标", "专利"),
               spellings={"注册商标": "商标", "发明专利": "专利", "实用新型": "专利",
                          "外观设计": "专利"}, required=True),
        Column("granted_on", Kind.DAY, ("授权日期", "注册日期"), "授权日期", required=True),
        Column("valid_until_on", Kind.DAY, ("有效期至",), "有效期至"),
        Column("invalidated_on", Kind.DAY, ("宣告无效日期",), "宣告无效或撤销日期"),
        updated_at(),
    ),
)  # fmt: skip
