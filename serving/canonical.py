"""One byte sequence for one value: the form in which documents are hashed and signed.

Keys sorted, no spaces, UTF-8, shortest round-trip numbers, no NaN. Reading
accepts that form only, so a document and its meaning cannot come apart
(duplicate keys, unknown fields, other spellings of a number).

>>> from features.contracts import Phrase
>>> encode(Phrase("宁波", "Ningbo")).decode()
'{"en":"Ningbo","zh":"宁波"}'
>>> decode(Phrase, '{"en":"Ningbo","zh":"宁波"}'.encode(), "title")
Phrase(zh='宁波', en='Ningbo')
>>> decode(Phrase, b'{"en": "Ningbo", "zh": ""}', "title")
Traceback (most recent call last):
    ...
serving.errors.NotCanonical: other spelling in title: expected sorted keys, no spaces, \
no unknown or repeated field, got 26 bytes that say the same otherwise. Next: restore the original.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from json.encoder import encode_basestring as _quoted
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from features.errors import Fault
from serving.errors import NotCanonical, refusal

_T = TypeVar("_T")
_ABSENT = ("missing", "missing_argument", "missing_keyword_only_argument")
_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")
_WHAT = dict.fromkeys(_ABSENT, "missing") | dict.fromkeys(_UNKNOWN, "unknown word")
_EXPECTED = dict.fromkeys(_ABSENT, "it to be there") | dict.fromkeys(_UNKNOWN, "a known word")
_MOST_FAULTS_TOLD = 10
_SPELLED = " spelled"  # no field can have this name
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}  # building one takes milliseconds


def encode(value: object) -> bytes:
    """The canonical JSON of dataclasses, mappings, sequences, dates and scalars.

    Python's own encoder gives the same bytes three times as slowly: it turns each
    dataclass into a dictionary and sorts it first.
    """
    return _SPELLINGS[type(value)](value).encode()


def spelled_once(kind: type[_T]) -> type[_T]:
    """Class decorator: keep the spelling with each value, for values many documents hold.

    For frozen dataclasses, whose spelling cannot change.
    """
    spelling = _fields_of(kind)

    def spelled(value: _T) -> str:
        kept: dict[str, str] = value.__dict__
        if _SPELLED not in kept:
            kept[_SPELLED] = spelling(value)
        return kept[_SPELLED]

    _SPELLINGS[kind] = spelled
    return kind


def decode(kind: type[_T], data: bytes, where: str) -> _T:
    """Read `data` as a `kind`, strictly; raises NotCanonical with up to ten faults."""
    try:
        value = _validated(kind, data)
    except ValidationError as error:
        faults = faults_of(error, where)
        rest = len(faults) - _MOST_FAULTS_TOLD
        told = [str(fault) for fault in faults[:_MOST_FAULTS_TOLD]]
        raise NotCanonical(
            "\n".join([*told, *([f"and {rest} more"] if rest > 0 else [])])
        ) from None
    if encode(value) != data:
        raise refusal(
            NotCanonical, "other spelling", where,
            "sorted keys, no spaces, no unknown or repeated field",
            f"{len(data)} bytes that say the same otherwise", "restore the original",
        )  # fmt: skip
    return value


def normal(kind: type[_T], value: _T) -> _T:
    """The value as it will be read back: a float given as 600 is 600.0."""
    return _validated(kind, encode(value))


def faults_of(error: ValidationError, where: str) -> list[Fault]:
    """The faults pydantic found, without the values it found them in."""
    return [
        Fault(
            _WHAT.get(one["type"], "wrong value"),
            ".".join([where, *map(str, one["loc"])]),
            _EXPECTED.get(one["type"], one["msg"].removeprefix("Input should be ")),
            "nothing" if one["type"] in _ABSENT else type(one["input"]).__name__,
            "correct it",
        )
        for one in error.errors(include_url=False, include_context=False)
    ]


def sha256(data: bytes) -> str:
    """SHA-256 of `data`, hex."""
    return hashlib.sha256(data).hexdigest()


def _validated(kind: type[_T], data: bytes) -> _T:
    value: _T = _adapter(kind).validate_json(data, strict=True)
    return value


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


_Spelling = Callable[[Any], str]


class _Spellings(dict[type, _Spelling]):
    """How values of each type are spelled; worked out when a type first occurs."""

    def __missing__(self, kind: type) -> _Spelling:
        spelling = self[kind] = _spelling_of(kind)
        return spelling


_SPELLINGS = _Spellings()


def _spelling_of(kind: type) -> _Spelling:
    if dataclasses.is_dataclass(kind):
        return _fields_of(kind)
    for general, spelling in _GENERAL.items():
        if issubclass(kind, general):
            return spelling
    raise TypeError(f"no canonical form for {kind.__name__}")


def _fields_of(kind: type) -> _Spelling:
    """The spelling of a dataclass: one f-string, written once (a loop takes five times as long)."""
    told = [
        f"{_quoted(name)}:{{quoted(v.{name}) if type(v.{name}) is str "
        f"else spellings[type(v.{name})](v.{name})}}"
        for name in sorted(one.name for one in dataclasses.fields(kind))
    ]
    # Nothing but the names of its fields, which Python has taken for identifiers, enters it.
    spelling: _Spelling = eval(
        f"lambda v: f'{{{{{','.join(told)}}}}}'", {"quoted": _quoted, "spellings": _SPELLINGS}
    )
    return spelling


def _spell_mapping(value: Mapping[object, object]) -> str:
    told = [
        f"{_quoted(key) if type(key) is str else _key(key)}:{_SPELLINGS[type(one)](one)}"
        for key, one in sorted(value.items())
    ]
    return f"{{{','.join(told)}}}"


def _key(key: object) -> str:
    return _quoted(key) if isinstance(key, str) else f'"{_SPELLINGS[type(key)](key)}"'


def _spell_sequence(value: Sequence[object]) -> str:
    return f"[{','.join([_SPELLINGS[type(one)](one) for one in value])}]"


def _spell_float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError("no canonical form for NaN and infinity")
    return float.__repr__(value)


# More special types first: a bool is an int.
_GENERAL: dict[type, _Spelling] = {
    str: _quoted,
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    int: int.__repr__,
    float: _spell_float,
    list: _spell_sequence,
    tuple: _spell_sequence,
    Mapping: _spell_mapping,
    date: lambda value: f'"{value.isoformat()}"',
}
