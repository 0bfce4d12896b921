"""Reason codes and what people read: one entry for each, in Chinese and English.

Codes up to R104, R215, R321, R404, R507, R606 and R904 are the handbook's; the
later numbers of a group split them (our choice), so that a day count is never read
out as a number of penalties. R321, credit repair completed, is left out: a repaired
record must not be used, in favour of the business neither.
"""

from __future__ import annotations

from features.contracts import Reason
from features.jurisdictions.ningbo.reasons import dynamics, society, supervision
from features.jurisdictions.ningbo.reasons.words import NOT_CITED

__all__ = ["NOT_CITED", "REASONS"]

REASONS: tuple[Reason, ...] = (
    *dynamics.ATTRIBUTES,
    *dynamics.DYNAMICS,
    *supervision.LISTS,
    *supervision.PENALTIES,
    *supervision.CHECKS,
    *supervision.OTHER_DEPARTMENTS,
    *society.ASSOCIATES,
    *society.EVALUATION,
    *society.ONLINE,
    *society.DATA_AND_RULES,
)
