"""Environmental credit levels of the businesses that are rated."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="environment_grades",
    department="environment",
    title=Phrase("企业环境信用评价", "Environmental credit"),
    legal_basis="《企业环境信用评价办法(试行)》",
    files="市生态环境局-企业环境信用评价*",
    key=("uscc", "grade_year"),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="published_on",
        known="updated_at",
        repaired="repaired_on",
        trust="Published once a year; a repair is a new version.",
    ),
    columns=(
        uscc(),
        business_name(),
        Column("grade_year", Kind.INTEGER, ("评价年度",), "评价年度", required=True,
               minimum=2014, maximum=2100),
        Column("grade", Kind.CODE, ("评价等级",), "绿牌最好, 黑牌最差",
               labels=("绿牌", "蓝牌", "黄牌", "红牌", "黑牌"), required=True,
               spellings={"A": "绿牌", "B": "蓝牌", "C": "黄牌", "D": "红牌", "E": "黑牌"}),
        Column("published_on", Kind.DAY, ("公布日期",), "公布日期", required=True),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复日期"),
        updated_at(),
    ),
)  # fmt: skip
