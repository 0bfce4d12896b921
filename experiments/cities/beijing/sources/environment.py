"""Violations of environmental law; nearly all undated."""

from __future__ import annotations

from features.contracts import ByCode, Column, Dates, Kind, Phrase, Source

from .subject import NAME, OLD_NUMBER, code, name

SOURCE = Source(
    name="environment_penalties",
    department="environment",
    title=Phrase("环境违法和受行政处罚信息", "Environmental violations and penalties"),
    legal_basis="《环境保护法》第五十四条;《企业信息公示暂行条例》第七条",
    files="*环境违法和受行政处罚*.csv",
    key=("case_id",),
    subject=ByCode("code", also=("registration_no",), name=NAME),
    dates=Dates(
        event="filed_on",
        undated="received",
        known_lag_days=30,
        trust="立案日期 is given for one record in 35 and runs ahead of the decision; the others "
        "reach back to 2012 and are undated. They count from the day received: never before "
        "anybody here could know them, and later than they happened.",
    ),
    columns=(
        Column("case_id", Kind.TEXT, ("项目ID",), "项目编号", required=True),
        name("单位名称"),
        code(),
        Column("registration_no", Kind.TEXT, ("营业执照注册号",), OLD_NUMBER, personal=True),
        Column("basis", Kind.TEXT, ("处罚依据",), "处罚依据"),
        Column("decision", Kind.TEXT, ("处罚决定(处罚事由)",), "处罚决定"),
        Column("filed_on", Kind.DAY, ("立案日期",), "立案日期"),
    ),
    profile={"name": "business_name"},
)
