"""Identifiers of businesses: the published samples, and SQL equal to Python."""

from __future__ import annotations

import random

import duckdb
import pytest

from features.identity import (
    ORGANISATION_ALPHABET,
    USCC_ALPHABET,
    IdentifierKind,
    Verdict,
    check,
    normalise,
    organisation_check_character,
    organisation_part,
    registration_check_digit,
    uscc_check_character,
)
from features.identity_sql import fits_sql, normal_sql, verdict_sql

VALID = [
    "91330200711192037M",
    "914403001922038216",
    "9144030071526726XG",
    "91110108551385082Q",
    "91330100799655058B",
    "911100001000044477",
    "911000001000013428",
    "91110000710925462X",
    "91330282671205242Y",
    "91330000733796106P",
    "91440300192317458F",
    "91350100M000100Y43",
    "91330203MA29DJ4P1Q",
    "91330206MA283DDB2R",
    "91330212MA2FE8G129",
    "91330281MA2TH3HM6D",
    "91330282MA2YE5T9XB",
]
REGISTRATIONS = [
    "110108012660422",
    "110108002734659",
    "440301103097413",
    "440301103448669",
    "110108000000016",
]
ISSUED_BUT_FAILING = ["91350211M0000XUF46", "91350100M0001TGQXM"]
NO_CODES = ["91350100M000100Y4Z", "91310115MA1H8R7C6D"]


@pytest.mark.parametrize("code", VALID)
def test_published_codes_are_valid_in_both_check_characters(code: str) -> None:
    assert check(code).verdict is Verdict.VALID
    assert check(code).kind is IdentifierKind.USCC
    assert organisation_check_character(code[8:16]) == code[16]


def test_a_remainder_of_zero_is_written_zero() -> None:
    assert check("91330200MA2WPNGX00").verdict is Verdict.VALID
    assert uscc_check_character("91330200MA2WPNGX0") == "0"


@pytest.mark.parametrize("code", ISSUED_BUT_FAILING)
def test_issued_codes_that_fail_their_check_are_a_warning(code: str) -> None:
    assert check(code).verdict is Verdict.CHECKSUM_WARNING


def test_a_code_with_a_letter_outside_the_alphabet_is_invalid() -> None:
    assert check(NO_CODES[0]).verdict is Verdict.INVALID


def test_a_code_of_the_right_form_that_fails_is_never_valid() -> None:
    assert check(NO_CODES[1]).verdict is Verdict.CHECKSUM_WARNING


@pytest.mark.parametrize("number", REGISTRATIONS)
def test_registration_numbers_check(number: str) -> None:
    found = check(number)
    assert (found.kind, found.verdict) == (IdentifierKind.REGISTRATION, Verdict.VALID)


def test_a_registration_number_with_a_wrong_digit_is_a_warning() -> None:
    assert check("110108012660423").verdict is Verdict.CHECKSUM_WARNING


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("91330200711192037M", "711192037"),
        ("71119203-7", "711192037"),
        ("330200711192037", "711192037"),
        ("330200711192037000", "711192037"),
        ("110108012660422", None),
        ("somebody", None),
    ],
)
def test_an_organisation_code_stands_inside_other_identifiers(text: str, part: str | None) -> None:
    assert organisation_part(normalise(text)) == part


def test_a_tax_number_is_no_registration_number() -> None:
    assert check("330200711192037").kind is IdentifierKind.TAX


@pytest.mark.parametrize("text", ["", "123", "91330200711192037", "张三", "91330200711192037MM"])
def test_what_has_no_form_of_an_identifier_is_invalid(text: str) -> None:
    assert check(text).verdict is Verdict.INVALID


def test_a_typed_letter_is_suggested_as_a_digit_and_never_applied() -> None:
    found = check("9133O200711192037M")
    assert found.verdict is Verdict.INVALID
    assert found.normal == "9133O200711192037M"
    assert found.suggestion == "91330200711192037M"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("９１３３０２００７１１１９２０３７ｍ", "91330200711192037M"),
        (" 9133 0200-7111 9203-7M ", "91330200711192037M"),
        ("110108012660422.0", "110108012660422"),
    ],
)
def test_spellings_become_one(text: str, normal: str) -> None:
    assert normalise(text) == normal


def test_plain_identifiers_are_only_stripped() -> None:
    assert normalise(" ab-1 ", "plain") == "ab-1"


def random_identifiers(how_many: int) -> list[str]:
    draw = random.Random(32100)
    out = []
    for _ in range(how_many):
        body = "".join(draw.choices(USCC_ALPHABET, k=17))
        out.append(body + draw.choice([uscc_check_character(body), *USCC_ALPHABET]))
        organisation = "".join(draw.choices(ORGANISATION_ALPHABET, k=8))
        ending = draw.choice([organisation_check_character(organisation), "7", "X", "A"])
        out.append(organisation + ending)
        prefix = "".join(draw.choices("0123456789", k=6))
        out.append(prefix + organisation + ending + draw.choice(["", "000", "001"]))
        digits = "".join(draw.choices("0123456789", k=14))
        out.append(digits + draw.choice([registration_check_digit(digits), "0"]))
        out.append("".join(draw.choices("0123456789AIOZ-", k=draw.randint(1, 20))))
    return out


def test_sql_judges_as_python_does() -> None:
    texts = [*VALID, *REGISTRATIONS, *ISSUED_BUT_FAILING, *NO_CODES, *random_identifiers(2_000)]
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT t, n, {verdict_sql('n')}, {fits_sql('n')} "
            f"FROM (SELECT t, {normal_sql('t')} AS n "
            "FROM (SELECT unnest(?::VARCHAR[]) AS t))",
            [texts],
        ).fetchall()
    assert len(rows) == len(texts)
    for text, normal, verdict, fits in rows:
        assert normal == normalise(text)
        assert verdict == check(text).verdict.value, text
        assert fits is (verdict != "invalid"), text
