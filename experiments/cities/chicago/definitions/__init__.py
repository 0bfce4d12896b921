"""Features of Chicago, one file for each indicator group.

What surrounds a business is left out: burglaries, complaints in the street, and
what was found next door. Inspectors work by area, so what was found next door tells
who inspects there; the study in ``experiments/2026-11-chicago`` measures it. Names,
cuisines, wards and the inspector are left out as well.
"""

from __future__ import annotations

from features.contracts import Feature, Link

from . import inspections, licences, operator, visits, weather

FEATURES: tuple[Feature, ...] = (
    *licences.FEATURES,
    *weather.FEATURES,
    *inspections.FEATURES,
    *operator.FEATURES,
    *visits.FEATURES,
)
LINKS: tuple[Link, ...] = operator.LINKS
