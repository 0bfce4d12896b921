"""A town with checks and penalties, small enough to know by heart."""

from __future__ import annotations

from pathlib import Path

from features.catalogue import Catalogue
from features.contracts import (
    Ahead,
    AtRecord,
    AtRecords,
    ByCode,
    Cohort,
    Column,
    Count,
    Dates,
    DaysSince,
    Direction,
    Evidence,
    Feature,
    Jurisdiction,
    Kind,
    Measure,
    Monthly,
    Months,
    Outcome,
    Phrase,
    Reason,
    Source,
)
from features.expressions import Condition, col

PROFILES = (
    {"entity_id": "early", "from_day": 0, "to_day": 999, "established_day": 0, "closed_day": 100},
    {"entity_id": "late", "from_day": 50, "to_day": 999},
    {"entity_id": "planned", "from_day": 50, "to_day": 999, "established_day": 80},
)
SEVERE = col("severity") >= 2
_SOMETHING = Phrase("某", "Something")


def _source(name: str, *columns: str) -> Source:
    return Source(
        name=name,
        department="market",
        title=_SOMETHING,
        legal_basis="a law",
        files="*.csv",
        key=("number",),
        subject=ByCode("code"),
        dates=Dates(event="happened_on", trust="fully"),
        columns=(
            Column("number", Kind.TEXT, ("number",), "its number"),
            Column("code", Kind.TEXT, ("code",), "whose"),
            Column("happened_on", Kind.DAY, ("date",), "when"),
            *(Column(column, Kind.INTEGER, (column,), column) for column in columns),
        ),
    )


def _feature(
    name: str, source: str, measure: Measure, direction: Direction, where: Condition | None = None
) -> Feature:
    return Feature(
        name=name,
        source=source,
        measure=measure,
        where=where,
        window=Months(36),
        meaning=_SOMETHING,
        direction=direction,
        missing="none",
        group="R03",
        reason="R304",
        legal_basis="a law",
    )


def outcome(*evidence: Evidence, horizon: Ahead | AtRecord) -> Outcome:
    return Outcome(
        name="credit",
        title=_SOMETHING,
        evidence=evidence,
        horizon=horizon,
        past="penalties_count_36m",
        adjust_for="inspector" if isinstance(horizon, AtRecord) else None,
    )


def catalogue(cohort: Cohort | None = None) -> Catalogue:
    horizon = AtRecord() if isinstance(cohort, AtRecords) else Ahead(30, maturity_days=5)
    evidence = (
        Evidence("checks", col("failed").equals(1))
        if isinstance(cohort, AtRecords)
        else Evidence("penalties", SEVERE)
    )
    town = Jurisdiction(
        name="town",
        title=_SOMETHING,
        timezone="UTC",
        identity="plain",
        currency=_SOMETHING,
        departments={"market": _SOMETHING},
        sources=(_source("penalties", "severity"), _source("checks", "failed", "inspector")),
        features=(
            _feature("penalties_count_36m", "penalties", Count(), Direction.RISK_UP),
            _feature("penalties_days_since", "penalties", DaysSince(), Direction.RISK_DOWN),
            _feature(
                "failed_checks_count_36m",
                "checks",
                Count(),
                Direction.RISK_UP,
                col("failed").equals(1),
            ),
            _feature("checks_days_since", "checks", DaysSince("first"), Direction.EITHER),
        ),
        outcomes=(outcome(evidence, horizon=horizon),),
        reasons=(Reason("R304", _SOMETHING),),
        roster=(),
        cohort=cohort or Monthly(),
        groups={"R03": _SOMETHING},
    )
    return Catalogue(town, Path("nowhere"))


def penalty(key: str, entity: str, day: int, severity: int = 2, **dates: int) -> dict[str, object]:
    return {
        "event_key": key,
        "entity_id": entity,
        "event_day": day,
        "severity": severity,
        **dates,
    }


def checks() -> list[dict[str, object]]:
    """Four checks of businesses we know, one of nobody, and one since annulled."""
    return [
        {"event_key": "a", "entity_id": "early", "event_day": 30, "known_day": 31, "failed": 1,
         "inspector": 7},
        {"event_key": "b", "entity_id": "early", "event_day": 60, "failed": 0, "inspector": 8},
        {"event_key": "c", "entity_id": "late", "event_day": 60, "version": 1, "failed": 1,
         "inspector": 7, "superseded_day": 65},
        {"event_key": "c", "entity_id": "late", "event_day": 60, "version": 2, "known_day": 65,
         "failed": 0, "inspector": 7},
        {"event_key": "d", "entity_id": "late", "event_day": 70, "failed": 1},
        {"event_key": "e", "entity_id": None, "event_day": 75, "failed": 0},
        {"event_key": "f", "entity_id": "late", "event_day": 76, "failed": 1,
         "retracted_day": 90},
    ]  # fmt: skip
