"""Inspections of work safety in Miyun.

What the visit after found is knowledge of a later day and is left out.
"""

from __future__ import annotations

from features.contracts import ByName, Column, Dates, Kind, Phrase, Source

from .subject import name

SOURCE = Source(
    name="safety_inspections",
    department="emergency",
    title=Phrase("密云区应急管理执法检查", "Work-safety inspections in Miyun"),
    legal_basis="《安全生产法》第六十五条",
    files="*应急管理局执法检查*.csv",
    key=("document_no",),
    subject=ByName("business_name", address="town"),
    dates=Dates(
        event="inspected_on",
        known_lag_days=1,
        trust="现场检查时间 is exact; taken to be known the day after.",
    ),
    columns=(
        Column("document_no", Kind.TEXT, ("现场检查文书编号",), "文书编号", required=True),
        name("企业名称"),
        Column("district", Kind.TEXT, ("经营地址(区)",), "区"),
        Column("town", Kind.TEXT, ("经营地址(街道)",), "街道或乡镇"),
        Column("task", Kind.CODE, ("执法任务类型",), "执法任务类型",
               labels=("日常", "重点", "双随机", "其他"), otherwise="其他"),
        Column("result", Kind.CODE, ("现场检查结果",), "现场检查结果",
               labels=("合格", "不合格"), required=True),
        Column("inspected_on", Kind.DAY, ("现场检查时间",), "现场检查时间", required=True),
    ),
)  # fmt: skip
