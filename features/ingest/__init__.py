"""Departments' files to a versioned snapshot in which nothing is lost."""

from features.ingest.reconciliation import FileCount, Reconciliation, SourceCount
from features.ingest.run import ingest

__all__ = ["FileCount", "Reconciliation", "SourceCount", "ingest"]
