"""Which encoding a text file is in, stated and proven over every byte."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from features.errors import Fault
from features.ingest.table import FileRefused

_CHUNK = 1 << 20
_GAP = re.compile(rb"(?:^|\n)[ \t]*\r?\n[ \t]*\r?[^\s]")


@dataclass(frozen=True)
class TextFile:
    """A text file, its encoding, and a UTF-8 copy where it is in another one.

    `regular` is false where blank lines stand between records, which the fast
    reader would not count, or where the file holds NUL bytes.
    """

    path: Path
    encoding: str
    sha256: str
    utf8: Path
    regular: bool
    size: int


def inspect(path: Path, work: Path) -> TextFile:
    """Read `path` once for its hash and encoding; a copy goes to `work` when needed.

    Raises
    ------
    FileRefused
        Neither UTF-8 nor GB18030; the message names the byte and the line.
    """
    start = path.open("rb").read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _transcode(path, work, "utf-16", "UTF-16")
    found = _as_utf8(path)
    if found is not None:
        return found
    return _transcode(path, work, "gb18030", "GB18030")


def _as_utf8(path: Path) -> TextFile | None:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    digest, regular, tail, size = hashlib.sha256(), True, b"", 0
    with path.open("rb") as file:
        bom = file.read(3) == codecs.BOM_UTF8
        file.seek(0)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
            regular = regular and _is_regular(tail + chunk, at_start=size == len(chunk))
            tail = chunk[-64:]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    name = "UTF-8 with BOM" if bom else "UTF-8"
    return TextFile(path, name, digest.hexdigest(), path, regular, size)


def _transcode(path: Path, work: Path, codec: str, name: str) -> TextFile:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    digest, regular, tail, size, lines = hashlib.sha256(), True, b"", 0, 0
    copy = work / f"{hashlib.sha256(str(path).encode()).hexdigest()[:16]}.utf8"
    with path.open("rb") as file, copy.open("wb") as out:
        final = False
        while not final:
            chunk = file.read(_CHUNK)
            final = not chunk
            digest.update(chunk)
            try:
                text = decoder.decode(chunk, final=final).encode()
            except UnicodeDecodeError as error:
                at = max(0, size + len(chunk) - len(error.object)) + error.start
                raise _undecodable(path, at, lines, error.object[: error.start]) from None
            regular = regular and _is_regular(tail + text, at_start=size == 0)
            tail, size, lines = text[-64:] or tail, size + len(chunk), lines + text.count(b"\n")
            out.write(text)
    return TextFile(path, name, digest.hexdigest(), copy, regular, size)


def _is_regular(window: bytes, *, at_start: bool) -> bool:
    if at_start and not window.strip():
        return True
    return _GAP.search(window if at_start else b"x" + window) is None and b"\0" not in window


def _undecodable(path: Path, byte: int, lines: int, before: bytes) -> FileRefused:
    line = lines + before.count(b"\n") + 1
    return FileRefused(
        Fault(
            "undecodable text", path.name, "UTF-8 or GB18030 throughout",
            f"other bytes at byte {byte + 1} in line {line}",
            "save the file again as UTF-8 and deliver it",
        )
    )  # fmt: skip
