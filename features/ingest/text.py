"""How delivered text is cleaned before anything reads meaning into it.

The same cleaning exists twice, as SQL for millions of values and as Python for
the few the fast path cannot read; a test holds them equal.
"""

from __future__ import annotations

import re

FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u00a0"
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + "  "
_TABLE = str.maketrans(FULL_WIDTH, HALF_WIDTH)
_BLANKS = " \t\r\n\ufeff\u200b"

# What departments write when there is nothing to write.
PLACEHOLDERS: tuple[str, ...] = (
    "", "/", "//", "\\", "\\N", "-", "--", "---", "—", "——", "_", "*", "?",
    "无", "不祥", "不详", "未知", "空", "暂无",
    "null", "Null", "NULL", "(null)", "(NULL)", "empty", "Empty", "EMPTY",
    "none", "None", "NONE", "nan", "NaN", "NAN", "n/a", "N/A", "#N/A", "#REF!", "#VALUE!",
    "nil", "NIL",
)  # fmt: skip


def clean(text: str) -> str:
    """Half-width, without blanks around.

    >>> clean(" ＡＢＣ（１２） ")
    'ABC(12)'
    """
    return text.translate(_TABLE).strip(_BLANKS)


def is_none(text: str) -> bool:
    """Whether cleaned text stands for no value.

    >>> is_none("不祥"), is_none("0")
    (True, False)
    """
    return text in PLACEHOLDERS


def heading(text: str) -> str:
    """A heading as it is compared: half-width and without any blanks.

    >>> heading("罚款金额 （万元）")
    '罚款金额(万元)'
    """
    return re.sub(r"\s+", "", clean(text))


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


def clean_sql(expression: str) -> str:
    """`clean` in SQL; translating is skipped where every character is one byte."""
    return (
        f"trim(CASE WHEN strlen({expression}) = length({expression}) THEN {expression} "
        f"ELSE translate({expression}, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)}) END, "
        f"{literal(_BLANKS)})"
    )


def none_sql(expression: str, meant: frozenset[str] = frozenset()) -> str:
    """NULL where cleaned text stands for no value; texts in `meant` are values here."""
    words = ", ".join(literal(word) for word in PLACEHOLDERS if word not in meant)
    return f"CASE WHEN {expression} IN ({words}) THEN NULL ELSE {expression} END"


def whole_sql(expression: str) -> str:
    """Text of a whole number that went through a float, without its ``.0``."""
    return (
        f"CASE WHEN suffix({expression}, '.0') AND "
        f"regexp_full_match({expression}, '[0-9]+\\.0') "
        f"THEN {expression}[:-3] ELSE {expression} END"
    )
