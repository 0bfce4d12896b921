from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.contracts import Phrase
from serving import canonical
from serving.errors import NotCanonical


@dataclass(frozen=True)
class Sample:
    phrase: Phrase
    numbers: tuple[float, ...]
    by_name: Mapping[str, int]
    on: date
    note: str | None


SAMPLE = Sample(Phrase("宁波", "Ningbo"), (0.1, 600.0), {"b": 2, "a": 1}, date(2024, 5, 31), None)
BYTES = (
    '{"by_name":{"a":1,"b":2},"note":null,"numbers":[0.1,600.0],"on":"2024-05-31",'
    '"phrase":{"en":"Ningbo","zh":"宁波"}}'
).encode()


def test_keys_are_sorted_and_there_are_no_spaces() -> None:
    assert canonical.encode(SAMPLE) == BYTES


def test_a_document_reads_back_as_it_was_written() -> None:
    assert canonical.decode(Sample, BYTES, "sample") == SAMPLE


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(BYTES.replace(b'"a":1', b'"a": 1'), id="a space"),
        pytest.param(BYTES.replace(b'"a":1,"b":2', b'"b":2,"a":1'), id="another order"),
        pytest.param(BYTES.replace(b"600.0", b"6e2"), id="another spelling of a number"),
        pytest.param(BYTES.replace(b'"note":null', b'"more":1,"note":null'), id="unknown field"),
        pytest.param(BYTES.replace(b'"a":1', b'"a":7,"a":1'), id="repeated key"),
        pytest.param(BYTES + b"\n", id="a line end"),
    ],
)
def test_any_other_spelling_is_refused(other: bytes) -> None:
    with pytest.raises(NotCanonical, match="other spelling in sample"):
        canonical.decode(Sample, other, "sample")


def test_a_wrong_type_is_named_by_place_and_type_never_by_value() -> None:
    secret = BYTES.replace(b'"a":1', '"a":"张三"'.encode())
    with pytest.raises(NotCanonical, match=r"sample\.by_name\.a: expected a valid integer") as told:
        canonical.decode(Sample, secret, "sample")
    assert "got str" in str(told.value)
    assert "张三" not in str(told.value)


def test_nan_has_no_canonical_form() -> None:
    with pytest.raises(ValueError, match="NaN and infinity"):
        canonical.encode({"x": float("nan")})


def test_an_unknown_kind_of_value_has_no_canonical_form() -> None:
    with pytest.raises(TypeError, match="no canonical form for set"):
        canonical.encode({"x": {1}})


def test_a_whole_number_in_a_float_field_is_normalised() -> None:
    whole = Sample(SAMPLE.phrase, (600,), {}, SAMPLE.on, None)
    assert canonical.encode(canonical.normal(Sample, whole)).count(b"600.0") == 1


_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text() | st.dates()
    | st.floats(allow_nan=False, allow_infinity=False)
)  # fmt: skip
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(st.integers(), inner)
        | st.builds(Sample, phrase=inner, numbers=inner, by_name=inner, on=inner, note=inner)
    ),
    max_leaves=20,
)


@given(value=_VALUES)
def test_the_bytes_are_those_of_pythons_own_encoder(value: object) -> None:
    def plain(one: object) -> object:
        if isinstance(one, date):
            return one.isoformat()
        assert isinstance(one, Sample)
        return {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}

    expected = json.dumps(
        value, default=plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False,
        allow_nan=False,
    )  # fmt: skip
    assert canonical.encode(value) == expected.encode()


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form for object"):
        canonical.encode({"a": object()})


def test_a_spelling_that_is_kept_is_the_one_without_keeping() -> None:
    @canonical.spelled_once
    @dataclass(frozen=True)
    class Kept:
        name: str
        count: float | None

    first, same = Kept("宁波", 1.5), Kept("宁波", 1.5)
    before = canonical.encode(first)
    assert before == canonical.encode(first) == canonical.encode(same)
    assert before == '{"count":1.5,"name":"宁波"}'.encode()
    assert first == same
    assert dataclasses.asdict(first) == {"name": "宁波", "count": 1.5}
    assert canonical.encode(dataclasses.replace(first, count=None)) == (
        '{"count":null,"name":"宁波"}'.encode()
    )
