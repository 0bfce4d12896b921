"""The departments' records, one file for each source."""

from __future__ import annotations

from features.contracts import Source

from . import burglaries, inspections, licences, sanitation, visits, weather

SOURCES: tuple[Source, ...] = (
    inspections.SOURCE,
    visits.SOURCE,
    licences.SOURCE,
    sanitation.SOURCE,
    burglaries.SOURCE,
    weather.SOURCE,
)
