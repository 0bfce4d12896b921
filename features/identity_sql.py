"""The checks of `features.identity` as SQL, for millions of rows.

A test holds the two equal on random and on published codes.
"""

from __future__ import annotations

from features.identity import (
    ORGANISATION_ALPHABET,
    ORGANISATION_WEIGHTS,
    RESIDENT_WEIGHTS,
    USCC_ALPHABET,
    USCC_WEIGHTS,
)

_USCC = "[0-9A-HJ-NPQRTUWXY]{18}"
# A business's unified code with a district's number: first two characters that differ,
# and none of a resident's year of birth in the seventh and eighth place.
_USUAL = "9[123][0-9]{4}(1[0-8]|2[1-9]|[03-9][0-9])[0-9A-HJ-NPQRTUWXY]{10}"
_ORGANISATION = "[0-9A-Z]{8}[0-9X]"
_TAX = "[0-9]{6}[0-9A-Z]{8}[0-9X](000)?"
_REGISTRATION = "[0-9]{15}"
_RESIDENT = "[0-9]{6}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]"


def normal_sql(text: str) -> str:
    """`features.identity.normalise` of text that is already half-width and trimmed."""
    bare = rf"regexp_replace({text}, '[\s‐–—﹣\x{{200B}}-]', '', 'g')"
    return f"upper(CASE WHEN regexp_matches({text}, '[^0-9A-Z]') THEN {bare} ELSE {text} END)"


def usual_sql(text: str) -> str:
    """Whether text is a unified code as most are: normal as it stands, and fitting.

    One cheap look; where it is false nothing is said.
    """
    return f"regexp_full_match({text}, '{_USUAL}')"


def fits_sql(code: str) -> str:
    """Whether the verdict on a normalised identifier is other than ``invalid``.

    Cheaper than the verdict: a form that is accepted with a warning needs no check
    digits here.
    """
    forms = (_USCC, _ORGANISATION, _REGISTRATION)
    branches = [f"WHEN regexp_full_match({code}, '{form}') THEN TRUE" for form in forms]
    return (
        f"CASE WHEN {code} IS NULL THEN NULL WHEN {_no_business(code)} THEN FALSE "
        f"{' '.join(branches)} ELSE {_tax_number(code)} END"
    )


def verdict_sql(code: str) -> str:
    """The verdict of `features.identity.check` on a column of normalised identifiers."""
    return (
        f"CASE WHEN {code} IS NULL THEN NULL "
        f"WHEN {_no_business(code)} THEN 'invalid' "
        f"WHEN length({code}) = 18 AND regexp_full_match({code}, '{_USCC}') "
        f"AND {_uscc_checks(code)} THEN 'valid' "
        f"WHEN {_tax_number(code)} THEN 'valid' "
        f"WHEN regexp_full_match({code}, '{_USCC}') THEN 'checksum_warning' "
        f"WHEN regexp_full_match({code}, '{_ORGANISATION}') "
        f"THEN CASE WHEN {_organisation_checks(code, 1)} THEN 'valid' ELSE 'checksum_warning' END "
        f"WHEN regexp_full_match({code}, '{_REGISTRATION}') "
        f"THEN CASE WHEN {_registration_checks(code)} THEN 'valid' ELSE 'checksum_warning' END "
        "ELSE 'invalid' END"
    )


def _tax_number(code: str) -> str:
    return f"(regexp_full_match({code}, '{_TAX}') AND {_organisation_checks(code, 7)})"


def _no_business(code: str) -> str:
    """Whether an identifier fills its field with one character, or is a resident's number.

    The first characters are looked at before anything that costs more.
    """
    first = f"substr({code}, 1, 1)"
    filled = f"(length({code}) > 1 AND replace(left({code}, -1), {first}, '') = '')"
    total = " + ".join(
        f"TRY_CAST(substr({code}, {i + 1}, 1) AS BIGINT) * {weight}"
        for i, weight in enumerate(RESIDENT_WEIGHTS)
    )
    checks = f"substr('10X98765432', ({total}) % 11 + 1, 1) = substr({code}, 18, 1)"
    business = f"({_uscc_checks(code)} AND {_organisation_checks(code, 9)})"
    return (
        f"(CASE WHEN length({code}) < 3 OR {first} = substr({code}, 2, 1) THEN {filled} "
        f"ELSE FALSE END OR CASE WHEN substr({code}, 7, 2) IN ('19', '20') THEN "
        f"CASE WHEN length({code}) = 18 AND regexp_full_match({code}, '{_RESIDENT}') "
        f"THEN {checks} AND NOT {business} ELSE FALSE END ELSE FALSE END)"
    )


def _values(code: str, first: int, alphabet: str, weights: tuple[int, ...]) -> str:
    return " + ".join(
        f"(strpos('{alphabet}', substr({code}, {first + i}, 1)) - 1) * {weight}"
        for i, weight in enumerate(weights)
    )


def _uscc_checks(code: str) -> str:
    total = _values(code, 1, USCC_ALPHABET, USCC_WEIGHTS)
    return f"((31 - ({total}) % 31) % 31 = strpos('{USCC_ALPHABET}', substr({code}, 18, 1)) - 1)"


def _organisation_checks(code: str, first: int) -> str:
    total = _values(code, first, ORGANISATION_ALPHABET, ORGANISATION_WEIGHTS)
    # 11 − remainder: 10 is written X, 11 is written 0.
    return f"(substr('0123456789X0', 12 - ({total}) % 11, 1) = substr({code}, {first + 8}, 1))"


def _registration_checks(code: str) -> str:
    # ISO 7064 MOD 11,10: p → (10 if (d + p) % 10 is 0 else (d + p) % 10) × 2 % 11.
    digits = f"list_transform(range(1, 15), lambda i: TRY_CAST(substr({code}, i, 1) AS BIGINT))"
    step = "lambda p, d: (CASE WHEN (d + p) % 10 = 0 THEN 10 ELSE (d + p) % 10 END) * 2 % 11"
    rest = f"list_reduce(list_prepend(10, {digits}), {step})"
    return f"COALESCE((11 - {rest}) % 10 = TRY_CAST(substr({code}, 15, 1) AS BIGINT), FALSE)"
