"""Persons decide whom a record means, and the next snapshot follows.

A decision about a pair of mention and business is kept in every snapshot after it. A
confirmed pair is linked whatever its probability, from the day of the decision on; a
refused one is unlinked and never proposed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from features.business import LinkedBy
from features.catalogue import Catalogue
from features.errors import Fault, YourInput
from features.ingest.reconciliation import Reconciliation
from features.ingest.run import republish
from features.linkage.decision import LinkDecision
from features.progress import Progress, silent
from features.quoting import literal
from features.snapshot import Snapshot


@dataclass(frozen=True)
class Mention:
    """What records without a code call their business, and whom that may mean.

    Parameters
    ----------
    id
        ``source:hash``; the same words in the same source have the same id.
    records
        How many stored records say it.
    state
        ``linked``, ``review`` or ``unlinked``.
    entity_id, roster_name, probability
        The likeliest business, its name on the roster, and how likely (0 to 1); None
        where there is none, or a person named it.
    decided_on
        Day of the decision it rests on.
    linked_by
        How a linked one is linked (`features.business.LinkedBy`); a name that belonged to
        one business on some days and to another on others stands once for each.
    """

    id: str
    name: str
    records: int
    state: str
    entity_id: str | None
    roster_name: str | None
    probability: float | None
    decided_on: str | None
    linked_by: LinkedBy | None


def mentions(
    snapshot: Snapshot, *, state: str | None = None, source: str | None = None
) -> tuple[Mention, ...]:
    """Mentions of a snapshot, those with most records first."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT source || ':' || mention, name, records, state, entity_id, roster_name, "
            "probability / 1e6, decided_on, linked_by "
            f"FROM read_parquet({literal(str(snapshot.mentions))}) "
            "WHERE place = 0 AND (? IS NULL OR state = ?) AND (? IS NULL OR source = ?) "
            "ORDER BY records DESC, source, mention, entity_id",
            [state, state, source, source],
        ).fetchall()
    by = [None if row[-1] is None else LinkedBy(row[-1]) for row in rows]
    return tuple(replace(Mention(*row), linked_by=one) for row, one in zip(rows, by, strict=True))


def decide(
    catalogue: Catalogue,
    home: Path,
    decisions: Sequence[LinkDecision],
    progress: Progress = silent,
) -> Reconciliation:
    """Keep decisions and make the next snapshot.

    Raises
    ------
    YourInput
        A mention or a business is unknown, or a day is none.
    """
    known, businesses = _pairs(Snapshot.current(home))
    for one in decisions:
        _refuse("mention", "an id that `xinheng records links` shows", one.mention in known)
        _refuse("business", "a business on the roster", one.entity_id in businesses)
        try:
            date.fromisoformat(one.decided_on)
        except ValueError:
            _refuse("day", "a day as 2026-11-24", known=False)
    return republish(catalogue, home, tuple(decisions), progress)


def decidable(snapshot: Snapshot, decisions: Sequence[LinkDecision]) -> tuple[LinkDecision, ...]:
    """Those about a name that records of the snapshot give, and a business on its roster."""
    known, businesses = _pairs(snapshot)
    return tuple(one for one in decisions if one.mention in known and one.entity_id in businesses)


def _pairs(snapshot: Snapshot) -> tuple[frozenset[str], frozenset[str]]:
    """The names that records give, and the businesses of the roster."""
    with duckdb.connect() as connection:
        businesses = connection.execute(
            f"SELECT DISTINCT entity_id FROM read_parquet({literal(str(snapshot.profiles))})"
        ).fetchall()
    return frozenset(one.id for one in mentions(snapshot)), frozenset(one for (one,) in businesses)


def _refuse(what: str, expected: str, known: bool) -> None:
    if not known:
        raise YourInput(
            str(Fault(f"unknown {what}", "decision about a link", expected, "another", "list them"))
        )
