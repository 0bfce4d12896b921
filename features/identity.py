"""Identifiers of businesses: what they look like, whether they check, and one spelling.

Sources: GB 32100-2015 (unified social credit code), GB 11714-1997 (organisation
code), GS 15-2006 (registration number), GB 11643-1999 (resident number). Some issued
codes fail their own check, so a failed check is a warning and only a wrong shape is a
refusal; so is one character repeated, and a resident's number, which sole traders used
as tax number and which is never kept.

>>> check("91330200711192037M").verdict
<Verdict.VALID: 'valid'>
>>> check("91350211M0000XUF46").verdict
<Verdict.CHECKSUM_WARNING: 'checksum_warning'>
>>> check("not a code").verdict
<Verdict.INVALID: 'invalid'>
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Scheme = Literal["uscc", "plain"]

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_USCC = r"[0-9A-HJ-NPQRTUWXY]{18}"
_ORGANISATION = r"[0-9A-Z]{8}[0-9X]"
_REGISTRATION = r"[0-9]{15}"
_TAX = r"[0-9]{6}[0-9A-Z]{8}[0-9X](?:000)?"
_RESIDENT = r"[0-9]{6}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]"
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_LEFT_OUT = r"[\s\-‐–—﹣\u00a0\u200b]"


class Verdict(StrEnum):
    """What a check of an identifier found."""

    VALID = "valid"
    CHECKSUM_WARNING = "checksum_warning"
    INVALID = "invalid"


class IdentifierKind(StrEnum):
    """What an identifier is, judged by its shape."""

    USCC = "uscc"
    ORGANISATION = "organisation_code"
    REGISTRATION = "registration_number"
    TAX = "tax_number"
    RESIDENT = "resident_number"
    OTHER = "other"


@dataclass(frozen=True)
class Check:
    """One spelling of an identifier, what it is, and whether it checks.

    `suggestion` is the identifier with a typed I or O read as 1 or 0, when that
    makes it check; it is never applied.
    """

    normal: str
    kind: IdentifierKind
    verdict: Verdict
    suggestion: str | None = None


def normalise(text: str, scheme: Scheme = "uscc") -> str:
    """One spelling: half-width, and for codes upper-case without blanks and hyphens.

    >>> normalise(" ９１３３０２００－７１１１９２０３７ｍ ")
    '91330200711192037M'
    >>> normalise("2081412.0", "plain")
    '2081412'
    """
    half = text.translate(_FULL_WIDTH).strip()
    if re.fullmatch(r"[0-9]+\.0", half):
        half = half[:-2]
    return half if scheme == "plain" else re.sub(_LEFT_OUT, "", half).upper()


def uscc_check_character(first_17: str) -> str:
    """The 18th character (GB 32100): a remainder of zero gives ``0``.

    >>> uscc_check_character("91330200MA2WPNGX0")
    '0'
    """
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first_17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(first_8: str) -> str:
    """The 9th character of an organisation code (GB 11714).

    >>> organisation_check_character("71119203")
    '7'
    """
    total = sum(
        ORGANISATION_ALPHABET.index(c) * w
        for c, w in zip(first_8, ORGANISATION_WEIGHTS, strict=True)
    )
    rest = 11 - total % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def registration_check_digit(first_14: str) -> str:
    """The 15th digit of a registration number (ISO 7064 MOD 11,10).

    >>> registration_check_digit("11010801266042")
    '2'
    """
    p = 10
    for digit in first_14:
        s = (int(digit) + p) % 10 or 10
        p = s * 2 % 11
    return str((11 - p) % 10)


def check(text: str) -> Check:
    """Judge an identifier under the scheme ``uscc``.

    Eighteen characters are a unified code, nine an organisation code, fifteen
    digits a registration number or a tax number (division and organisation
    code, sometimes padded with 000).
    """
    normal = normalise(text)
    if is_placeholder(normal):
        return Check(normal, IdentifierKind.OTHER, Verdict.INVALID)
    if is_resident(normal):
        return Check(normal, IdentifierKind.RESIDENT, Verdict.INVALID)
    is_tax = re.fullmatch(_TAX, normal) is not None and _organisation_checks(normal[6:15])
    if is_tax and len(normal) == 18 and not _uscc_checks(normal):
        return Check(normal, IdentifierKind.TAX, Verdict.VALID)
    if re.fullmatch(_USCC, normal):
        return _judged(normal, IdentifierKind.USCC, _uscc_checks(normal))
    if re.fullmatch(_ORGANISATION, normal):
        return _judged(normal, IdentifierKind.ORGANISATION, _organisation_checks(normal))
    if is_tax:
        registered = normal.isdigit() and _registration_checks(normal)
        kind = IdentifierKind.REGISTRATION if registered else IdentifierKind.TAX
        return Check(normal, kind, Verdict.VALID)
    if re.fullmatch(_REGISTRATION, normal):
        return _judged(normal, IdentifierKind.REGISTRATION, _registration_checks(normal))
    return Check(normal, IdentifierKind.OTHER, Verdict.INVALID, _suggested(normal))


def is_placeholder(normal: str) -> bool:
    """Whether an identifier only fills its field: one character throughout, or to the last.

    >>> is_placeholder("111111111111111111"), is_placeholder("00000000000000000X")
    (True, True)
    """
    return len(normal) > 1 and len(set(normal[:-1])) == 1


def is_resident(normal: str) -> bool:
    """Whether an identifier is a natural person's number (GB 11643), not a business's.

    A number that checks both as a unified code and as the organisation code within
    it is a business's.

    >>> is_resident("11010519491231002X")
    True
    """
    if not re.fullmatch(_RESIDENT, normal):
        return False
    total = sum(int(c) * w for c, w in zip(normal, RESIDENT_WEIGHTS, strict=False))
    if "10X98765432"[total % 11] != normal[17]:
        return False
    return not (_uscc_checks(normal) and _organisation_checks(normal[8:17]))


def is_unified(normal: str) -> bool:
    """Whether a normalised identifier is a unified code rather than another number.

    >>> is_unified("91330200711192037M"), is_unified("110105717776658000")
    (True, False)
    """
    return check(normal).kind is IdentifierKind.USCC


def organisation_part(normal: str) -> str | None:
    """The nine-character organisation code inside a normalised identifier.

    >>> organisation_part("91330200711192037M")
    '711192037'
    """
    kind = check(normal).kind
    if kind is IdentifierKind.USCC:
        return normal[8:17]
    if kind is IdentifierKind.TAX:
        return normal[6:15]
    return normal if kind is IdentifierKind.ORGANISATION else None


def _judged(normal: str, kind: IdentifierKind, checks: bool) -> Check:
    return Check(normal, kind, Verdict.VALID if checks else Verdict.CHECKSUM_WARNING)


def _suggested(normal: str) -> str | None:
    typed = normal.replace("I", "1").replace("O", "0")
    if typed != normal and re.fullmatch(_USCC, typed) and _uscc_checks(typed):
        return typed
    return None


def _uscc_checks(code: str) -> bool:
    return re.fullmatch(_USCC, code) is not None and uscc_check_character(code[:17]) == code[17]


def _organisation_checks(code: str) -> bool:
    return organisation_check_character(code[:8]) == code[8]


def _registration_checks(number: str) -> bool:
    return registration_check_digit(number[:14]) == number[14]
