"""Why somebody looks: a statutory item in words, said with every look of a regulator.

It is kept for good in the audit log, so it must name no business and no person:
runs of digits and letters as long as an identifier are refused.

>>> purpose_fault("双随机抽查 2026 第三批")
>>> purpose_fault("复查 91330200144067248N")
'no identifier (a run of 9 or more letters and digits)'
"""

from __future__ import annotations

import re
from urllib.parse import unquote

HEADER = "x-purpose"
MOST = 100
_IDENTIFIER = re.compile(r"(?=[A-Za-z]*[0-9])[0-9A-Za-z]{9,}")


def purpose_fault(text: str) -> str | None:
    """What a purpose must be, when `text` is none."""
    if not 2 <= len(text) <= MOST:
        return f"2 to {MOST} characters"
    if not text.isprintable():
        return "printable characters"
    if _IDENTIFIER.search(text):
        return "no identifier (a run of 9 or more letters and digits)"
    return None


def stated(header: str) -> str:
    """The purpose a header states; other than ASCII is percent-encoded UTF-8.

    >>> stated("%E6%8A%BD%E6%9F%A5 2026")
    '抽查 2026'
    """
    return unquote(header, errors="replace").strip()
