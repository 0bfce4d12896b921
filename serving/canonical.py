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
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
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
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}  # building one takes milliseconds


def encode(value: object) -> bytes:
    """The canonical JSON of dataclasses, mappings, sequences, dates and scalars."""
    text = json.dumps(
        value, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False,
        allow_nan=False,
    )  # fmt: skip
    return text.encode()


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


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(kind))


def _plain(value: Any) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _fields(type(value))}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no canonical form for {type(value).__name__}")
