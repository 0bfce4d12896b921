"""Check sheets of urban management in Pinggu; a title row stands above the headings."""

from __future__ import annotations

from features.contracts import ByCode, ByName, Column, Dates, Kind, Phrase, Source

from .subject import code

SOURCE = Source(
    name="urban_inspections",
    department="pinggu",
    title=Phrase("平谷区城管执法检查单", "Check sheets of urban management, Pinggu"),
    legal_basis="《北京市城市管理综合行政执法》;《行政执法公示制度》",
    files="*城管执法局检查单*.csv",
    key=("sheet_no", "inspected_at"),
    subject=ByCode("code", name=ByName("business_name", address="address")),
    dates=Dates(
        event="inspected_at",
        known_lag_days=1,
        trust="检查时间 is exact to the minute. One number was given twice, so that number and "
        "time identify a sheet.",
    ),
    columns=(
        Column("sheet_no", Kind.TEXT, ("检查单号",), "检查单号", required=True),
        Column("sheet", Kind.TEXT, ("检查单类型",), "检查单类型"),
        Column("inspected_at", Kind.INSTANT, ("检查时间",), "检查时间", required=True),
        Column("place", Kind.TEXT, ("检查对象名称",), "检查对象名称"),
        Column("business_name", Kind.TEXT, ("责任主体名称",), "责任主体名称"),
        code(),
        Column("address", Kind.TEXT, ("检查对象地址",), "检查对象地址"),
        Column("form", Kind.CODE, ("检查分类",), "检查分类",
               labels=("日常检查", "专项检查", "联合检查", "其他"), otherwise="其他"),
        Column("result", Kind.CODE, ("检查结论",), "检查结论",
               labels=("合格", "不合格"), required=True),
    ),
    profile={"name": "business_name"},
)  # fmt: skip
