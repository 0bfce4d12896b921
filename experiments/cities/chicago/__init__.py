"""Chicago: food businesses, as a city of declarations from published records.

Nothing here names an inspector, a person or a neighbourhood among the features: a
business is scored by what was found in it and in the operator's other premises,
what it is licensed for, and how warm it has been.
"""

from __future__ import annotations

from features.contracts import AtRecords, Jurisdiction, Phrase

from . import codes
from .definitions import FEATURES, LINKS
from .outcomes import OUTCOMES
from .reasons import REASONS
from .sources import DEPARTMENTS, SOURCES

JURISDICTION = Jurisdiction(
    name="chicago",
    title=Phrase("芝加哥市", "Chicago"),
    timezone="America/Chicago",
    identity="plain",
    currency=Phrase("美元", "dollars"),
    departments={**codes.DEPARTMENTS, **DEPARTMENTS},
    sources=SOURCES,
    features=FEATURES,
    outcomes=OUTCOMES,
    reasons=REASONS,
    roster=("inspections", "licences"),
    cohort=AtRecords("inspections", lead_days=1),
    groups=codes.GROUPS,
    districts=codes.DISTRICTS,
    sectors=codes.SECTORS,
    links=LINKS,
)
