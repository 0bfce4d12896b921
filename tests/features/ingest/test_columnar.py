"""Parquet and JSON lines."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from features.ingest.columnar import open_json_lines, open_parquet
from features.ingest.table import FileRefused

DECLARED = frozenset({"id", "amount"})


def test_a_whole_number_in_a_float_is_an_identifier(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT * FROM (VALUES (2081412.0::DOUBLE, 0.1::DOUBLE, DATE '2020-01-02', TRUE),"
            f"(NULL, 'nan'::DOUBLE, NULL, NULL)) AS v(id, amount, day, flag)) TO '{path}'"
        )
        table = open_parquet(connection, path, DECLARED, tmp_path)
        rows = connection.execute(table.relation).fetchall()
    assert table.headings == ("id", "amount", "day", "flag")
    assert rows == [("2081412", "0.1", "2020-01-02", "true"), (None, None, None, None)]


def test_a_broken_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    path.write_bytes(b"PAR1 and no more")
    with (
        duckdb.connect() as connection,
        pytest.raises(FileRefused, match="expected a whole Parquet file"),
    ):
        open_parquet(connection, path, DECLARED, tmp_path)


def test_each_json_line_is_a_record(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text(
        '{"id": 7, "amount": "1.50", "a/b~c": true}\nnot json\n[1]\n{"id": null}\n',
        encoding="utf-8",
    )
    with duckdb.connect() as connection:
        table = open_json_lines(connection, path, DECLARED, tmp_path)
        rows = connection.execute(table.relation).fetchall()
    assert table.headings == ("id", "amount", "a/b~c", "(line)")
    assert rows == [
        ("7", "1.50", "true", None, 1, None),
        (None, None, None, "not json", 2, "not_json"),
        (None, None, None, "[1]", 3, "not_json"),
        (None, None, None, None, 4, None),
    ]


def test_json_lines_without_a_declared_member_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text('{"other": 1}\n', encoding="utf-8")
    with duckdb.connect() as connection, pytest.raises(FileRefused, match="no known heading"):
        open_json_lines(connection, path, DECLARED, tmp_path)
