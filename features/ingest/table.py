"""A delivered file as the engine sees it: every field as text, in file order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from features.errors import Fault, YourInput
from features.ingest.text import heading
from features.quoting import identifier

# (row number as a person counts, fields or none per heading, what is wrong with its shape)
TextRow = tuple[int, list[str | None], str | None]
_CHUNK = 20_000


class FileRefused(YourInput):
    """A delivered file cannot be read at all; the others still go in."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True)
class DeliveredTable:
    """Where the fields of a delivered file are and how to name its rows.

    Parameters
    ----------
    path, form
        The file, and how it was read ("CSV, GB18030").
    headings
        As delivered, one for each field.
    relation
        SQL whose rows are ``_h0 … _hn`` (VARCHAR), in file order.
    numbered
        Whether the relation also yields ``row_no`` and ``shape`` (a fault of the
        row's form, or NULL); otherwise the first row is `first_row`.
    careful
        Reads the same file slowly and tolerantly, for when the engine refuses it.
    """

    path: Path
    form: str
    headings: tuple[str, ...]
    relation: str
    first_row: int = 1
    numbered: bool = False
    notes: tuple[str, ...] = ()
    careful: Callable[[], DeliveredTable] | None = None

    def field(self, name: str) -> str | None:
        """The field under a heading, however its blanks and widths are written."""
        wanted = heading(name)
        for i, delivered in enumerate(self.headings):
            if heading(delivered) == wanted:
                return f"_h{i}"
        return None


def write_rows(
    connection: duckdb.DuckDBPyConnection, table: str, width: int, rows: Iterable[TextRow]
) -> str:
    """Store text rows as a numbered relation named `table` and return its SQL."""
    names = [f"_h{i}" for i in range(width)]
    columns = ", ".join(["_row_no BIGINT", "_shape VARCHAR", *(f"{n} VARCHAR" for n in names)])
    connection.execute(f"CREATE OR REPLACE TABLE {identifier(table)} ({columns})")
    # Lists as parameters: registering a frame would import pandas into the process.
    unnested = ", ".join(["unnest(?::BIGINT[])"] + ["unnest(?::VARCHAR[])"] * (width + 1))
    insert = f"INSERT INTO {identifier(table)} SELECT {unnested}"
    for chunk in _chunks(rows):
        fields = [[row[1][i] for row in chunk] for i in range(width)]
        connection.execute(insert, [[r[0] for r in chunk], [r[2] for r in chunk], *fields])
    return f"SELECT * FROM {identifier(table)}"


def fitted(fields: list[str | None], width: int) -> tuple[list[str | None], str | None]:
    """Exactly `width` fields, and the shape fault when there were others.

    Empty fields beyond the last heading say nothing and are left out.

    >>> fitted(["a", "b", ""], 2), fitted(["a"], 2)[1]
    ((['a', 'b'], None), 'too_few_fields')
    """
    if len(fields) < width:
        return fields + [None] * (width - len(fields)), "too_few_fields"
    beyond = [field for field in fields[width:] if field not in (None, "")]
    return fields[:width], "too_many_fields" if beyond else None


def header_position(rows: list[list[str]], declared: frozenset[str]) -> int | None:
    """Index of the row that carries most of the declared headings; none without any."""
    found = [len({heading(field) for field in row} & declared) for row in rows]
    best = max(found, default=0)
    return found.index(best) if best else None


def no_header(path: Path, rows: list[list[str]], declared: frozenset[str]) -> FileRefused:
    """The refusal of a file in which no declared heading stands."""
    shown = next((row for row in rows if any(row)), [])
    return FileRefused(
        Fault(
            "no known heading", path.name, f"some of {'、'.join(sorted(declared))}",
            f"{len(shown)} fields in its first row", "deliver it with its header row",
        )
    )  # fmt: skip


def _chunks(rows: Iterable[TextRow]) -> Iterator[list[TextRow]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
