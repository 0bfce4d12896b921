from __future__ import annotations

import numpy as np

from features.identity import IdentifierKind, Verdict, check, organisation_check_character
from features.synthetic.identifiers import credit_codes, registration_numbers, texts, tokens

N = 2_000
NUMBER = np.arange(N)
DIVISION = np.full(N, 330203)


def codes(reformed: bool) -> list[str]:
    kind = np.full(N, ord("1"), np.uint8)
    made = credit_codes(kind, DIVISION, NUMBER, np.full(N, reformed))
    return [str(code) for code in texts(made).to_pylist()]


def test_codes_after_the_reform_check_and_differ() -> None:
    made = codes(reformed=True)
    assert all(check(code).verdict is Verdict.VALID for code in made)
    assert all(code[:10] == "91330203MA" for code in made)
    assert all(organisation_check_character(code[8:16]) == code[16] for code in made)
    assert len(set(made)) == N


def test_codes_from_before_the_reform_have_a_numeric_body() -> None:
    made = codes(reformed=False)
    assert all(check(code).verdict is Verdict.VALID for code in made)
    assert all(code[8:16].isdecimal() for code in made)
    assert len(set(made)) == N


def test_some_codes_end_in_zero_because_their_sum_leaves_no_remainder() -> None:
    assert any(code.endswith("0") for code in codes(reformed=True))


def test_registration_numbers_check() -> None:
    made = texts(registration_numbers(DIVISION, NUMBER)).to_pylist()
    judged = [check(number) for number in made]
    assert {one.kind for one in judged} == {IdentifierKind.REGISTRATION}
    assert {one.verdict for one in judged} == {Verdict.VALID}


def test_tokens_are_equal_exactly_for_equal_groups() -> None:
    group = np.array([7, 7, 8])
    one, same, other = texts(tokens(group, salt=1)).to_pylist()
    assert one == same != other
    assert texts(tokens(group, salt=2)).to_pylist()[0] != one


def test_texts_are_cut_at_their_length() -> None:
    characters = np.frombuffer(b"abcdef", np.uint8).reshape(2, 3)
    assert texts(characters).to_pylist() == ["abc", "def"]
