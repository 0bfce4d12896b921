"""Departments' files to a versioned snapshot in which nothing is lost."""

from features.ingest.deciding import Mention, decide, mentions
from features.ingest.quarantine import (
    QuarantinedRow,
    ReasonCount,
    RowFault,
    by_reason,
    quarantined,
    resubmit,
)
from features.ingest.reconciliation import FileCount, Reconciliation, SourceCount
from features.ingest.run import ingest, submit

__all__ = [
    "FileCount",
    "Mention",
    "QuarantinedRow",
    "ReasonCount",
    "Reconciliation",
    "RowFault",
    "SourceCount",
    "by_reason",
    "decide",
    "ingest",
    "mentions",
    "quarantined",
    "resubmit",
    "submit",
]
