"""Licences of building firms to work safely."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Source

from .subject import BY_CODE_OR_NAME, code, name

SOURCE = Source(
    name="safety_licences",
    department="housing",
    title=Phrase("建筑施工企业安全生产许可证", "Safety licences of building firms"),
    legal_basis="《安全生产许可证条例》第二条、第九条",
    files="*安全生产许可证信息*.csv",
    key=("licence_no",),
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="issued_on",
        known_lag_days=1,
        trust="核发日期 is exact; only licences in force when the table was made are here, so "
        "that one that lapsed before left no trace.",
    ),
    columns=(
        Column("licence_no", Kind.TEXT, ("证号",), "证号", required=True),
        name("企业名称"),
        code("行政相对人代码"),
        Column("address", Kind.TEXT, ("注册地址",), "注册地址"),
        Column("state", Kind.TEXT, ("证书状态",), "证书状态"),
        Column("economic_form", Kind.TEXT, ("经济类型",), "经济类型"),
        Column("issued_on", Kind.DAY, ("核发日期",), "核发日期", required=True),
        Column("valid_before_until_on", Kind.DAY, ("前一次有效期",), "延期前的有效期"),
        Column("valid_until_on", Kind.DAY, ("延期有效期",), "有效期最后一日", required=True),
    ),
    profile={"name": "business_name", "address": "address"},
)
