"""New domestic enterprises, as announced."""

from __future__ import annotations

from features.contracts import ByCode, Column, Dates, Kind, Phrase, Source

from .subject import name

SOURCE = Source(
    name="registrations",
    department="market",
    title=Phrase("内资企业设立登记公告", "Registrations of new domestic enterprises"),
    legal_basis="《市场主体登记管理条例》;《企业信息公示暂行条例》第六条",
    files="*内资企业设立登记公告*.csv",
    key=("uscc",),
    subject=ByCode("uscc"),
    dates=Dates(
        event="approved_on",
        known_lag_days=1,
        trust="核准日期 is exact; taken to be announced the day after. New enterprises of one "
        "district and year only: who is not here may well be registered.",
    ),
    columns=(
        Column("uscc", Kind.TEXT, ("统一社会信用代码",), "统一社会信用代码", required=True),
        name("企业名称"),
        Column("approved_on", Kind.DAY, ("核准日期",), "核准日期", required=True),
    ),
    profile={"name": "business_name", "established_on": "approved_on"},
)
