"""Encodings are stated and proven."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.ingest.encoding import inspect
from features.ingest.table import FileRefused


def write(folder: Path, data: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with BOM"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16"),
    ],
)
def test_the_encoding_is_stated(tmp_path: Path, encoding: str, stated: str) -> None:
    text = inspect(write(tmp_path, "企业名称,金额\n甲,1\n".encode(encoding)), tmp_path)
    assert text.encoding == stated
    assert text.utf8.read_text(encoding="utf-8-sig") == "企业名称,金额\n甲,1\n"


def test_bytes_in_no_known_encoding_are_named_by_byte_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, "企业,1\n".encode("gb18030") + b"ab\xff\xff,2\n")
    with pytest.raises(FileRefused, match="GB18030 only until byte 10 in line 2"):
        inspect(path, tmp_path)


def test_the_encoding_that_goes_further_is_the_one_complained_about(tmp_path: Path) -> None:
    path = write(tmp_path, "企业名称\n甲乙丙丁,1\n".encode() + b"\xff\xff,2\n")
    with pytest.raises(FileRefused, match="UTF-8 only until byte 29 in line 3"):
        inspect(path, tmp_path)


def test_a_character_cut_off_at_the_end_is_undecodable(tmp_path: Path) -> None:
    path = write(tmp_path, "企业".encode("gb18030")[:-1])
    with pytest.raises(FileRefused, match="byte 3 in line 1"):
        inspect(path, tmp_path)


def test_characters_may_lie_across_pieces_of_a_long_file(tmp_path: Path) -> None:
    data = ("," + "企业" * 400_000 + "\n").encode("gb18030")
    assert inspect(write(tmp_path, data), tmp_path).encoding == "GB18030"


@pytest.mark.parametrize(
    ("data", "regular"),
    [
        (b"a\n1\n2\n", True),
        (b"a\n1\n\n2\n", False),
        (b"a\r\n1\r\n\r\n2\r\n", False),
        (b"\na\n1\n", False),
        (b"a\n1\n\n\n", True),
        (b"a\n1\x002\n", False),
    ],
)
def test_blank_lines_between_records_make_a_file_irregular(
    tmp_path: Path, data: bytes, regular: bool
) -> None:
    assert inspect(write(tmp_path, data), tmp_path).regular is regular


def test_a_blank_line_across_pieces_is_seen(tmp_path: Path) -> None:
    head = b"x" * ((1 << 20) - 1) + b"\n"
    assert not inspect(write(tmp_path, head + b"\nmore\n"), tmp_path).regular
    assert inspect(write(tmp_path, head + b"more\n"), tmp_path).regular
