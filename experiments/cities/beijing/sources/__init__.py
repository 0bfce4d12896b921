"""The departments' tables of Beijing's open-data portal, one file for each source."""

from __future__ import annotations

from features.contracts import Source

from . import (
    abnormal_list,
    consumer_channel,
    environment,
    food,
    green_food,
    inspections,
    objections,
    penalties,
    random_checks,
    registrations,
    safety_inspections,
    safety_licences,
    taxes,
    technology,
    transport,
    urban_inspections,
)

SOURCES: tuple[Source, ...] = (
    registrations.SOURCE,
    safety_licences.SOURCE,
    technology.SOURCE,
    inspections.SOURCE,
    transport.COACHES,
    transport.RENTALS,
    objections.SOURCE,
    *penalties.SOURCES,
    environment.SOURCE,
    taxes.PENALTIES,
    taxes.MAJOR_CASES,
    taxes.ARREARS,
    abnormal_list.CITY,
    abnormal_list.MIYUN,
    consumer_channel.SOURCE,
    food.SAMPLES,
    food.INSPECTIONS,
    green_food.SOURCE,
    safety_inspections.SOURCE,
    urban_inspections.SOURCE,
    random_checks.SOURCE,
)
