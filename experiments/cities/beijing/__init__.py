"""Beijing: the tables of an open-data portal, as a city of declarations.

There is no register of everybody: a business exists here once some table gave it a
code. Most names on the list of abnormal operation therefore mean nobody known.
"""

from __future__ import annotations

from features.contracts import AtRecords, Jurisdiction, Phrase

from . import codes
from .definitions import FEATURES
from .outcomes import OUTCOMES
from .reasons import REASONS
from .sources import SOURCES

JURISDICTION = Jurisdiction(
    name="beijing",
    title=Phrase("北京市", "Beijing"),
    timezone="Asia/Shanghai",
    identity="uscc",
    currency=Phrase("元", "yuan"),
    departments=codes.DEPARTMENTS,
    sources=SOURCES,
    features=FEATURES,
    outcomes=OUTCOMES,
    reasons=REASONS,
    roster=(
        "registrations",
        "safety_licences",
        "technology_enterprises",
        "inspections",
        "coach_grades",
        "rental_grades",
        "objections",
        "internet_cafe_penalties",
        "online_publishing_penalties",
        "huairou_penalties",
        "yanqing_penalties_2020",
        "tax_penalties",
        "major_tax_cases",
        "tax_arrears",
        "environment_penalties",
        "food_inspections",
        "urban_inspections",
    ),
    cohort=AtRecords("inspections", lead_days=1),
    groups=codes.GROUPS,
    districts=codes.DISTRICTS,
)
