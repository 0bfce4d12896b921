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

from features.catalogue import Catalogue
from features.contracts import ByCode, Source
from features.errors import Fault, YourInput
from features.expressions import Row
from features.ingest.batch import create_quarantine, hold_back
from features.ingest.delivery import Delivery
from features.ingest.engine import connect
from features.ingest.load import create_records, create_staging, load
from features.ingest.planned import planned
from features.ingest.quarantine import RowFault
from features.ingest.recorded import Recorded
from features.ingest.table import FileRefused
from features.ingest.versions import check_identifiers, settle
from features.ingest.zone import create_zone_table

Raw = Mapping[str, str | None]
# Rows up to which a push is read at once; a larger one is a file.
_FEW = 100


class RowsRefused(YourInput):
    """None of the rows can be read: headings are missing without which no record is one.

    Parameters
    ----------
    expected
        The headings that are missing, as the contract has them.
    given
        How many different headings the rows have.
    """

    def __init__(self, source: Source, expected: str, given: int) -> None:
        super().__init__(
            str(Fault("unreadable records", f"source {source.name}", expected,
                      f"{given} headings without them", "see the contract of the source"))
        )  # fmt: skip
        self.expected = expected
        self.given = given


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


def judge(
    catalogue: Catalogue, source: Source, rows: Sequence[Raw], received_day: int | None = None
) -> Judged:
    """Read rows of `source`, given as heading → delivered text.

    Rows that nothing is wrong with are read by a plan that was kept. Where one is in
    doubt, or two name the same record, all are judged as a file is: the plan is the
    first step of that, so what it reads without doubt is read alike. `received_day` is
    the local day on which they came in.

    Raises
    ------
    RowsRefused
        The rows as a whole cannot be read: a heading that identifies the record,
        its business or its day is in none of them.
    OSError
        There is no room to read them in.
    """
    try:
        judged = _at_once(catalogue, source, rows) if len(rows) <= _FEW else None
        if judged is not None and not _ahead(source, judged, received_day):
            return judged
        return _as_a_file(catalogue, source, rows, received_day)
    except FileRefused as refused:
        headings = {name for row in rows for name in row}
        raise RowsRefused(source, refused.fault.expected, len(headings)) from None
    except duckdb.IOException as error:
        raise OSError("the engine could not write") from error


def _at_once(catalogue: Catalogue, source: Source, rows: Sequence[Raw]) -> Judged | None:
    """What becomes of the rows, or none where that takes more than reading them."""
    headings = tuple(dict.fromkeys(name for row in rows for name in row))
    read = planned(catalogue, source, headings).read(rows)
    recorded, zone = Recorded.of(source), ZoneInfo(catalogue.jurisdiction.timezone)
    accepted = tuple(
        Accepted(place, recorded.row(one.record, zone))
        for place, one in enumerate(read)
        if not one.out_of_scope
    )
    keys = {one.row["event_key"] for one in accepted}
    if any(one.doubtful for one in read) or len(keys) < len(accepted):
        return None
    out = tuple(place for place, one in enumerate(read) if one.out_of_scope)
    return Judged(accepted, (), (), out)


def _ahead(source: Source, judged: Judged, received_day: int | None) -> bool:
    """Whether a record tells of what cannot have happened yet; kept plans know no day."""
    if received_day is None or not source.dates.happened:
        return False
    return any(
        isinstance(event := one.row["event_day"], int) and event > received_day
        for one in judged.accepted
    )


def _as_a_file(
    catalogue: Catalogue, source: Source, rows: Sequence[Raw], received_day: int | None
) -> Judged:
    jurisdiction = catalogue.jurisdiction
    with (
        TemporaryDirectory(prefix="xinheng-") as work,
        connect(Path(work), received_day) as connection,
    ):
        path = Path(work) / "pushed.jsonl"
        lines = (json.dumps(dict(row), ensure_ascii=False) + "\n" for row in rows)
        path.write_text("".join(lines), encoding="utf-8")
        zone = ZoneInfo(jurisdiction.timezone)
        create_zone_table(connection, zone)
        create_staging(connection)
        create_quarantine(connection)
        one = load(connection, jurisdiction, Delivery(source, path, ()), 0, Path(work))
        create_records(connection, [one])
        check_identifiers(connection, source, jurisdiction.identity)
        settle(connection, source, [one], [])
        hold_back(connection, [one], Path(work))
        return _read(connection, source, zone, len(rows))


def _read(
    connection: duckdb.DuckDBPyConnection, source: Source, zone: ZoneInfo, number: int
) -> Judged:
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
    recorded = Recorded.of(source)
    found = connection.execute(
        f"SELECT r._row_no, {', '.join(recorded.expressions)} FROM records r "
        "WHERE r._row_no NOT IN "
        "(SELECT _row_no FROM contested WHERE fate NOT IN ('first', 'version')) "
        "ORDER BY r._row_no"
    ).fetchall()
    accepted = tuple(Accepted(row_no - 1, recorded.row(values, zone)) for row_no, *values in found)
    told = {*(one.place for one in accepted), *(one.place for one in held_back), *duplicates}
    return Judged(accepted, held_back, duplicates, tuple(sorted(set(range(number)) - told)))


def pushable(source: Source) -> bool:
    """Whether records of `source` concern one business each, named by its code, on a day."""
    return isinstance(source.subject, ByCode) and source.dates.undated == "quarantined"
