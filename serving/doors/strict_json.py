"""Read JSON and refuse what readers would understand differently.

Beyond RFC 8259: no duplicate keys, no NaN or Infinity (also not by overflow, as
in ``1e400``), no lone surrogates, no byte-order mark, bounded depth. The error
says what is wrong and, where it can, at which byte; it never carries a value.

>>> parse(b'{"business_id": "X1"}')
{'business_id': 'X1'}
>>> parse(b'{"a": 1, "a": 2}')
Traceback (most recent call last):
    ...
serving.doors.strict_json.NotStrictJson: duplicate key
"""

from __future__ import annotations

import json
import math
from typing import NoReturn

MAX_DEPTH = 16

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class NotStrictJson(ValueError):
    """The bytes are not JSON that every reader reads alike."""


def parse(body: bytes, max_depth: int = MAX_DEPTH) -> Json:
    """The value `body` says; raises NotStrictJson with a reason that quotes nothing."""
    try:
        value: Json = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise NotStrictJson("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotStrictJson(f"syntax error at character {error.pos}") from None
    except RecursionError:
        raise NotStrictJson(f"nested deeper than {max_depth}") from None
    except NotStrictJson:
        raise
    except ValueError:
        raise NotStrictJson("a number too long to read") from None
    # Brackets bound the depth from above; only a suspicious body is walked.
    if body.count(b"[") + body.count(b"{") > max_depth and _depth(value) > max_depth:
        raise NotStrictJson(f"nested deeper than {max_depth}")
    if b"\\u" in body:
        _refuse_surrogates(value)
    return value


def _without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise NotStrictJson("duplicate key")
    return read


def _no_constant(_: str) -> NoReturn:
    raise NotStrictJson("NaN or Infinity")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotStrictJson("a number out of range")
    return number


def _depth(value: Json) -> int:
    deepest, layer = 0, [value]
    while layer:
        below: list[Json] = []
        for one in layer:
            if isinstance(one, dict):
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(one)
        if any(isinstance(one, (dict, list)) for one in layer):
            deepest += 1
        layer = below
    return deepest


def _refuse_surrogates(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise NotStrictJson("half of a surrogate pair") from None
