"""Tax-credit grades A, B, M, C, D, one a year."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="tax_grades",
    department="tax",
    title=Phrase("纳税缴费信用等级", "Tax-credit grades"),
    legal_basis="《纳税缴费信用管理办法》(国家税务总局公告 2025 年第 12 号)",
    files="市税务局-纳税信用等级*",
    key=("uscc", "grade_year"),
    sharing=Sharing.AUTHORISED,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="published_on",
        known="updated_at",
        trust="The grade of a year is published in April of the next; a review replaces it. "
        "Sole traders appear only when they opted in.",
    ),
    columns=(
        uscc("纳税人识别号"),
        business_name("纳税人名称"),
        Column("grade_year", Kind.INTEGER, ("评价年度",), "评价年度", required=True,
               minimum=2014, maximum=2100),
        Column("grade", Kind.CODE, ("信用等级", "评价结果"), "A 最好, D 最差",
               labels=("A", "B", "M", "C", "D"), required=True,
               spellings={f"{g}级": g for g in "ABMCD"}),
        Column("published_on", Kind.DAY, ("评价日期", "公布日期"), "评价结果日期", required=True),
        updated_at(),
    ),
)  # fmt: skip
