"""Chinese punctuation for Chinese text.

Phrases are written with the marks a keyboard gives; on a page, marks between
Chinese characters take their full width. Numbers and Latin text keep theirs.

>>> typeset("近3年罚款3,000元,高于同类(平均:900元)")
'近3年罚款3,000元，高于同类（平均：900元）'
>>> typeset("penalties:0061")
'penalties:0061'
"""

from __future__ import annotations

import re

_WIDE = str.maketrans(",:;?!", "，：；？！")
_MARK = re.compile(r"(?<=[\u4e00-\u9fff\u3001-\u301f）])[,:;?!]")
_BRACKETS = re.compile(r"\(([^()]*[\u4e00-\u9fff][^()]*)\)")


def typeset(text: str) -> str:
    """The text with full-width marks where they stand among Chinese characters."""
    text = _BRACKETS.sub(r"（\1）", text)
    return _MARK.sub(lambda mark: mark[0].translate(_WIDE), text)
