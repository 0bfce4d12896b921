r"""Why somebody looks: a statutory item in words, said with every look of a regulator.

It is kept for good in the audit log, so it must name no business and no person:
runs of digits and letters as long as an identifier are refused.

>>> purpose_fault("双随机抽查 2026 第三批")
>>> purpose_fault("复查 91330200144067248N")
'no identifier (a run of 9 or more letters and digits)'
>>> purpose_fault("\uff19\uff11\uff13\uff13\uff10\uff12\uff10\uff10\uff11")  # full width
'no identifier (a run of 9 or more letters and digits)'
>>> purpose_fault("抽查\u202e")
'visible characters'
"""

from __future__ import annotations

import re
from urllib.parse import unquote

HEADER = "x-purpose"
MOST = 100
# Control characters, and what is not seen or turns the direction of what is.
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ud800-\udfff\ufeff\ufff0-\uffff]"
)
# In letters and digits of either width.
_IDENTIFIER = re.compile(
    r"(?=[A-Za-z\uff21-\uff3a\uff41-\uff5a]*[0-9\uff10-\uff19])[0-9A-Za-z\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]{9,}"
)


def purpose_fault(text: str) -> str | None:
    """What a purpose must be, when `text` is none."""
    if not 2 <= len(text) <= MOST:
        return f"2 to {MOST} characters"
    if _HIDDEN.search(text):
        return "visible characters"
    if _IDENTIFIER.search(text):
        return "no identifier (a run of 9 or more letters and digits)"
    return None


def stated(header: str) -> str:
    """The purpose a header states; other than ASCII is percent-encoded UTF-8.

    >>> stated("%E6%8A%BD%E6%9F%A5 2026")
    '抽查 2026'
    """
    return unquote(header, errors="replace").strip()
