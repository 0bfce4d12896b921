"""Thrift's compact protocol, as far as the headers and the footer of Parquet need it.

A field is its type and its bytes; see the protocol's specification
(thrift, ``doc/specs/thrift-compact-protocol.md``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Field = tuple[int, bytes]
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first.

    >>> varint(300).hex()
    'ac02'
    """
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def i32(number: int) -> Field:
    """A whole number of 32 bits."""
    return _I32, varint(_zigzag(number))


def i64(number: int) -> Field:
    """A whole number of 64 bits."""
    return _I64, varint(_zigzag(number))


def binary(value: bytes) -> Field:
    """Bytes, or a text in UTF-8."""
    return _BINARY, varint(len(value)) + value


def listed(items: Sequence[Field]) -> Field:
    """Fields of one type; none is a list of structures."""
    kind = items[0][0] if items else _STRUCT
    size = len(items)
    head = bytes([size << 4 | kind]) if size < 15 else bytes([0xF0 | kind]) + varint(size)
    return _LIST, head + b"".join(content for _, content in items)


def struct(fields: Mapping[int, Field]) -> Field:
    """Fields by their number, which must rise.

    >>> struct({1: i32(1), 4: binary(b"ab")})[1].hex()
    '15023802616200'
    """
    found, before = bytearray(), 0
    for number, (kind, content) in fields.items():
        assert 0 < number - before < 16  # all that Parquet needs
        found.append((number - before) << 4 | kind)
        found += content
        before = number
    return _STRUCT, bytes(found) + b"\0"


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1
