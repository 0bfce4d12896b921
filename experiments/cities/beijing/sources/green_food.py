"""Certificates of green food."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Source

from .subject import NAME, name

SOURCE = Source(
    name="green_food",
    department="agriculture",
    title=Phrase("绿色食品认证", "Green-food certificates"),
    legal_basis="《绿色食品标志管理办法》",
    files="*农产品绿色食品认证*.csv",
    key=("business_name", "product", "certified_on", "valid_until_on"),
    subject=NAME,
    dates=Dates(
        event="certified_on",
        known_lag_days=1,
        usable_until="valid_until_on",
        trust="颁证日期 and 截至日期 are exact, day before month.",
    ),
    columns=(
        name("认证主体名称"),
        Column("product", Kind.TEXT, ("认证产品",), "产品", required=True),
        Column("certified_on", Kind.DAY, ("颁证日期",), "颁证日期", required=True),
        Column("valid_until_on", Kind.DAY, ("截至日期",), "截至日期", required=True),
    ),
)
