"""Bankruptcy: filing, reorganisation, approved plan, end."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="insolvency",
    department="court",
    title=Phrase("破产案件信息", "Bankruptcy cases"),
    legal_basis="《企业破产法》;总局信用修复管理办法 (2025-12-25 起施行) 破产重整",
    files="市中级人民法院-破产案件*",
    key=("case_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="filed_on",
        known="updated_at",
        trust="受理日期 is exact; each stage is a new version of the case.",
    ),
    columns=(
        Column("case_no", Kind.TEXT, ("案号",), "案号", required=True),
        uscc("债务人统一社会信用代码"),
        business_name("债务人名称"),
        Column("stage", Kind.CODE, ("程序阶段",), "程序阶段",
               labels=("受理", "重整", "重整计划批准", "宣告破产", "终结"),
               spellings={"破产受理": "受理", "批准重整计划": "重整计划批准"}),
        Column("filed_on", Kind.DAY, ("受理日期",), "受理日期", required=True),
        updated_at(),
    ),
)  # fmt: skip
