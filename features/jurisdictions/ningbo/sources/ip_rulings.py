"""Administrative rulings on infringement of trademarks and patents."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.expressions import col
from features.jurisdictions.ningbo.periods import IP_RULINGS
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

INFRINGED = col("ruling").equals("侵权成立") & ~col("final_on").is_null()

SOURCE = Source(
    name="ip_rulings",
    department="ip",
    title=Phrase("知识产权侵权行政裁决", "IP infringement rulings"),
    legal_basis="《专利法》第六十五条;《商标法》第六十条",
    files="市知识产权局-侵权行政裁决*",
    key=("ruling_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        use=IP_RULINGS,
        event="ruled_on",
        happened=True,
        known="updated_at",
        final="final_on",
        trust="裁决日期 is exact; only final rulings count.",
    ),
    columns=(
        Column("ruling_no", Kind.TEXT, ("裁决书文号",), "裁决书文号", required=True),
        uscc("被请求人统一社会信用代码"),
        business_name("被请求人名称"),
        Column("ruling", Kind.CODE, ("裁决结果",), "裁决结果", labels=("侵权成立", "侵权不成立"),
               spellings={"成立": "侵权成立", "不成立": "侵权不成立"}),
        Column("ruled_on", Kind.DAY, ("裁决日期",), "裁决日期", required=True),
        Column("final_on", Kind.DAY, ("生效日期",), "逾期未起诉或经维持的日期"),
        updated_at(),
    ),
)  # fmt: skip
