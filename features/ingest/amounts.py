"""Amounts and numbers as departments write them, exact in decimals.

The slow path, for texts the SQL fast path cannot read. Nothing passes through a
binary float; parts smaller than what is stored are rounded half away from zero.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY|USD|[¥¥$])\s*", re.IGNORECASE)
_UNITS = {
    "亿元": Decimal(100_000_000), "万元": Decimal(10_000), "千元": Decimal(1_000),
    "元整": Decimal(1), "元": Decimal(1), "圆": Decimal(1),
}  # fmt: skip
_BIGINT = 2**63 - 1


def number(text: str) -> Decimal | None:
    """The number cleaned `text` writes, or none.

    >>> number("1,234.50"), number("1.2.3")
    (Decimal('1234.50'), None)
    """
    compact = text.replace(" ", "")
    if _GROUPED.fullmatch(compact):
        compact = compact.replace(",", "")
    if not _PLAIN.fullmatch(compact):
        return None
    try:
        return Decimal(compact)
    except InvalidOperation:  # pragma: no cover - the pattern admits only numbers
        return None


def fen(text: str, unit: int) -> int | None:
    """Fen for an amount delivered in `unit` yuan.

    A unit written with the amount goes before the declared one.

    >>> fen("0.3405", 10_000), fen("2000元", 10_000), fen("5000 000", 1)
    (340500, 200000, 500000000)
    """
    amount = _CURRENCY.sub("", text)
    worth = Decimal(unit)
    for written, value in _UNITS.items():
        if amount.endswith(written):
            amount, worth = amount.removesuffix(written).strip(), value
            break
    found = number(amount)
    return None if found is None else _rounded(found * worth * 100)


def millionths(text: str) -> int | None:
    """A decimal × 1,000,000; a percentage is a share.

    >>> millionths("41.802675539"), millionths("12.5%")
    (41802676, 125000)
    """
    share = text.removesuffix("%")
    found = number(share)
    if found is None:
        return None
    return _rounded(found * (10_000 if share != text else 1_000_000))


def whole(text: str) -> int | None:
    """A whole number, also one that went through a float or carries separators.

    >>> whole("1,234"), whole("12.0"), whole("12.5")
    (1234, 12, None)
    """
    found = number(text)
    if found is None or found != found.to_integral_value():
        return None
    return int(found) if abs(found) <= _BIGINT else None


def _rounded(value: Decimal) -> int | None:
    result = value.to_integral_value(rounding=ROUND_HALF_UP)
    return int(result) if abs(result) <= _BIGINT else None
