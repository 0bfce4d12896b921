"""Excel workbooks: the first sheet that carries the declared headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from features.errors import Fault
from features.ingest.cells import cell_text
from features.ingest.table import (
    DeliveredTable,
    FileRefused,
    TextRow,
    fitted,
    header_position,
    no_header,
    write_rows,
)

_SEARCHED = 50


def open_workbook(
    connection: duckdb.DuckDBPyConnection, path: Path, declared: frozenset[str], work: Path
) -> DeliveredTable:
    """Find the sheet and the header row of a workbook and read its rows as text.

    Raises
    ------
    FileRefused
        It is no workbook, or no sheet carries a declared heading.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        raise FileRefused(
            Fault(
                "unreadable workbook", path.name, "an .xlsx file", type(error).__name__,
                "open and save it in a spreadsheet program",
            )
        ) from None  # fmt: skip
    shown: list[list[str]] = []
    try:
        for sheet in book.worksheets:
            top = [[cell_text(v) or "" for v in row] for row in sheet.iter_rows(
                max_row=_SEARCHED, values_only=True)]  # fmt: skip
            shown = shown or top
            position = header_position(top, declared)
            if position is None:
                continue
            headings = tuple(top[position])
            while headings and not headings[-1].strip():
                headings = headings[:-1]
            rows = _rows(sheet.iter_rows(min_row=position + 2, values_only=True),
                         position + 2, len(headings))  # fmt: skip
            relation = write_rows(connection, "workbook_rows", len(headings), rows)
            form = f"Excel, sheet {book.worksheets.index(sheet) + 1}"
            return DeliveredTable(path, form, headings, relation, numbered=True)
    finally:
        book.close()
    raise no_header(path, shown, declared)


def _rows(rows: Iterator[tuple[object, ...]], first: int, width: int) -> Iterator[TextRow]:
    for number, row in enumerate(rows, first):
        fields = [cell_text(value) for value in row]
        if not any(fields):
            continue
        fields += [None] * (width - len(fields))  # empty cells at the end are not stored
        within, shape = fitted(fields, width)
        yield number, within, shape
