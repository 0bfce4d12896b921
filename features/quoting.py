"""Names and texts as the engine's SQL writes them."""

from __future__ import annotations


def literal(text: str) -> str:
    """A text constant in SQL.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted name in SQL.

    >>> identifier('a b')
    '"a b"'
    """
    return '"' + name.replace('"', '""') + '"'
