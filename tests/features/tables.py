"""Small ASCII tables: a header, then one case or record a line, ``-`` for nothing."""

from __future__ import annotations

from tests.features.worlds import Cell, day


def parsed(table: str) -> list[dict[str, Cell]]:
    """Rows by column; ISO dates become days, numbers integers, ``-`` nothing.

    >>> parsed("case | on\\n---\\nleap day | 1970-03-01")
    [{'case': 'leap day', 'on': 59}]
    """
    lines = [line.strip() for line in table.strip().splitlines()]
    header, *body = [line for line in lines if line and not line.startswith("---")]
    names = [name.strip() for name in header.split("|")]
    return [dict(zip(names, map(_cell, line.split("|")), strict=True)) for line in body]


def _cell(text: str) -> Cell:
    text = text.strip()
    if text == "-":
        return None
    if text.lstrip("-").isdigit():
        return int(text)
    parts = text.split("-")
    if len(parts) == 3 and all(part.isdigit() for part in parts):
        return day(text)
    return text
