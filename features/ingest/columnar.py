"""Parquet files and JSON lines."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import duckdb

from features.errors import Fault
from features.ingest.encoding import inspect
from features.ingest.table import DeliveredTable, FileRefused, no_header
from features.ingest.text import heading
from features.quoting import identifier, literal

_SEARCHED = 1_000


def open_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, declared: frozenset[str], work: Path
) -> DeliveredTable:
    """Read a Parquet file's columns as text; a whole number in a float loses its ``.0``.

    Raises
    ------
    FileRefused
        It is no Parquet file or carries no declared heading.
    """
    file = f"read_parquet({literal(str(path))})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()
    except duckdb.Error as error:
        raise FileRefused(
            Fault(
                "unreadable Parquet", path.name, "a whole Parquet file", type(error).__name__,
                "write and deliver it again",
            )
        ) from None  # fmt: skip
    headings = tuple(str(row[0]) for row in described)
    if not {heading(name) for name in headings} & declared:
        raise no_header(path, [list(headings)], declared)
    fields = ", ".join(
        f"{_text_sql(identifier(name), str(row[1]))} AS _h{i}"
        for i, (name, row) in enumerate(zip(headings, described, strict=True))
    )
    return DeliveredTable(path, "Parquet", headings, f"SELECT {fields} FROM {file}")


def open_json_lines(
    connection: duckdb.DuckDBPyConnection, path: Path, declared: frozenset[str], work: Path
) -> DeliveredTable:
    """Read JSON lines; headings are the members of the first thousand objects.

    Raises
    ------
    FileRefused
        It is empty, undecodable, or carries no declared heading.
    """
    text = inspect(path, work)
    names: dict[str, None] = {}
    with text.utf8.open(encoding="utf-8-sig") as file:
        for line in islice(file, _SEARCHED):
            try:
                members = json.loads(line)
            except ValueError:
                continue
            if isinstance(members, dict):
                names.update(dict.fromkeys(members))
    headings = tuple(names)
    if not {heading(name) for name in headings} & declared:
        raise no_header(path, [list(headings)], declared)
    lines = (
        f"read_csv({literal(str(text.utf8))}, auto_detect=false, header=false, delim='\\x01', "
        "quote='', escape='', max_line_size=16777216, columns={'line': 'VARCHAR'})"
    )
    fields = ", ".join(
        f"CASE WHEN fine THEN json_extract_string(line, {literal(_pointer(name))}) END AS _h{i}"
        for i, name in enumerate(headings)
    )
    relation = (
        f"SELECT {fields}, CASE WHEN NOT fine THEN line END AS _h{len(headings)}, "
        "_row_no, CASE WHEN NOT fine THEN 'not_json' END AS _shape FROM ("
        "SELECT line, row_number() OVER () AS _row_no, COALESCE(json_valid(line) AND "
        f"json_type(CASE WHEN json_valid(line) THEN line END) = 'OBJECT', FALSE) AS fine "
        f"FROM {lines})"
    )
    form = f"JSON lines, {text.encoding}"
    return DeliveredTable(path, form, (*headings, "(line)"), relation, numbered=True)


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _text_sql(column: str, kind: str) -> str:
    if kind in ("DOUBLE", "FLOAT"):
        return (
            f"CASE WHEN isfinite({column}) AND {column} = trunc({column}) "
            f"AND abs({column}) < 9007199254740992 "
            f"THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) "
            f"WHEN isnan({column}) THEN NULL ELSE CAST({column} AS VARCHAR) END"
        )
    return f"CAST({column} AS VARCHAR)"
