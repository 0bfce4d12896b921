"""How delivered text is cleaned before anything reads meaning into it.

The same cleaning exists twice, as SQL for millions of values and as Python for
the few the fast path cannot read; a test holds them equal.
"""

from __future__ import annotations

import re

from features.quoting import literal

FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u00a0"
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + "  "
_TABLE = str.maketrans(FULL_WIDTH, HALF_WIDTH)
_BLANKS = " \t\r\n\f\v\ufeff\u200b"
_EDGE = r"[\s\x{feff}\x{200b}]"
_CHANGED = r"[\x{a0}\x{3000}\x{ff01}-\x{ff5e}]"
# Everything to be replaced but the brackets and punctuation of every Chinese text.
_UNUSUAL = r"[\x{a0}\x{3000}\x{ff01}-\x{ff07}\x{ff0a}\x{ff0b}\x{ff0d}-\x{ff19}\x{ff1c}-\x{ff5e}]"

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


def clean_sql(field: str) -> str:
    """`clean` of a column in SQL.

    Translating is slow, so it is kept for text that needs it: one look tells text
    that is clean, and a few replacements do for the usual punctuation.
    """
    blanks = literal(_BLANKS)
    brackets = _replaced(field, "（）")
    return (
        f"CASE WHEN strlen({field}) = length({field}) THEN "
        f"CASE WHEN {field} < '!' OR {field}[-1] <= ' ' "
        f"THEN trim({field}, {blanks}) ELSE {field} END "
        f"WHEN NOT regexp_matches({field}, '{_CHANGED}|^{_EDGE}|{_EDGE}$') THEN {field} "
        f"WHEN regexp_matches({field}, '{_UNUSUAL}|^{_EDGE}|{_EDGE}$') "
        f"THEN trim(translate({field}, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)}), {blanks}) "
        f"WHEN {_contains(field, '，：；')} THEN {_replaced(brackets, '，：；')} "
        f"ELSE {brackets} END"
    )


def _contains(expression: str, characters: str) -> str:
    return " OR ".join(f"contains({expression}, {literal(c)})" for c in characters)


def _replaced(expression: str, characters: str) -> str:
    for full, half in zip(characters, clean(characters), strict=True):
        expression = f"replace({expression}, {literal(full)}, {literal(half)})"
    return expression


def none_sql(expression: str, meant: frozenset[str] = frozenset()) -> str:
    """NULL where cleaned text stands for no value; texts in `meant` are values here."""
    words = [word for word in PLACEHOLDERS if word not in meant]
    longest = max(len(word.encode()) for word in words)
    # No word begins with a digit. A pattern costs the engine one expression, a list
    # of words one for each of them.
    pattern = "|".join(re.escape(word) for word in words)
    return (
        f"CASE WHEN strlen({expression}) <= {longest} "
        f"AND NOT ({expression} >= '0' AND {expression} < ':') "
        f"AND regexp_full_match({expression}, {literal(pattern)}) "
        f"THEN NULL ELSE {expression} END"
    )


def whole_sql(expression: str) -> str:
    """Text of a whole number that went through a float, without its ``.0``."""
    return (
        f"CASE WHEN suffix({expression}, '.0') AND "
        f"regexp_full_match({expression}, '[0-9]+\\.0') "
        f"THEN {expression}[:-3] ELSE {expression} END"
    )
