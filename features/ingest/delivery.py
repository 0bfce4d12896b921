"""Which files a delivery holds for a source, opened in whatever form they came."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from features.contracts import ByCode, Nearby, Source
from features.errors import Fault
from features.ingest.columnar import open_json_lines, open_parquet
from features.ingest.delimited import open_delimited
from features.ingest.table import DeliveredTable, FileRefused
from features.ingest.text import clean_sql, heading, whole_sql
from features.ingest.workbook import open_workbook
from features.quoting import identifier

_Open = Callable[[duckdb.DuckDBPyConnection, Path, frozenset[str], Path], DeliveredTable]
_FORMS: dict[str, _Open] = {
    ".csv": open_delimited,
    ".tsv": open_delimited,
    ".txt": open_delimited,
    ".xlsx": open_workbook,
    ".xlsm": open_workbook,
    ".parquet": open_parquet,
    ".jsonl": open_json_lines,
    ".ndjson": open_json_lines,
}


@dataclass(frozen=True)
class Delivery:
    """One main file of a source with the part files that complete it.

    Without parts the main file holds the fields of the parts itself, as records
    that are submitted one by one do. `table` names the database table of which
    the main file is only a copy.
    """

    source: Source
    main: Path
    parts: tuple[tuple[Path, ...], ...]
    table: str = ""

    @property
    def name(self) -> str:
        """What people know it by."""
        return self.table or self.main.name

    @property
    def identity(self) -> str:
        """SHA-256 over the bytes of the main file and of every part."""
        digest = hashlib.sha256()
        for path in (self.main, *(path for part in self.parts for path in part)):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()


def deliveries(source: Source, folder: Path) -> list[Delivery]:
    """The files in `folder` that `source` names, each with all its parts, by name."""
    parts = tuple(tuple(_matching(folder, part.files)) for part in source.parts)
    return [Delivery(source, main, parts) for main in _matching(folder, source.files)]


def open_delivery(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, work: Path, *, careful: bool = False
) -> DeliveredTable:
    """Open a delivery as one table: the main file completed by its parts.

    Raises
    ------
    FileRefused
        A file cannot be read, a part matches nothing, or headings are missing.
    """
    source = delivery.source
    declared = frozenset(heading(h) for column in source.columns for h in column.headers)
    joins = {heading(part.main_on or part.on) for part in source.parts}
    main = open_file(connection, delivery.main, declared | joins, work)
    if careful and main.careful is not None:
        main = main.careful()
    wanted = source.parts if delivery.parts else ()
    for number, (part, paths) in enumerate(zip(wanted, delivery.parts, strict=True)):
        if not paths:
            raise FileRefused(
                Fault(
                    "missing part", delivery.main.name, f"a file {part.files} beside it",
                    "none", "deliver both together",
                )
            )  # fmt: skip
        on = frozenset({heading(part.on)})
        tables = [open_file(connection, path, declared | on, work) for path in paths]
        main = _joined(
            connection, main, tables, main_on=part.main_on or part.on, on=part.on, number=number
        )
    require_headings(source, main)
    return main


def open_file(
    connection: duckdb.DuckDBPyConnection, path: Path, declared: frozenset[str], work: Path
) -> DeliveredTable:
    """Open one file by its suffix.

    Raises
    ------
    FileRefused
        No reader is known for the suffix, or the reader refuses it.
    """
    opener = _FORMS.get(path.suffix.lower())
    if opener is None:
        raise FileRefused(
            Fault(
                "unknown form", path.name, " ".join(_FORMS), path.suffix or "no suffix",
                "deliver it in one of these forms",
            )
        )  # fmt: skip
    return opener(connection, path, declared, work)


def _matching(folder: Path, files: str) -> list[Path]:
    return sorted(
        path
        for path in folder.glob(files)
        if path.is_file() and not path.name.startswith((".", "~$"))
    )


def _required(source: Source) -> set[str]:
    """Columns without which no record of the source could be accepted."""
    needed = {c.name for c in source.columns if c.required} | set(source.key)
    if source.dates.event is not None and source.dates.undated == "quarantined":
        needed.add(source.dates.event)
    if source.by_name is not None:
        needed.add(source.by_name.name)
    elif isinstance(source.subject, ByCode):
        needed.add(source.subject.column)
    elif isinstance(source.subject, Nearby):
        needed |= {source.subject.latitude, source.subject.longitude}
    return needed


def require_headings(source: Source, table: DeliveredTable) -> None:
    """Raise `FileRefused` unless every column that a record cannot do without has a heading."""
    missing = [
        source.column(name).headers
        for name in sorted(_required(source))
        if not any(table.field(h) for h in source.column(name).headers)
    ]
    if missing:
        wanted = "; ".join(" or ".join(headers) for headers in missing)
        found = "、".join(name for name in table.headings if name.strip())
        raise FileRefused(
            Fault(
                "missing column", table.path.name, wanted, f"the headings {found}",
                "add the column or declare the heading it now has",
            )
        )  # fmt: skip


def _joined(
    connection: duckdb.DuckDBPyConnection,
    main: DeliveredTable,
    parts: list[DeliveredTable],
    *,
    main_on: str,
    on: str,
    number: int,
) -> DeliveredTable:
    left = main.field(main_on)
    if left is None:
        raise FileRefused(
            Fault(
                "missing column", main.path.name, main_on, "no such heading",
                "add the column its parts are joined on",
            )
        )  # fmt: skip
    name = f"part_{number}"
    headings = tuple(dict.fromkeys(h for part in parts for h in part.headings))
    union = " UNION ALL ".join(_part_sql(part, headings, on) for part in parts)
    fields = ", ".join(f"_p{i}" for i in range(len(headings)))
    # A second row that says the same is no second row; one that differs is a fault.
    connection.execute(
        f"CREATE OR REPLACE TABLE {name} AS SELECT *, "
        "count(*) OVER (PARTITION BY _part_key) > 1 AS _twice, "
        f"row_number() OVER (PARTITION BY _part_key ORDER BY {fields}) AS _nth "
        f"FROM (SELECT DISTINCT * FROM ({union}) WHERE _part_key IS NOT NULL)"
    )
    staged = f"main_{number}"
    numbered = "_row_no, _shape" if main.numbered else f"rowid + {main.first_row} AS _row_no, NULL"
    connection.execute(f"CREATE OR REPLACE TABLE {staged} AS {main.relation}")
    width = len(main.headings)
    own = ", ".join(f"_h{i}" for i in range(width))
    added = ", ".join(f"_p{i} AS _h{width + i}" for i in range(len(headings)))
    relation = (
        f"SELECT {own}, {added}, m._row_no, "
        "CASE WHEN p._twice THEN 'second_part_row' ELSE m._shape END AS _shape "
        f"FROM (SELECT {own}, {numbered} AS _shape FROM {staged}) AS m "
        f"LEFT JOIN (SELECT _part_key, _twice, {fields} FROM {name} WHERE _nth = 1) AS p "
        f"ON p._part_key = {_key_sql('m.' + left)}"
    )
    return replace(
        main, headings=main.headings + headings, relation=relation, numbered=True, careful=None
    )


def _part_sql(part: DeliveredTable, headings: tuple[str, ...], on: str) -> str:
    key = part.field(on)
    if key is None:
        raise FileRefused(
            Fault(
                "missing column", part.path.name, on, "no such heading",
                "add the column it is joined on",
            )
        )  # fmt: skip
    fields = ", ".join(
        f"{part.field(name) or 'CAST(NULL AS VARCHAR)'} AS _p{i}" for i, name in enumerate(headings)
    )
    return f"SELECT {_key_sql(identifier(key))} AS _part_key, {fields} FROM ({part.relation})"


def _key_sql(field: str) -> str:
    return whole_sql(f"({clean_sql(field)})")
