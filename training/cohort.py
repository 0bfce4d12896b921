"""Which (business, as-of date) pairs models learn from.

The pairs are the spine that features are computed for. A monthly cohort holds
the businesses open on the declared days; a cohort of records holds one row per
record of a source, as of some days before it, so that nothing known or dated on
the record's own day informs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from features.as_of import FOREVER
from features.builder import SPINE
from features.catalogue import Catalogue
from features.contracts import AtRecords, Monthly
from features.errors import Fault
from features.snapshot import Snapshot
from training.arrays import Bools, Ints, Texts
from training.errors import TooLittleData, UnusableOutcome
from training.query import arrow

_UNRECORDED = "unrecorded"


@dataclass(frozen=True)
class CohortRows:
    """The rows of a cohort, aligned with its spine.

    Parameters
    ----------
    spine
        row_id (0, 1, …), entity_id, as_of_day: what `features.builder.build` takes.
    event_day
        ``(n,)`` day of the row's own record; the as-of day in a monthly cohort.
    known_day
        ``(n,)`` day its own record was known; the as-of day in a monthly cohort.
    record_no
        ``(n,)`` of its own record in the source, or None in a monthly cohort.
    nuisance
        Column → ``(n,)`` its value in the own record, as text.
    unlinked
        Records left out because they could be linked to no business.
    """

    spine: pa.Table
    event_day: Ints
    known_day: Ints
    record_no: Ints | None = None
    nuisance: Mapping[str, Texts] = field(default_factory=dict)
    unlinked: int = 0

    def __len__(self) -> int:
        return int(self.spine.num_rows)

    @property
    def entity_id(self) -> Texts:
        """``(n,)`` the business of each row."""
        return np.array(self.spine["entity_id"].to_pylist(), dtype=np.str_)

    @property
    def as_of_day(self) -> Ints:
        """``(n,)`` the day whose knowledge each row's features use."""
        days: Ints = self.spine["as_of_day"].to_numpy().astype(np.int64)
        return days

    def take(self, rows: Bools) -> CohortRows:
        """The masked rows, numbered anew."""
        return CohortRows(
            spine=_numbered(self.spine.filter(pa.array(rows))),
            event_day=self.event_day[rows],
            known_day=self.known_day[rows],
            record_no=None if self.record_no is None else self.record_no[rows],
            nuisance={name: values[rows] for name, values in self.nuisance.items()},
            unlinked=self.unlinked,
        )


@dataclass(frozen=True)
class CohortDay:
    """A day on which a monthly cohort is taken, and at most how many businesses.

    None takes every open business; otherwise they are drawn by a hash of the
    business, the day and the seed.
    """

    day: int
    most: int | None = None


def monthly(snapshot: Snapshot, days: Sequence[CohortDay], seed: int = 0) -> CohortRows:
    """Every business open on each of the days, or a sample of them.

    Open on a day: its profile is known, it is established and not yet closed.

    Raises
    ------
    TooLittleData
        No business is open on one of the days.
    """
    wanted = pa.table(
        {
            "day": pa.array([one.day for one in days], pa.int32()),
            "most": pa.array([FOREVER if d.most is None else d.most for d in days], pa.int64()),
        }
    )
    spine = arrow(
        """
        SELECT p.entity_id, d.day AS as_of_day
        FROM days AS d JOIN read_parquet($profiles) AS p
            ON p.from_day <= d.day AND d.day < COALESCE(p.to_day, $never)
        WHERE COALESCE(p.established_day <= d.day, TRUE)
            AND COALESCE(p.closed_day > d.day, TRUE)
        QUALIFY ROW_NUMBER() OVER (
            PARTITION BY d.day
            ORDER BY CASE WHEN d.most < $never
                THEN md5(concat_ws(':', $seed, d.day, p.entity_id)) END, p.entity_id
        ) <= d.most
        ORDER BY as_of_day, p.entity_id
        """,
        {"profiles": str(snapshot.profiles), "never": FOREVER, "seed": str(seed)},
        days=wanted,
    )
    empty = sorted({one.day for one in days} - set(spine["as_of_day"].unique().to_pylist()))
    if empty:
        raise TooLittleData(str(Fault(
            "empty cohort", f"the as-of days {', '.join(map(str, empty))}",
            "businesses open on each day", "none", "take later days, or deliver the registrations",
        )))  # fmt: skip
    rows = _numbered(spine)
    day: Ints = rows["as_of_day"].to_numpy().astype(np.int64)
    return CohortRows(rows, day, day)


def population(snapshot: Snapshot, day: int) -> CohortRows:
    """Every business open on one day: those who are scored."""
    return monthly(snapshot, [CohortDay(day)])


def at_records(catalogue: Catalogue, snapshot: Snapshot, cohort: AtRecords) -> CohortRows:
    """One row per record of the cohort's source, in the version in force now.

    Raises
    ------
    TooLittleData
        No record satisfies the cohort's condition and is linked to a business.
    """
    nuisance = sorted({o.adjust_for for o in catalogue.jurisdiction.outcomes if o.adjust_for})
    where = "TRUE" if cohort.where is None else cohort.where.sql(catalogue.encode(cohort.source))
    carried = "".join(f", CAST(r.{column} AS VARCHAR) AS {column}" for column in nuisance)
    table = arrow(
        f"""
        SELECT r.entity_id, CAST(r.event_day - $lead AS INTEGER) AS as_of_day,
            r.event_day, r.known_day, r.record_no{carried}
        FROM read_parquet($records) AS r
        WHERE r.superseded_day IS NULL AND r.retracted_day IS NULL AND {where}
        ORDER BY as_of_day, r.entity_id, r.record_no
        """,
        {"lead": cohort.lead_days, "records": str(snapshot.source(cohort.source))},
    )
    linked = table.filter(table["entity_id"].is_valid())
    if linked.num_rows == 0:
        raise TooLittleData(str(Fault(
            "empty cohort", f"source {cohort.source}", "records linked to businesses",
            f"{table.num_rows} records, none linked", "correct the condition or the roster",
        )))  # fmt: skip
    return CohortRows(
        spine=_numbered(linked),
        event_day=linked["event_day"].to_numpy().astype(np.int64),
        known_day=linked["known_day"].to_numpy().astype(np.int64),
        record_no=linked["record_no"].to_numpy().astype(np.int64),
        nuisance={
            column: np.array([v or _UNRECORDED for v in linked[column].to_pylist()], dtype=np.str_)
            for column in nuisance
        },
        unlinked=table.num_rows - linked.num_rows,
    )


def cohort_rows(
    catalogue: Catalogue, snapshot: Snapshot, days: Sequence[CohortDay] = (), seed: int = 0
) -> CohortRows:
    """The jurisdiction's declared cohort; `days` are needed when it is monthly.

    Raises
    ------
    UnusableOutcome
        A monthly cohort without days, or days for a cohort of records.
    """
    cohort = catalogue.jurisdiction.cohort
    if isinstance(cohort, Monthly) == (not days):
        raise UnusableOutcome(str(Fault(
            "days do not fit the cohort", catalogue.jurisdiction.name,
            "days for a monthly cohort, none for one of records", f"{len(days)} days",
            "declare the other cohort or pass the other days",
        )))  # fmt: skip
    if isinstance(cohort, Monthly):
        return monthly(snapshot, days, seed)
    return at_records(catalogue, snapshot, cohort)


def _numbered(rows: pa.Table) -> pa.Table:
    numbers = pa.array(np.arange(rows.num_rows), pa.int64())
    return rows.select(SPINE.names[1:]).add_column(0, SPINE.names[0], numbers).cast(SPINE)
