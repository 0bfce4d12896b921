"""What happened after each as-of date, as known when the horizon was complete.

A record counts when its event falls within the horizon and, as known on the
maturity day, it was neither superseded nor annulled nor repaired. The end of its
publication period does not undo it: that limits what may be shown of a business,
not whether the outcome took place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from features.as_of import FOREVER, as_known_sql, learned_later
from features.catalogue import Catalogue
from features.contracts import Ahead, AtRecords, Evidence, Outcome
from features.errors import Fault
from features.snapshot import Snapshot
from training.arrays import Bools, Ints
from training.calendar import date_of, day_of
from training.cohort import CohortRows
from training.errors import ImmatureLabels, TooLittleData, UnusableOutcome
from training.query import arrow

_SILENCE = 7  # days without any evidence after which a feed is taken to have ended


@dataclass(frozen=True)
class Labels:
    """One outcome's labels of a cohort.

    Parameters
    ----------
    y
        ``(n,)`` of 0 and 1.
    label_day
        ``(n,)`` day by which each label was complete.
    """

    y: Ints
    label_day: Ints


def evidence_days(catalogue: Catalogue, snapshot: Snapshot) -> tuple[int, int]:
    """First and last day on which a record of any outcome's evidence was known.

    Raises
    ------
    TooLittleData
        There is no such record.
    """
    sources = sorted({e.source for o in catalogue.jurisdiction.outcomes for e in o.evidence})
    query = "SELECT MIN(known_day) AS first, MAX(known_day) AS last FROM read_parquet($records)"
    spans = [
        arrow(query, {"records": str(snapshot.source(source))}).to_pylist()[0] for source in sources
    ]
    known = [span for span in spans if span["first"] is not None]
    if not known:
        raise TooLittleData(str(Fault(
            "nothing to learn from", ", ".join(sources), "records that are evidence of an outcome",
            "none", "deliver them",
        )))  # fmt: skip
    return min(span["first"] for span in known), max(span["last"] for span in known)


def known_through(catalogue: Catalogue, snapshot: Snapshot) -> int:
    """Last day that the records of the outcomes' evidence may be believed to cover.

    The day the last delivery was received, when some record of an evidence source
    was known in the week before it; otherwise the last day on which one was: a
    feed that has fallen silent does not prove that nothing happened.
    """
    received = max(date.fromisoformat(d.received_on) for d in snapshot.manifest.deliveries)
    last = evidence_days(catalogue, snapshot)[1]
    return day_of(received) if last >= day_of(received) - _SILENCE else last


def maturity_day(outcome: Outcome, as_of_day: Ints, known_day: Ints) -> Ints:
    """Day by which each row's label is complete ``(n,)``.

    With `Ahead`, the horizon and its maturity after the as-of date; with
    `AtRecord`, the day the own record was known.
    """
    horizon = outcome.horizon
    if isinstance(horizon, Ahead):
        return as_of_day + horizon.days + horizon.maturity_days
    return known_day


def mature(outcome: Outcome, rows: CohortRows, through: int) -> Bools:
    """Which rows have a complete label when records are known up to `through`."""
    return maturity_day(outcome, rows.as_of_day, rows.known_day) <= through


def label(
    catalogue: Catalogue, snapshot: Snapshot, rows: CohortRows, outcome: Outcome, through: int
) -> Labels:
    """The labels of every row.

    Parameters
    ----------
    through
        Last day the records cover, see `known_through`.

    Raises
    ------
    ImmatureLabels
        Some rows' horizon is not complete: a label of 0 would only mean "not
        yet". Leave them out with `mature`.
    UnusableOutcome
        An `AtRecord` outcome reads other records than the cohort's.
    """
    complete = maturity_day(outcome, rows.as_of_day, rows.known_day)
    late = complete > through
    if late.any():
        raise ImmatureLabels(str(Fault(
            "immature labels", f"outcome {outcome.name}",
            f"horizons complete by {date_of(through)}, the last day the records cover",
            f"{int(late.sum())} rows complete only by {date_of(int(complete.max()))}",
            "take earlier as-of dates, or deliver later records",
        )))  # fmt: skip
    if isinstance(outcome.horizon, Ahead):
        y = _ahead(catalogue, snapshot, rows, outcome, outcome.horizon)
    else:
        y = _at_record(catalogue, snapshot, rows, outcome)
    return Labels(y, complete)


def _ahead(
    catalogue: Catalogue, snapshot: Snapshot, rows: CohortRows, outcome: Outcome, horizon: Ahead
) -> Ints:
    y = np.zeros(len(rows), dtype=np.int64)
    for evidence in outcome.evidence:
        found = arrow(
            _happened(catalogue, evidence),
            {
                "days": horizon.days,
                "wait": horizon.maturity_days,
                "records": str(snapshot.source(evidence.source)),
            },
            spine=rows.spine,
        )
        y[found["row_id"].to_numpy()] = 1
    return y


def _happened(catalogue: Catalogue, evidence: Evidence) -> str:
    """Rows with such a record in the horizon; facts learnt after it are left out."""
    condition = evidence.where
    columns = () if condition is None else condition.columns()
    later = learned_later(catalogue.jurisdiction.source(evidence.source))
    read = "".join(f", {as_known_sql('p', column, 's.mature_day', later)}" for column in columns)
    where = "TRUE" if condition is None else condition.sql(catalogue.encode(evidence.source))
    in_force = " AND ".join(
        f"COALESCE(p.{column}, {FOREVER}) > s.mature_day"
        for column in ("superseded_day", "retracted_day", "repaired_day")
    )
    return f"""
        WITH s AS (
            SELECT row_id, entity_id, as_of_day, as_of_day + $days AS last_day,
                as_of_day + $days + $wait AS mature_day
            FROM spine
        ),
        r AS (
            SELECT s.row_id{read}
            FROM s JOIN read_parquet($records) AS p ON p.entity_id = s.entity_id
                AND p.event_day > s.as_of_day AND p.event_day <= s.last_day
                AND p.known_day <= s.mature_day AND {in_force}
        )
        SELECT DISTINCT r.row_id FROM r WHERE {where}
    """


def _at_record(
    catalogue: Catalogue, snapshot: Snapshot, rows: CohortRows, outcome: Outcome
) -> Ints:
    cohort = catalogue.jurisdiction.cohort
    if not isinstance(cohort, AtRecords) or rows.record_no is None:
        raise _unusable(outcome, "a cohort of records", "a monthly cohort")
    others = sorted({e.source for e in outcome.evidence} - {cohort.source})
    if others:
        raise _unusable(outcome, f"evidence among the cohort's {cohort.source}", ", ".join(others))
    where = _any(catalogue, outcome.evidence)
    found = arrow(
        f"""
        SELECT DISTINCT r.record_no FROM read_parquet($records) AS r
        JOIN own ON own.record_no = r.record_no WHERE {where}
        """,
        {"records": str(snapshot.source(cohort.source))},
        own=pa.table({"record_no": rows.record_no}),
    )
    return np.isin(rows.record_no, found["record_no"].to_numpy()).astype(np.int64)


def _any(catalogue: Catalogue, evidence: Sequence[Evidence]) -> str:
    conditions = [
        "TRUE" if one.where is None else one.where.sql(catalogue.encode(one.source))
        for one in evidence
    ]
    return f"({' OR '.join(conditions)})"


def _unusable(outcome: Outcome, expected: str, got: str) -> UnusableOutcome:
    fault = Fault("unusable outcome", f"outcome {outcome.name}", expected, got,
                  "correct the horizon, the evidence or the cohort")  # fmt: skip
    return UnusableOutcome(str(fault))
