"""Records that a department pushes one by one, judged as those of a file are.

The same reading, rules and versions as `features.ingest.run`, on a table of a few
rows; nothing is written. What is accepted here is delivered to the next snapshot
later, so both say the same of every row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import duckdb

from features.business import linking_columns
from features.catalogue import Catalogue
from features.clocks import resolved_sql
from features.contracts import ByCode, Source
from features.errors import Fault, YourInput
from features.expressions import Row
from features.ingest.batch import create_quarantine, hold_back
from features.ingest.delivery import Delivery
from features.ingest.engine import connect
from features.ingest.load import create_records, create_staging, load
from features.ingest.quarantine import RowFault
from features.ingest.record import kept_columns, record_columns
from features.ingest.table import FileRefused
from features.ingest.versions import check_identifiers, settle
from features.ingest.zone import create_zone_table
from features.quoting import identifier

Raw = Mapping[str, str | None]


@dataclass(frozen=True)
class Accepted:
    """One usable record.

    Parameters
    ----------
    place
        Its place among the rows pushed, from 0.
    row
        As a snapshot's row, but for what only all versions together decide:
        ``record_no``, ``version`` and ``superseded_day`` are empty.
    """

    place: int
    row: Row


@dataclass(frozen=True)
class HeldBack:
    """One row that cannot be used, and everything that is wrong with it."""

    place: int
    faults: tuple[RowFault, ...]


@dataclass(frozen=True)
class Judged:
    """What becomes of every row that was pushed: none is in two of these, none in none."""

    accepted: tuple[Accepted, ...]
    held_back: tuple[HeldBack, ...]
    duplicates: tuple[int, ...]
    out_of_scope: tuple[int, ...]


def judge(catalogue: Catalogue, source: Source, rows: Sequence[Raw]) -> Judged:
    """Read rows of `source`, given as heading → delivered text.

    Raises
    ------
    YourInput
        The rows as a whole cannot be read: a heading that identifies the record,
        its business or its day is in none of them.
    """
    with TemporaryDirectory(prefix="xinheng-") as work, connect(Path(work)) as connection:
        path = Path(work) / "pushed.jsonl"
        lines = (json.dumps(dict(row), ensure_ascii=False) + "\n" for row in rows)
        path.write_text("".join(lines), encoding="utf-8")
        create_zone_table(connection, ZoneInfo(catalogue.jurisdiction.timezone))
        create_staging(connection)
        create_quarantine(connection)
        try:
            one = load(
                connection, catalogue.jurisdiction, Delivery(source, path, ()), 0, Path(work)
            )
        except FileRefused as refused:
            raise YourInput(
                str(Fault("unreadable records", f"source {source.name}", "its contract's headings",
                          str(refused), "see the contract of the source"))
            ) from None  # fmt: skip
        create_records(connection, [one])
        check_identifiers(connection, source, catalogue.jurisdiction.identity)
        settle(connection, source, [one], [])
        hold_back(connection, [one], Path(work))
        return _read(connection, source, len(rows))


def _read(connection: duckdb.DuckDBPyConnection, source: Source, number: int) -> Judged:
    held_back = tuple(
        HeldBack(row_no - 1, tuple(RowFault(*fault.split(":", 1)) for fault in faults))
        for row_no, faults in connection.execute(
            "SELECT row_no, faults FROM quarantine ORDER BY row_no"
        ).fetchall()
    )
    repeated = "SELECT _row_no FROM contested WHERE fate = 'duplicate'"
    duplicates = tuple(
        row_no - 1 for (row_no,) in connection.execute(f"{repeated} ORDER BY 1").fetchall()
    )
    clocks = resolved_sql(source, "r")
    columns = tuple(dict.fromkeys((*record_columns(source), *clocks)))
    linking = linking_columns(source)
    kept = tuple(column.name for column in kept_columns(source))
    names = ("_row_no", *columns, *(identifier(name) for name in kept))
    found = connection.execute(
        f"SELECT {', '.join(clocks.get(name, f'r.{name}') for name in names)}, "
        "COALESCE(r.known_us, z._start_us) FROM records r "
        "LEFT JOIN zone z ON z._day = r.known_day WHERE r._row_no NOT IN "
        "(SELECT _row_no FROM contested WHERE fate NOT IN ('first', 'version')) "
        "ORDER BY r._row_no"
    ).fetchall()
    accepted = tuple(
        _accepted(
            dict(zip(("_row_no", *columns, *kept), values, strict=True)), known_us, linking, kept
        )
        for *values, known_us in found
    )
    told = {*(one.place for one in accepted), *(one.place for one in held_back), *duplicates}
    return Judged(accepted, held_back, duplicates, tuple(sorted(set(range(number)) - told)))


def _accepted(
    values: dict[str, object], known_us: int, linking: Sequence[str], kept: Sequence[str]
) -> Accepted:
    row = {
        "entity_id": values["_entity"],
        "event_key": values["event_key"],
        "record_no": None,
        "version": None,
        "event_day": values["event_day"],
        "known_day": values["known_day"],
        "known_us": known_us,
        "superseded_day": None,
        **{name: value for name, value in values.items() if name.endswith("_day")
           and name not in ("event_day", "known_day") and name not in kept},
        **dict.fromkeys(linking),
        **{name: values[name] for name in kept},
    }  # fmt: skip
    place = values["_row_no"]
    assert isinstance(place, int)
    return Accepted(place - 1, row)  # type: ignore[arg-type]  # SQL's values


def pushable(source: Source) -> bool:
    """Whether records of `source` concern one business each, named by its code, on a day."""
    return isinstance(source.subject, ByCode) and source.dates.undated == "quarantined"
