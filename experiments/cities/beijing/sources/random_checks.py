"""Results of double-random checks; only the header was ever delivered."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Source

from .subject import NAME, name

SOURCE = Source(
    name="random_checks",
    department="market",
    title=Phrase("双随机抽查结果", "Results of double-random checks"),
    legal_basis='《市场监管总局关于全面推进"双随机、一公开"监管工作的通知》',
    files="*双随机结果公示*.csv",
    key=("task", "business_name", "checked_on"),
    subject=NAME,
    dates=Dates(event="checked_on", known_lag_days=1, trust="No record has been seen yet."),
    columns=(
        Column("task", Kind.TEXT, ("任务名称",), "抽查任务", required=True),
        name("主体名称"),
        Column("authority", Kind.TEXT, ("抽查机关",), "抽查机关"),
        Column("checked_on", Kind.DAY, ("抽查时间",), "抽查时间", required=True),
        Column("result", Kind.TEXT, ("抽查结果",), "抽查结果"),
    ),
)
