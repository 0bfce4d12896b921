"""Rows that were not accepted: kept as delivered, with every fault, until corrected."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from features.catalogue import Catalogue
from features.errors import Fault, YourInput
from features.ingest.batch import QUARANTINE
from features.ingest.reconciliation import Reconciliation
from features.ingest.rules import MEANING
from features.ingest.run import submit
from features.progress import Progress, silent
from features.snapshot import Snapshot, records_folder


@dataclass(frozen=True)
class RowFault:
    """A rule that a row breaks; `column` is empty where the row as a whole does."""

    column: str
    rule: str

    @property
    def meaning(self) -> str:
        """The rule in words."""
        return MEANING[self.rule]

    def __str__(self) -> str:
        return f"{self.column}: {self.meaning}" if self.column else self.meaning


@dataclass(frozen=True)
class QuarantinedRow:
    """A row as it was delivered, where it stood, and what is wrong with it.

    `row` counts as a person does in the file: the first line is 1.
    """

    id: str
    source: str
    file: str
    row: int
    received_on: str
    faults: tuple[RowFault, ...]
    raw: Mapping[str, str | None]


def quarantined(home: Path, source: str | None = None) -> tuple[QuarantinedRow, ...]:
    """The rows that still wait for correction, by source, file and row.

    Rows of an earlier contract of a source do not wait: under the present one
    their file is read again when it is delivered again.
    """
    manifest = Snapshot.current(home).manifest
    valid = {
        (d.batch, d.source, d.file): d.received_on
        for d in manifest.deliveries
        if manifest.contracts.get(d.source) == d.contract
    }
    resolved = set(manifest.resolved)
    found: dict[str, QuarantinedRow] = {}
    with duckdb.connect() as connection:
        for batch in manifest.batches:
            path = records_folder(home) / "batches" / batch / QUARANTINE
            rows = connection.execute(
                "SELECT quarantine_id, source, file, row_no, faults, raw FROM read_parquet(?) "
                "WHERE ? IS NULL OR source = ?",
                [str(path), source, source],
            ).fetchall()
            for identity, name, file, row, faults, raw in rows:
                received_on = valid.get((batch, name, file))
                if received_on is None or identity in resolved:
                    continue
                found[identity] = QuarantinedRow(
                    identity, name, file, row, received_on,
                    tuple(RowFault(*fault.split(":", 1)) for fault in faults), json.loads(raw),
                )  # fmt: skip
    return tuple(sorted(found.values(), key=lambda r: (r.source, r.file, r.row, r.id)))


@dataclass(frozen=True)
class ReasonCount:
    """How many of a source's rows in quarantine break one rule of one column."""

    source: str
    fault: RowFault
    rows: int


def by_reason(rows: Iterable[QuarantinedRow]) -> tuple[ReasonCount, ...]:
    """Why rows are held back: the reason of most rows first.

    A row with several faults counts for each of them.
    """
    found = Counter((row.source, fault) for row in rows for fault in dict.fromkeys(row.faults))
    counts = [ReasonCount(source, fault, number) for (source, fault), number in found.items()]
    return tuple(sorted(counts, key=lambda c: (-c.rows, c.source, c.fault.column, c.fault.rule)))


def resubmit(
    catalogue: Catalogue,
    home: Path,
    corrections: Mapping[str, Mapping[str, str | None]],
    received_on: date,
    progress: Progress = silent,
) -> tuple[Reconciliation, ...]:
    """Offer quarantined rows again, with some of their fields corrected.

    Parameters
    ----------
    corrections
        Id of a quarantined row → heading → corrected text; other fields stay as
        they were delivered. A row that is still at fault waits under a new id.

    Returns
    -------
    One account per source concerned, in the order of their names.

    Raises
    ------
    YourInput
        An id does not wait for correction, or a heading was not delivered.
    """
    waiting = {row.id: row for row in quarantined(home)}
    unknown = sorted(set(corrections) - set(waiting))
    if unknown:
        expected = "ids of rows in quarantine"
        raise YourInput(
            str(Fault("unknown rows", "correction", expected, f"{len(unknown)} other ids",
                      "list what is in quarantine"))
        )  # fmt: skip
    accounts = []
    for source in sorted({waiting[identity].source for identity in corrections}):
        ids = [identity for identity in corrections if waiting[identity].source == source]
        rows = [_corrected(waiting[identity], corrections[identity]) for identity in ids]
        accounts.append(
            submit(catalogue, home, source, rows, received_on, resolves=ids, progress=progress)
        )
    return tuple(accounts)


def _corrected(
    row: QuarantinedRow, correction: Mapping[str, str | None]
) -> Mapping[str, str | None]:
    strangers = sorted(set(correction) - set(row.raw))
    if strangers:
        raise YourInput(
            str(Fault("unknown heading", f"correction of {row.id}", "headings of the file",
                      f"{len(strangers)} others", "use the delivered headings"))
        )  # fmt: skip
    return {**row.raw, **correction}
