"""Write a matrix as Parquet, a row group at a time.

Nearly all features are whole numbers of a small range in few of the rows. Whoever puts
the matrix together knows that; a general writer has to find out value by value (6 to
24 ns each). Here a value that stands in a dictionary is one or two bytes that are
stored as they are, which the format calls bit-packed, and a missing value is one bit.

Written is plain Parquet 1.0: data pages of version 1, one a column and row group,
``PLAIN`` or ``RLE_DICTIONARY``, Snappy (`parquet.thrift` of apache/parquet-format).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.engines.thrift import Field, binary, i32, i64, listed, struct, varint

Array = npt.NDArray[np.generic]
Bools = npt.NDArray[np.bool_]
_MAGIC = b"PAR1"
_PLAIN, _RLE, _RLE_DICTIONARY, _SNAPPY = 0, 3, 8, 1
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_TYPES = {pa.int32(): 1, pa.int64(): 2, pa.float64(): 5, pa.string(): 6}
_UTF8, _STRING = 0, struct({1: struct({})})


@dataclass(frozen=True)
class Chunk:
    """One column of a row group.

    Parameters
    ----------
    rows
        How many rows there are, with those whose value is missing.
    values
        The values that are not missing, in order: numbers of the column's type, bytes of
        texts as `texts` makes them, or places in the dictionary (uint8 or uint16).
    known
        Which rows have a value; none for a column in which no value may be missing.
    bounds
        The least and the greatest value as Parquet stores them, for those who skip by them.
    """

    rows: int
    values: Array
    dictionary: Array | None = None
    known: Bools | None = None
    bounds: tuple[bytes, bytes] | None = None


@dataclass
class Writer:
    """Writes row groups into an open file; `close` ends it with the footer.

    Columns have the types int32, int64, double or string; those that are not nullable
    must know every value.
    """

    file: BinaryIO
    schema: pa.Schema
    _groups: list[Field] = field(default_factory=list)
    _rows: int = 0
    _at: int = 0

    def __post_init__(self) -> None:
        self._write(_MAGIC)

    def row_group(self, rows: int, chunks: Iterable[Chunk]) -> None:
        """Write `rows` rows, whose columns come in the order of the schema."""
        start = self._at
        columns, whole = [], 0
        for column, chunk in zip(self.schema, chunks, strict=True):
            assert chunk.rows == rows
            assert (chunk.known is not None) == column.nullable
            stored, plain = self._chunk(column, chunk)
            columns.append(stored)
            whole += plain
        group = {1: listed(columns), 2: i64(whole), 3: i64(rows), 5: i64(start)}
        self._groups.append(struct(group))
        self._rows += rows

    def close(self) -> None:
        """Write the footer; the file stays open."""
        ordered = struct({1: struct({})})
        footer = struct({
            1: i32(1),
            2: listed([_root(len(self.schema)), *map(_element, self.schema)]),
            3: i64(self._rows),
            4: listed(self._groups),
            6: binary(b"xinheng"),
            7: listed([ordered] * len(self.schema)),
        })[1]  # fmt: skip
        self._write(footer + len(footer).to_bytes(4, "little") + _MAGIC)

    def _chunk(self, column: pa.Field, chunk: Chunk) -> tuple[Field, int]:
        """Write a column; what the footer says of it, and its size before compression."""
        start = self._at
        coded = chunk.dictionary is not None
        plain = 0
        if chunk.dictionary is not None:
            about = struct({1: i32(len(chunk.dictionary)), 2: i32(_PLAIN)})
            body = [chunk.dictionary.tobytes()]
            plain += self._page(_DICTIONARY_PAGE, body, {7: about})
        data_at = self._at
        about = struct({
            1: i32(chunk.rows), 2: i32(_RLE_DICTIONARY if coded else _PLAIN),
            3: i32(_RLE), 4: i32(_RLE),
        })  # fmt: skip
        body = [*_levels(chunk.known), *(_places(chunk.values) if coded else [chunk.values.data])]
        plain += self._page(_DATA_PAGE, body, {5: about})
        encodings = [_PLAIN, _RLE, *([_RLE_DICTIONARY] if coded else [])]
        meta = {
            1: i32(_TYPES[column.type]),
            2: listed([i32(one) for one in encodings]),
            3: listed([binary(column.name.encode())]),
            4: i32(_SNAPPY),
            5: i64(chunk.rows),
            6: i64(plain),
            7: i64(self._at - start),
            9: i64(data_at),
            **({11: i64(start)} if coded else {}),
            **({12: _statistics(*chunk.bounds)} if chunk.bounds is not None else {}),
        }
        return struct({2: i64(start), 3: struct(meta)}), plain

    def _page(self, kind: int, body: Sequence[bytes | memoryview], about: dict[int, Field]) -> int:
        """Write a page; its size before compression, with its header."""
        content = b"".join(body)
        packed = pa.compress(content, codec="snappy", asbytes=True)
        sizes = {1: i32(kind), 2: i32(len(content)), 3: i32(len(packed))}
        header = struct(sizes | about)[1]
        self._write(header)
        self._write(packed)
        return len(header) + len(content)

    def _write(self, content: bytes) -> None:
        self.file.write(content)
        self._at += len(content)


def texts(column: pa.Array) -> Array:
    """The bytes of texts, each behind its length: what `Chunk.values` holds of them."""
    _, offsets, letters = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    lengths = np.diff(ends).astype("<i4")
    found = np.empty(int(lengths.sum()) + 4 * len(lengths), np.uint8)
    heads = (ends[:-1] - ends[0]).astype(np.int64) + 4 * np.arange(len(lengths))
    head = np.zeros(len(found), np.bool_)
    for byte in range(4):
        head[heads + byte] = True
    found[head] = lengths.view(np.uint8)
    if letters is not None:
        found[~head] = np.frombuffer(letters, np.uint8)[ends[0] : ends[-1]]
    return found


def _levels(known: Bools | None) -> list[bytes]:
    """Which values are missing, a bit each; nothing where none may be."""
    if known is None:
        return []
    bits = np.packbits(known, bitorder="little").tobytes()
    head = varint(len(bits) << 1 | 1)
    return [(len(head) + len(bits)).to_bytes(4, "little"), head, bits]


def _places(places: Array) -> list[bytes | memoryview]:
    """Places in a dictionary, as many bits each as their type has."""
    eights = -(-len(places) // 8)
    rest = bytes((8 * eights - len(places)) * places.itemsize)
    return [bytes([8 * places.itemsize]), varint(eights << 1 | 1), places.data, rest]


def _statistics(least: bytes, greatest: bytes) -> Field:
    return struct({3: i64(0), 5: binary(greatest), 6: binary(least)})


def _root(columns: int) -> Field:
    return struct({4: binary(b"schema"), 5: i32(columns)})


def _element(column: pa.Field) -> Field:
    text = {6: i32(_UTF8), 10: _STRING} if column.type == pa.string() else {}
    return struct({
        1: i32(_TYPES[column.type]), 3: i32(int(column.nullable)),
        4: binary(column.name.encode()), **text,
    })  # fmt: skip
