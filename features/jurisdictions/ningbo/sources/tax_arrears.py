"""Announced tax arrears and abnormal-taxpayer status."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="tax_arrears",
    department="tax",
    title=Phrase("欠税公告与非正常户", "Tax arrears and abnormal taxpayers"),
    legal_basis="《税收征收管理法》第四十五条;《欠税公告办法(试行)》",
    files="市税务局-欠税公告*",
    key=("notice_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="announced_on",
        known="updated_at",
        known_lag_days=15,
        repaired="repaired_on",
        trust="公告日期 is exact and quarterly; payment arrives as a new version.",
    ),
    columns=(
        Column("notice_no", Kind.TEXT, ("公告编号",), "公告编号", required=True),
        uscc("纳税人识别号"),
        business_name("纳税人名称"),
        Column("kind", Kind.CODE, ("类别",), "欠税或非正常户", labels=("欠税", "非正常户"),
               spellings={"欠缴税款": "欠税"}, required=True),
        Column(
            "taxpayer", Kind.CODE, ("纳税人类型",), "单位或个人 (个体工商户)",
            labels=("单位纳税人", "个人纳税人"), spellings={"个体": "个人纳税人"},
        ),
        Column("tax", Kind.TEXT, ("税种",), "税种"),
        Column("amount_fen", Kind.MONEY, ("欠税余额(元)", "欠税金额"), "欠税余额", minimum=0),
        Column("announced_on", Kind.DAY, ("公告日期",), "公告日期", required=True),
        Column("cleared_on", Kind.DAY, ("缴清日期",), "缴清或解除日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复日期"),
        updated_at(),
    ),
)  # fmt: skip
