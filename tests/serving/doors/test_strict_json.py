import json

import pytest

from serving.doors.strict_json import NotStrictJson, parse


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "syntax error at character 0"),
        (b'{"a": 1} x', "syntax error at character 9"),
        (b'{"a": 1, "a": 1}', "duplicate key"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate key"),
        (b'{"a": NaN}', "NaN or Infinity"),
        (b'{"a": -Infinity}', "NaN or Infinity"),
        (b'{"a": 1e400}', "a number out of range"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number too long to read"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'\xef\xbb\xbf{"a": 1}', "syntax error at character 0"),
        (b'{"a": "\\ud800"}', "half of a surrogate pair"),
        (b"[" * 17 + b"]" * 17, "nested deeper than 16"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper than 16"),
    ],
)
def test_json_that_readers_could_differ_on_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(NotStrictJson) as refused:
        parse(body)
    assert str(refused.value) == reason


def test_depth_is_counted_in_structure_not_in_brackets() -> None:
    assert parse(b'{"a": "[[[[[[[[[[[[[[[[[[["}') == {"a": "[" * 19}
    assert parse(b"[" * 16 + b"]" * 16) is not None
    assert parse(json.dumps([[i] for i in range(40)]).encode()) == [[i] for i in range(40)]


def test_paired_surrogate_escapes_are_one_character() -> None:
    assert parse(b'{"a": "\\ud842\\udfb7"}') == {"a": "\N{CJK UNIFIED IDEOGRAPH-20BB7}"}


def test_the_reason_never_holds_what_was_sent() -> None:
    with pytest.raises(NotStrictJson) as refused:
        parse(b'{"business_id": "secret", "business_id": "secret"}')
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
