"""Codes and masks: delivered words to positions and bits."""

from __future__ import annotations

import re
from collections.abc import Mapping

from features.contracts import Column
from features.ingest.text import clean

YES = ("1", "true", "True", "TRUE", "t", "T", "是", "有", "y", "Y", "yes", "Yes", "YES", "√", "✓")
NO = ("0", "false", "False", "FALSE", "f", "F", "否", "无", "n", "N", "no", "No", "NO", "×", "✗")
_SEPARATORS = (r"[;；]", r"[;；,，]", r"[;；,，、|/]", r"[;；,，、|/\s]")


def spelled(column: Column) -> Mapping[str, int]:
    """Cleaned delivered text → position of its label."""
    positions = {label: i for i, label in enumerate(column.labels)}
    words = {clean(label): i for label, i in positions.items()}
    return words | {clean(text): positions[label] for text, label in column.spellings.items()}


def code(text: str, words: Mapping[str, int]) -> int | None:
    """The code of cleaned `text`: as spelled, or as a float spells its number.

    >>> code("3.0", {"3": 0})
    0
    """
    if text in words:
        return words[text]
    return words.get(text.removesuffix(".0"))


def mask(text: str, words: Mapping[str, int]) -> int | None:
    """The bits of a list of labels in one text; none when a word is unknown.

    The coarsest separator that leaves only known words is the right one, so that
    a label may itself contain a finer one.

    >>> words = {"罚款": 0, "没收违法所得、没收非法财物": 1}
    >>> mask("罚款;没收违法所得、没收非法财物", words)
    3
    >>> mask("罚款,不明", words) is None
    True
    """
    if text in words:
        return 1 << words[text]
    for separator in _SEPARATORS:
        pieces = [clean(piece) for piece in re.split(separator, text)]
        pieces = [piece for piece in pieces if piece]
        if pieces and all(piece in words for piece in pieces):
            bits = 0
            for piece in pieces:
                bits |= 1 << words[piece]
            return bits
    return None
