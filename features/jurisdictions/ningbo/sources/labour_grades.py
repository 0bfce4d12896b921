"""Labour-compliance grades A, B, C, one a year."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="labour_grades",
    department="labour",
    title=Phrase("企业劳动保障守法诚信等级", "Labour-compliance grades"),
    legal_basis="《企业劳动保障守法诚信等级评价办法》(人社部规〔2016〕1号)",
    files="市人社局-劳动保障守法诚信等级*",
    key=("uscc", "grade_year"),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="published_on",
        known="updated_at",
        trust="The grade of a year is decided in the first quarter of the next; a review replaces "
        "it and is a new version.",
    ),
    columns=(
        uscc(),
        business_name("单位名称"),
        Column("grade_year", Kind.INTEGER, ("评价年度",), "评价年度", required=True, minimum=2016,
               maximum=2100),
        Column("grade", Kind.CODE, ("诚信等级",), "A 最好, C 最差", labels=("A", "B", "C"),
               spellings={f"{g}级": g for g in "ABC"}, required=True),
        Column("published_on", Kind.DAY, ("公布日期",), "公布日期", required=True),
        updated_at(),
    ),
)  # fmt: skip
