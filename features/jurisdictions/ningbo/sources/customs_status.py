"""Customs credit status of importers and exporters."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="customs_status",
    department="customs",
    title=Phrase("海关企业信用状况", "Customs credit status"),
    legal_basis="《海关注册登记和备案企业信用管理办法》",
    files="宁波海关-企业信用状况*",
    key=("uscc", "status_on"),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="status_on",
        known="updated_at",
        trust="认定日期 is exact; the latest record is the present status.",
    ),
    columns=(
        uscc(),
        business_name(),
        Column("customs_no", Kind.TEXT, ("海关备案编码",), "海关备案编码"),
        Column("status", Kind.CODE, ("信用等级",), "海关信用等级",
               labels=("高级认证企业", "常规企业", "失信企业"), required=True,
               spellings={"AEO高级认证": "高级认证企业", "其他注册登记和备案企业": "常规企业"}),
        Column("status_on", Kind.DAY, ("认定日期",), "认定日期", required=True),
        updated_at(),
    ),
)  # fmt: skip
