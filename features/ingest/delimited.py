"""Comma- and tab-separated files.

The engine's own reader takes a regular file; whatever it refuses is read again
by a slow reader that gives every row its number and says what is wrong with it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import duckdb

from features.errors import Fault
from features.ingest.encoding import TextFile, inspect
from features.ingest.table import (
    DeliveredTable,
    FileRefused,
    TextRow,
    fitted,
    header_position,
    no_header,
    write_rows,
)
from features.ingest.text import heading
from features.quoting import literal

_DELIMITERS = (",", "\t", ";", "|")
_SEARCHED = 50  # rows in which the header is looked for
_LONGEST = 100  # lines one quoted record may span
csv.field_size_limit(1 << 24)


def open_delimited(
    connection: duckdb.DuckDBPyConnection, path: Path, declared: frozenset[str], work: Path
) -> DeliveredTable:
    """Find encoding, delimiter and header of a delimited file.

    Raises
    ------
    FileRefused
        It is empty, undecodable, or carries no declared heading.
    """
    text = inspect(path, work)
    if text.size == 0:
        raise FileRefused(
            Fault("empty file", path.name, "a header and records", "0 bytes", "deliver it again")
        )
    delimiter, start = _layout(text, declared)
    header = next(islice(_records(text.utf8, delimiter), start, None))
    headings = tuple(field or "" for field in header[1])
    while headings and not headings[-1].strip():
        headings = headings[:-1]
    form = f"CSV, {text.encoding}"

    def careful() -> DeliveredTable:
        rows = _text_rows(text.utf8, delimiter, start, len(headings))
        relation = write_rows(connection, "careful_rows", len(headings), rows)
        return DeliveredTable(path, form, headings, relation, numbered=True)

    if not text.regular or header[3] != header[0]:
        return careful()  # rows and lines differ, and the engine skips either
    # The engine also reads the unnamed fields behind the last heading.
    width = len(header[1])
    fields = ", ".join(f"'_h{i}': 'VARCHAR'" for i in range(width))
    relation = (
        f"SELECT * FROM read_csv({literal(str(text.utf8))}, auto_detect=false, header=false, "
        f"skip={header[3]}, delim={literal(delimiter)}, quote='\"', escape='\"', "
        f"max_line_size=16777216, columns={{{fields}}})"
    )
    return DeliveredTable(
        path, form, headings + ("",) * (width - len(headings)),
        relation, first_row=header[0] + 1, careful=careful,
    )  # fmt: skip


def _layout(text: TextFile, declared: frozenset[str]) -> tuple[str, int]:
    """Delimiter and header position with the most declared headings."""
    best: tuple[int, str, int] | None = None
    shown: list[list[str]] = []
    for delimiter in _DELIMITERS:
        rows = [[f or "" for f in r[1]] for r in islice(_records(text.utf8, delimiter), _SEARCHED)]
        shown = shown or rows
        position = header_position(rows, declared)
        if position is not None:
            found = len({heading(field) for field in rows[position]} & declared)
            if best is None or found > best[0]:
                best = (found, delimiter, position)
    if best is None:
        raise no_header(text.path, shown, declared)
    return best[1], best[2]


def _text_rows(path: Path, delimiter: str, start: int, width: int) -> Iterator[TextRow]:
    for number, fields, shape, _ in islice(_records(path, delimiter), start + 1, None):
        if not any(fields):
            continue  # a blank line is no record, but it was counted
        within, misfit = fitted(fields, width)
        yield number, within, shape or misfit


def _records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str | None], str | None, int]]:
    """Records as (row number, fields, shape fault, last line); a blank line counts.

    A quote that no later line closes does not swallow the rest of the file: the
    line on which it opens is a faulty record, and reading goes on after it.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        waiting: deque[str] = deque()
        number = line_number = 0

        def next_line() -> str | None:
            return waiting.popleft() if waiting else next(file, None)

        while (line := next_line()) is not None:
            number += 1
            lines = [line]
            while _is_open("".join(lines)) and len(lines) < _LONGEST:
                following = next_line()
                if following is None:
                    break
                lines.append(following)
            shape = None
            parsed = _parsed(lines, delimiter)
            if (len(parsed) != 1 and len(lines) > 1) or len(lines) >= _LONGEST:
                waiting.extendleft(reversed(lines[1:]))
                lines, parsed = lines[:1], _parsed(lines[:1], delimiter)
            if len(lines) == 1 and _is_open(line) and '"' in line:
                shape = "unclosed_quote" if _opens_field(line, delimiter) else None
            line_number += len(lines)
            yield number, list(parsed[0]) if parsed else [], shape, line_number


def _parsed(lines: list[str], delimiter: str) -> list[list[str]]:
    return list(csv.reader([line.replace("\0", "") for line in lines], delimiter=delimiter))


def _is_open(text: str) -> bool:
    return text.count('"') % 2 == 1


def _opens_field(line: str, delimiter: str) -> bool:
    return line.startswith('"') or f'{delimiter}"' in line
