"""Objections to published permits and penalties.

What came of an objection is not published: every row says 完成异议 and the day it
was settled is empty (``1900/1/0``).
"""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Source

from .subject import BY_CODE_OR_NAME, code, name

SOURCE = Source(
    name="objections",
    department="economy",
    title=Phrase("行政许可和行政处罚信息异议", "Objections to permit and penalty records"),
    legal_basis="《信用修复管理办法》;《北京市公共信用信息管理办法》",
    files="*行政许可异议数据*.csv",
    key=("objection_id",),
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="entered_at",
        known="entered_at",
        trust="数据入库时间 is when the platform had it; when it was raised is not said.",
    ),
    columns=(
        Column("objection_id", Kind.TEXT, ("ID",), "编号", required=True),
        name("许可/处罚行政相对人名称"),
        code("许可/处罚行政相对人统一社会信用代码"),
        Column("document_no", Kind.TEXT, ("许可/处罚文书号",), "所涉文书号"),
        Column("decided_on", Kind.DAY, ("许可/处罚决定日期",), "所涉决定的日期"),
        Column("authority", Kind.TEXT, ("许可/处罚机关",), "所涉决定的机关"),
        Column("settled_on", Kind.DAY, ("异议完成时间",), "异议办结日期"),
        Column("entered_at", Kind.INSTANT, ("数据入库时间",), "数据入库时间", required=True),
    ),
    profile={"name": "business_name"},
)
