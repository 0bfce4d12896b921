"""R04: the other premises of the same licence account.

Guilt by association is contestable: only what was found there, in proportion.
Accounts of more than 150 premises (a stadium's kiosks) link nobody.
"""

from __future__ import annotations

from features.contracts import (
    Direction,
    Distinct,
    Feature,
    Link,
    Mean,
    Months,
    Phrase,
    Share,
    family,
)

from ..reasons import NOT_CITED
from ..sources import inspections as sheet
from ..sources import visits as log

LINKS: tuple[Link, ...] = (Link("same_operator", "licences", "account_no", max_size=150),)

_other = family(
    Feature,
    group="R04",
    via="same_operator",
    direction=Direction.RISK_UP,
    legal_basis="Municipal Code of Chicago 4-8-010 (the licensee answers for the premises)",
)
_sheet = family(
    _other,
    source="inspections",
    window=Months(36),
    missing="the operator has no other inspected premises",
)
_log = family(
    _other,
    source="visits",
    window=Months(36),
    missing="the operator has no other visited premises",
    unit="share",
)

FEATURES: tuple[Feature, ...] = (
    _other(
        name="operator_premises_count",
        source="licences",
        measure=Distinct("licence_no"),
        direction=Direction.EITHER,
        missing="never missing",
        meaning=Phrase("同一经营者的其他持证场所数", "Other licensed premises of the operator"),
        reason=NOT_CITED,
    ),
    _sheet(
        name="operator_critical_share_36m",
        measure=Share(sheet.CRITICAL),
        unit="share",
        meaning=Phrase(
            "其他场所检查有严重问题的比例", "Inspections with a critical item elsewhere"
        ),
        reason="R401",
    ),
    _sheet(
        name="operator_failed_share_36m",
        measure=Share(sheet.FAILED),
        unit="share",
        meaning=Phrase("其他场所检查不合格的比例", "Inspections failed elsewhere"),
        reason="R402",
    ),
    _sheet(
        name="operator_serious_item_mean_36m",
        measure=Mean("serious_count"),
        meaning=Phrase("其他场所平均每次较重问题项数", "Serious items an inspection elsewhere"),
        reason="R403",
    ),
    _sheet(
        name="operator_minor_item_mean_36m",
        measure=Mean("minor_count"),
        meaning=Phrase("其他场所平均每次一般问题项数", "Minor items an inspection elsewhere"),
        reason="R404",
        positive_reason="R421",
    ),
    _log(
        name="operator_complaint_visit_share_36m",
        measure=Share(log.COMPLAINT),
        meaning=Phrase("其他场所到访中因投诉的比例", "Visits after complaints elsewhere"),
        reason="R405",
    ),
    _log(
        name="operator_recheck_visit_share_36m",
        measure=Share(log.RECHECK),
        meaning=Phrase("其他场所到访中复查的比例", "Re-inspections elsewhere"),
        reason="R406",
    ),
)
