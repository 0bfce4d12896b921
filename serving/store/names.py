"""Exact substring search on names, in any script, by pairs of characters.

A name is indexed as the sequence of its overlapping character pairs, each
written as ten hex digits; a part of a name is then a phrase of such pairs. One
character is found as the beginning of a pair.

>>> index_text("宁波A")
'05b8106ce2 06ce200061 0006100000'
>>> match_text("波a")
'"06ce200061"'
>>> match_text("宁")
'"05b81" *'
"""

from __future__ import annotations

import unicodedata

_END = "00000"


def folded(text: str) -> str:
    """Text as it is compared: compatibility forms and case are one, blanks single."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def index_text(name: str) -> str:
    """The tokens a name is found by, in order, separated by blanks."""
    codes = folded(name).translate(_CODES) + _END
    return " ".join([codes[i : i + 10] for i in range(0, len(codes) - 5, 5)])


def match_text(query: str) -> str:
    """The full-text expression that a name must match: every word of `query` is part of it."""
    return " ".join(_phrase(word) for word in folded(query).split())


def _phrase(word: str) -> str:
    codes = word.translate(_CODES)
    if len(codes) == 5:
        return f'"{codes}" *'
    return '"' + " ".join(codes[i : i + 10] for i in range(0, len(codes) - 5, 5)) + '"'


class _Codes(dict[int, str]):
    """Code point → five hex digits, made when first met."""

    def __missing__(self, point: int) -> str:
        self[point] = f"{point:05x}"
        return self[point]


_CODES = _Codes()
