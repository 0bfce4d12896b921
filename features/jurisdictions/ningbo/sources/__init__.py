"""Ningbo's departments: one file for each source of records."""

from __future__ import annotations

from features.contracts import Source
from features.jurisdictions.ningbo.sources import (
    abnormal_list,
    annual_reports,
    changes,
    complaints,
    defaulters,
    honours,
    penalties,
    penalties_elsewhere,
    random_checks,
    registrations,
    samples,
    serious_list,
    shops,
    tax_arrears,
    tax_grades,
)

SOURCES: tuple[Source, ...] = (
    registrations.SOURCE,
    changes.SOURCE,
    annual_reports.SOURCE,
    abnormal_list.SOURCE,
    serious_list.SOURCE,
    penalties.SOURCE,
    penalties_elsewhere.SOURCE,
    random_checks.SOURCE,
    samples.SOURCE,
    complaints.SOURCE,
    tax_grades.SOURCE,
    tax_arrears.SOURCE,
    defaulters.SOURCE,
    shops.SOURCE,
    honours.SOURCE,
)
