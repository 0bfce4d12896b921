"""Inspections of cultural venues and of publishing: 合格 or 不合格.

Two files, one for each field of supervision; which of them a row came in is not
written in the row and is not kept.
"""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Source
from features.expressions import col

from .subject import BY_CODE_OR_NAME, code, name

FAILED = col("result").equals("不合格")
SPECIAL = col("form").equals("专项检查")
ROUTINE = col("form").equals("日常检查")

SOURCE = Source(
    name="inspections",
    department="culture",
    title=Phrase("文化和新闻出版领域行政检查", "Inspections of culture and publishing"),
    legal_basis="《文化市场综合行政执法管理办法》;《行政执法公示制度》",
    files="市文化执法总队-*行政检查信息*.csv",
    key=("inspection_id",),
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="inspected_at",
        known_lag_days=1,
        trust="The minute of the visit is recorded on the spot; taken to be known the day after. "
        "Whether a result was corrected later is not published.",
    ),
    columns=(
        Column("inspection_id", Kind.TEXT, ("唯一标识",), "唯一标识", required=True),
        name("行政相对人"),
        code("证件号码"),
        Column("form", Kind.CODE, ("监督检查形式",), "监督检查形式",
               labels=("日常检查", "专项检查", "其他"), otherwise="其他"),
        Column("result", Kind.CODE, ("监督检查结果",), "监督检查结果",
               labels=("合格", "不合格"), required=True),
        Column("inspected_at", Kind.INSTANT, ("监督检查日期",), "检查时间", required=True),
        Column("authority", Kind.TEXT, ("监督检查机关",), "监督检查机关"),
    ),
    profile={"name": "business_name"},
)  # fmt: skip
