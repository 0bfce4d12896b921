"""Excel workbooks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from features.ingest.table import FileRefused
from features.ingest.workbook import open_workbook

DECLARED = frozenset({"编号", "日期"})


def workbook(folder: Path, *sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, lines in enumerate(sheets):
        sheet = book.create_sheet(f"sheet {number}")
        for line in lines:
            sheet.append(line)
    path = folder / "file.xlsx"
    book.save(path)
    return path


def test_cells_become_the_text_they_show(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            ["第一季度", None, None],
            ["编号", "日期", "金额"],
            [1001.0, datetime(2023, 4, 12, 10, 30), 0.5],
            [None, None, None],
            ["0012", "2023/4/13", True],
        ],
    )
    with duckdb.connect() as connection:
        table = open_workbook(connection, path, DECLARED, tmp_path)
        rows = connection.execute(table.relation).fetchall()
    assert table.form == "Excel, sheet 1"
    assert rows == [
        (3, None, "1001", "2023-04-12 10:30:00", "0.5"),
        (5, None, "0012", "2023/4/13", "true"),
    ]


def test_the_sheet_with_the_headings_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["说明"]], [["编号", "日期"], ["1", "2023-01-01"]])
    with duckdb.connect() as connection:
        assert open_workbook(connection, path, DECLARED, tmp_path).form == "Excel, sheet 2"


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_text("编号,日期\n", encoding="utf-8")
    with (
        duckdb.connect() as connection,
        pytest.raises(FileRefused, match=r"unreadable workbook in file\.xlsx"),
    ):
        open_workbook(connection, path, DECLARED, tmp_path)
