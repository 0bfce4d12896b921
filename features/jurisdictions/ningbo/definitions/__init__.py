"""Feature definitions of Ningbo, one file for each part of an indicator group."""

from __future__ import annotations

from features.contracts import Feature
from features.jurisdictions.ningbo.definitions import (
    associates,
    attributes,
    checks,
    dynamics,
    evaluation,
    lists,
    online,
    other_departments,
    penalties,
    standing,
    taxes,
)

FEATURES: tuple[Feature, ...] = (
    *attributes.FEATURES,
    *dynamics.FEATURES,
    *taxes.FEATURES,
    *standing.FEATURES,
    *lists.FEATURES,
    *penalties.FEATURES,
    *checks.FEATURES,
    *other_departments.FEATURES,
    *associates.FEATURES,
    *evaluation.FEATURES,
    *online.FEATURES,
)
LINKS = associates.LINKS
