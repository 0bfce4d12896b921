"""Which encoding a text file is in, stated and proven over every byte."""

from __future__ import annotations

import codecs
import hashlib
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from features.errors import Fault, OurBug
from features.ingest.table import FileRefused

_CHUNK = 1 << 20
_BLANK_LINE = re.compile(rb"\n\r?\n")


@dataclass(frozen=True)
class TextFile:
    """A text file, its encoding, and a UTF-8 copy where it is in another one.

    `regular` is false where blank lines stand between records, which the fast
    reader would not count, or where the file holds NUL bytes.
    """

    path: Path
    encoding: str
    utf8: Path
    regular: bool
    size: int


def inspect(path: Path, work: Path) -> TextFile:
    """Read `path` once for its encoding; a copy goes to `work` when needed.

    Raises
    ------
    FileRefused
        Neither UTF-8 nor GB18030; the message names the byte and the line.
    """
    with path.open("rb") as file:
        start = file.read(2)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return _transcode(path, work, "utf-16", "UTF-16")
        except _Undecodable as at:
            raise _refusal(path, at) from None
    found = _as_utf8(path)
    if isinstance(found, TextFile):
        return found
    try:
        return _transcode(path, work, "gb18030", "GB18030")
    except _Undecodable as at:
        # The encoding that goes further is the one the file was meant to be in.
        furthest = max(found, at, key=lambda stop: stop.byte)
        raise _refusal(path, furthest) from None


class _Undecodable(Exception):
    """Where a decoder met bytes it cannot read: byte and line, counted from 0 and 1."""

    def __init__(self, encoding: str, byte: int, line: int) -> None:
        super().__init__(encoding)
        self.encoding, self.byte, self.line = encoding, byte, line


class _Regularity:
    """Whether the engine's reader would count every record of the text it is fed."""

    def __init__(self) -> None:
        self.regular = True
        self._tail = b"\n"  # a blank first line is a gap as well
        self._blank = False

    def feed(self, chunk: bytes) -> None:
        """Look at the next piece; blank lines at the very end do no harm."""
        window = self._tail + chunk
        self._tail = window[-2:]
        if b"\0" in chunk or (self._blank and chunk.strip()):
            self.regular = False
        if gap := _BLANK_LINE.search(window):
            self._blank = True
            if window[gap.start() :].strip():
                self.regular = False


def _as_utf8(path: Path) -> TextFile | _Undecodable:
    """The file as UTF-8, or where it stops being that."""
    shape, size, rest = _Regularity(), 0, b""
    with path.open("rb") as file:
        bom = file.read(3) == codecs.BOM_UTF8
        file.seek(0)
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            shape.feed(chunk)
            # No byte of a longer character is a line's end.
            whole, end, begun = (rest + chunk).rpartition(b"\n")
            if not _is_utf8(whole + end):
                return _undecodable_utf8(path)
            rest = begun
    if not _is_utf8(rest):
        return _undecodable_utf8(path)
    name = "UTF-8 with BOM" if bom else "UTF-8"
    return TextFile(path, name, path, shape.regular, size)


def _is_utf8(piece: bytes) -> bool:
    """Whether bytes are UTF-8, several times faster than decoding them tells."""
    if piece.isascii():
        return True
    # Built from buffers: an array from Python values would import pandas.
    ends = pa.py_buffer(struct.pack("=qq", 0, len(piece)))
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(piece)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _undecodable_utf8(path: Path) -> _Undecodable:
    """Where a file that is not UTF-8 stops being that."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    size = lines = 0
    with path.open("rb") as file:
        final = False
        while not final:
            chunk = file.read(_CHUNK)
            final = not chunk
            size += len(chunk)
            try:
                decoder.decode(chunk, final=final)
            except UnicodeDecodeError as error:
                at = size - len(error.object) + error.start
                before = error.object[: error.start]
                return _Undecodable("UTF-8", at, lines + before.count(b"\n") + 1)
            lines += chunk.count(b"\n")
    raise OurBug(f"{path.name}: two readers differ on whether it is UTF-8")


def _transcode(path: Path, work: Path, codec: str, name: str) -> TextFile:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    shape, size, lines = _Regularity(), 0, 0
    copy = work / f"{hashlib.sha256(str(path).encode()).hexdigest()[:16]}.utf8"
    with path.open("rb") as file, copy.open("wb") as out:
        final = False
        while not final:
            chunk = file.read(_CHUNK)
            final = not chunk
            try:
                text = decoder.decode(chunk, final=final).encode()
            except UnicodeDecodeError as error:
                at = size + len(chunk) - len(error.object) + error.start
                before = error.object[: error.start]
                raise _Undecodable(name, at, lines + before.count(b"\n") + 1) from None
            shape.feed(text)
            size, lines = size + len(chunk), lines + text.count(b"\n")
            out.write(text)
    return TextFile(path, name, copy, shape.regular, size)


def _refusal(path: Path, at: _Undecodable) -> FileRefused:
    return FileRefused(
        Fault(
            "undecodable text", path.name, "UTF-8 or GB18030 throughout",
            f"{at.encoding} only until byte {at.byte + 1} in line {at.line}",
            "save the file again as UTF-8 and deliver it",
        )
    )  # fmt: skip
