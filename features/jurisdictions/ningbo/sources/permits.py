"""Permits of the market regulators, in double-publicity fields."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="permits",
    department="market",
    title=Phrase("行政许可信息", "Permits"),
    legal_basis="《行政许可法》第四十条;双公示制度",
    files="市市场监管局-行政许可信息*",
    key=("permit_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="granted_on",
        known="updated_at",
        known_lag_days=10,
        trust="许可决定日期 and 有效期至 are exact; renewal and revocation are new versions.",
    ),
    columns=(
        business_name("行政相对人名称"),
        uscc("行政相对人代码_1(统一社会信用代码)"),
        Column("decision_no", Kind.TEXT, ("行政许可决定文书号",), "决定文书号"),
        Column("category", Kind.TEXT, ("许可类别",), "普通、特许、认可、核准、登记、其他"),
        Column(
            "certificate", Kind.CODE, ("许可证书名称",), "许可证书名称",
            labels=("食品经营许可证", "食品生产许可证", "药品经营许可证", "医疗器械经营许可证",
                    "特种设备使用登记", "工业产品生产许可证", "其他"),
            spellings={"食品流通许可证": "食品经营许可证", "餐饮服务许可证": "食品经营许可证"},
            otherwise="其他",
        ),
        Column("permit_no", Kind.TEXT, ("许可编号",), "许可编号", required=True),
        Column("granted_on", Kind.DAY, ("许可决定日期",), "许可决定日期", required=True),
        Column("valid_from_on", Kind.DAY, ("有效期自",), "有效期自"),
        Column("valid_until_on", Kind.DAY, ("有效期至",), "有效期至"),
        Column("authority", Kind.TEXT, ("许可机关",), "许可机关"),
        Column("status", Kind.CODE, ("当前状态",), "当前状态",
               labels=("有效", "注销", "撤销", "吊销"),
               spellings={"1": "有效", "2": "撤销", "正常": "有效"}),
        updated_at(),
    ),
)  # fmt: skip
