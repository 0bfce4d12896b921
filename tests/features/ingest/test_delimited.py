"""Comma-separated files as departments really send them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from features.ingest.delimited import open_delimited
from features.ingest.table import DeliveredTable, FileRefused

DECLARED = frozenset({"编号", "企业名称", "金额"})
Row = tuple[int, str | None, list[str | None]]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def opened(
    connection: duckdb.DuckDBPyConnection, folder: Path, text: str, encoding: str = "utf-8"
) -> DeliveredTable:
    path = folder / "file.csv"
    path.write_bytes(text.encode(encoding))
    return open_delimited(connection, path, DECLARED, folder)


def rows(connection: duckdb.DuckDBPyConnection, table: DeliveredTable) -> list[Row]:
    """Each row with its number, its fault of shape, and its fields."""
    found = connection.execute(table.relation).fetchall()
    if table.numbered:
        return [(row[0], row[1], list(row[2:])) for row in found]
    return [(table.first_row + i, None, list(row)) for i, row in enumerate(found)]


def test_rows_are_counted_as_in_a_spreadsheet(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = opened(connection, tmp_path, "编号,企业名称\n1,甲\n2,乙\n")
    assert table.form == "CSV, UTF-8"
    assert rows(connection, table) == [(2, None, ["1", "甲"]), (3, None, ["2", "乙"])]


def test_title_rows_above_the_header_are_skipped_and_counted(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = "检查单公示（2021年第一季度）,\r\n制表：,\r\n编号,企业名称\r\n1,甲\r\n"
    table = opened(connection, tmp_path, text, "gb18030")
    assert table.headings == ("编号", "企业名称")
    assert rows(connection, table) == [(4, None, ["1", "甲"])]


def test_a_title_over_two_lines_is_one_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = opened(connection, tmp_path, '"公示\n表",\n编号,企业名称\n1,甲\n')
    assert rows(connection, table) == [(3, None, ["1", "甲"])]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_the_delimiter_is_the_one_that_gives_the_headings(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, delimiter: str
) -> None:
    table = opened(connection, tmp_path, f"编号{delimiter}企业名称\n1{delimiter}甲,乙\n")
    assert rows(connection, table) == [(2, None, ["1", "甲,乙"])]


def test_a_quoted_field_may_hold_delimiters_quotes_and_lines(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = opened(connection, tmp_path, '编号,企业名称\n1,"甲,""乙""\n丙"\n2,丁\n')
    assert rows(connection, table) == [(2, None, ["1", '甲,"乙"\n丙']), (3, None, ["2", "丁"])]


def test_blank_lines_are_no_records_but_count(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = opened(connection, tmp_path, "编号,企业名称\n\n1,甲\n\n2,乙\n")
    assert rows(connection, table) == [(3, None, ["1", "甲"]), (5, None, ["2", "乙"])]


def test_rows_of_another_width_are_kept_with_their_fault(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = opened(connection, tmp_path, "编号,企业名称\n1\n2,乙,丙\n3,丁\n")
    with pytest.raises(duckdb.InvalidInputException):
        connection.execute(table.relation).fetchall()
    assert table.careful is not None
    assert rows(connection, table.careful()) == [
        (2, "too_few_fields", ["1", None]),
        (3, "too_many_fields", ["2", "乙"]),
        (4, None, ["3", "丁"]),
    ]


def test_empty_fields_behind_the_last_heading_say_nothing(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = opened(connection, tmp_path, "编号,企业名称,,\n1,甲,,\n")
    assert [row[2][:2] for row in rows(connection, table)] == [["1", "甲"]]
    assert table.field("企业名称") == "_h1"


def test_a_quote_that_is_never_closed_spoils_one_row_only(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = "".join(f"{i},好\n" for i in range(3, 400))
    table = opened(connection, tmp_path, f'编号,企业名称\n1,甲\n2,"乙\n{lines}')
    assert table.careful is not None
    found = rows(connection, table.careful())
    assert len(found) == 399
    assert [row for row in found if row[1]] == [(3, "unclosed_quote", ["2", "乙\n"])]


def test_a_quote_inside_a_field_is_a_quote(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table = opened(connection, tmp_path, '编号,企业名称\n1,5" 管\n2,乙\n')
    assert [row[2] for row in rows(connection, table)] == [["1", '5" 管'], ["2", "乙"]]


def test_a_file_without_a_declared_heading_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(FileRefused, match=r"no known heading in file\.csv: .* got 2 fields"):
        opened(connection, tmp_path, "a,b\n1,2\n")
