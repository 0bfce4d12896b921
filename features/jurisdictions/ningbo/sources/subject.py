"""Columns that every Ningbo delivery carries: whom it is about, when it arrived."""

from __future__ import annotations

from features.contracts import ByCode, ByName, Column, Kind

USCC_HEADERS = (
    "统一社会信用代码",
    "行政相对人代码_1(统一社会信用代码)",
    "社会信用代码",
)
# Without a code, by the name: nothing else is said of a business beside it.
BY_CODE_OR_NAME = ByCode("uscc", name=ByName("business_name"))
# Penalty records may carry older numbers instead: the one that contains most comes first.
BY_ANY_CODE_OR_NAME = ByCode(
    "uscc", ("organisation_code", "registration_no", "tax_no"), ByName("business_name")
)
_UPDATED = ("数据更新时间", "数据入库时间")


def uscc(*headers: str) -> Column:
    """Unified social credit code of the business; empty in some deliveries."""
    return Column(
        "uscc",
        Kind.TEXT,
        headers + USCC_HEADERS,
        "统一社会信用代码 (GB 32100-2015); checked, never corrected",
    )


def business_name(*headers: str) -> Column:
    """Registered name, used to link a record that lacks a code."""
    return Column("business_name", Kind.TEXT, (*headers, "企业名称", "主体名称"), "登记名称")


def updated_at(*headers: str) -> Column:
    """Instant at which the exchange platform had the record."""
    return Column("updated_at", Kind.INSTANT, (*_UPDATED, *headers), "归集平台取得该版本的时间")
