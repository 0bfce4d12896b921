"""How a typed value of a workbook or a database table is written as delivered text."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

_EXACT = 2**53


def cell_text(value: object) -> str | None:
    """The text of one cell; a whole number in a float loses its ``.0``.

    Bytes are no text: they become ``(bytes)``, which no column but text accepts.

    >>> cell_text(3.0), cell_text(True), cell_text(None)
    ('3', 'true', None)
    >>> from decimal import Decimal
    >>> cell_text(Decimal("0.340500"))
    '0.340500'
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return "(bytes)"
    return str(value)
