"""Chinese punctuation for Chinese text, and the marks around what is not text.

Phrases are written with the marks a keyboard gives; on a page, marks between
Chinese characters take their full width. Numbers and Latin text keep theirs.

>>> typeset("近3年罚款3,000元,高于同类(平均:900元)")
'近3年罚款3,000元，高于同类（平均：900元）'
>>> typeset("penalties:0061")
'penalties:0061'
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from features.contracts import Phrase
from serving.language import Language, say

_WIDE = str.maketrans(",:;?!", "，：；？！")
_MARK = re.compile(r"(?<=[\u4e00-\u9fff\u3001-\u301f）])[,:;?!]")
_BRACKETS = re.compile(r"\(([^()]*[\u4e00-\u9fff][^()]*)\)")


@dataclass(frozen=True)
class Marks:
    """The marks set around names, numbers and what a record says."""

    colon: str
    comma: str
    listed: str
    stop: str
    opening: str
    closing: str

    def within(self, text: str) -> str:
        """The text in brackets, for what stands before it."""
        return f"{self.opening}{text}{self.closing}"


MARKS: dict[Language, Marks] = {
    "zh": Marks("：", "，", "、", "；", "（", "）"),
    "en": Marks(": ", ", ", ", ", "; ", " (", ")"),
}


def said(phrase: Phrase, language: Language) -> str:
    """The phrase in one language, as it is set.

    >>> said(Phrase("规则,罚款", "Rule, fine"), "zh")
    '规则，罚款'
    """
    return typeset(phrase.zh) if language == "zh" else say(phrase, language)


def typeset(text: str) -> str:
    """The text with full-width marks where they stand among Chinese characters."""
    text = _BRACKETS.sub(r"（\1）", text)
    return _MARK.sub(lambda mark: mark[0].translate(_WIDE), text)
