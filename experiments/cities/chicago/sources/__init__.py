"""The departments' records, one file for each source."""

from __future__ import annotations

from features.contracts import departments_in, sources_in

SOURCES = sources_in(__name__)
DEPARTMENTS = departments_in(__name__)
