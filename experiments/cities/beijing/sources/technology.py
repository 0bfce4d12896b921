"""Enterprises recognised as small and technology-based."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Source

from .subject import BY_CODE_OR_NAME, code, name

SOURCE = Source(
    name="technology_enterprises",
    department="technology",
    title=Phrase("科技型中小企业", "Small technology enterprises"),
    legal_basis="《科技型中小企业评价办法》",
    files="*科技型中小企业*.csv",
    key=("business_name", "year_on"),
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="year_on",
        known_lag_days=1,
        trust="Only the year of the statistics is given; it counts from its last day on.",
    ),
    columns=(
        name("企业名称"),
        code(),
        Column("year_on", Kind.DAY, ("统计年份",), "统计年份, 记为该年最后一日", required=True),
    ),
    profile={"name": "business_name"},
)
