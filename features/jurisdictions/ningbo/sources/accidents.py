"""Production-safety accidents and whether responsibility is confirmed."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.expressions import col
from features.jurisdictions.ningbo.periods import FIVE_YEARS
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

CONFIRMED = col("responsible").equals(1)

SOURCE = Source(
    name="accidents",
    department="emergency",
    title=Phrase("生产安全事故责任信息", "Safety accidents"),
    legal_basis="《安全生产法》;《生产安全事故报告和调查处理条例》第三条",
    files="市应急管理局-生产安全事故责任*",
    key=("accident_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        use=FIVE_YEARS,
        event="happened_on",
        happened=True,
        known="updated_at",
        trust="事故日期 is exact; responsibility is confirmed months later by a new version, and "
        "nothing counts before.",
    ),
    columns=(
        Column("accident_no", Kind.TEXT, ("事故编号",), "事故编号", required=True),
        uscc("责任单位统一社会信用代码"),
        business_name("责任单位名称"),
        Column("grade", Kind.CODE, ("事故等级",), "事故等级",
               labels=("一般事故", "较大事故", "重大事故", "特别重大事故")),
        Column("happened_on", Kind.DAY, ("事故日期",), "事故日期", required=True),
        Column("responsible", Kind.FLAG, ("责任是否认定",), "调查报告已批复并认定责任"),
        updated_at(),
    ),
)  # fmt: skip
