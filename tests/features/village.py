"""A village whose businesses can mend things: sources, actions, records by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from features.business import BusinessRecords, row_columns
from features.catalogue import Catalogue
from features.contracts import (
    Action,
    Added,
    Ahead,
    AtNext,
    ByCode,
    Column,
    Corrected,
    Count,
    Dates,
    DaysSince,
    Direction,
    Evidence,
    Feature,
    Jurisdiction,
    Kind,
    Later,
    Moment,
    Monthly,
    Months,
    OnRecords,
    Outcome,
    Owed,
    Phrase,
    Reason,
    Repaired,
    Sharing,
    Source,
    Wait,
    Within,
)
from features.expressions import col
from tests.features.worlds import Cell, day, numbered

TODAY = day("2026-07-31")


def _source(name: str, *columns: Column, **dates: str) -> Source:
    return Source(
        name=name, department="market", title=Phrase(name, name), legal_basis="法",
        files=f"{name}.csv", key=("number",), sharing=Sharing.PUBLIC, subject=ByCode("code"),
        dates=Dates(event="on", trust="exact", known="known_on", **dates),  # type: ignore[arg-type]
        columns=(
            Column("number", Kind.TEXT, ("number",), "number"),
            Column("code", Kind.TEXT, ("code",), "business"),
            Column("on", Kind.DAY, ("on",), "day"),
            Column("known_on", Kind.DAY, ("known",), "day we learned of it"),
            *columns,
        ),
        profile={"established_on": "on"} if name == "registrations" else {},
    )  # fmt: skip


CAUSES = ("report", "unreachable")
SOURCES = (
    _source("registrations"),
    _source(
        "reports",
        Column("year", Kind.INTEGER, ("year",), "year"),
        Column("late", Kind.FLAG, ("late",), "late"),
        Column("staff", Kind.INTEGER, ("staff",), "staff"),
    ),
    _source(
        "listings",
        Column("cause", Kind.CODE, ("cause",), "cause", labels=CAUSES),
        Column("left_on", Kind.DAY, ("left",), "day of leaving"),
    ),
    _source(
        "penalties",
        Column("heavy", Kind.FLAG, ("heavy",), "heavy"),
        Column("repaired_on", Kind.DAY, ("repaired",), "day of repair"),
        repaired="repaired_on",
    ),
    _source("serious", Column("left_on", Kind.DAY, ("left",), "day of leaving")),
    _source("permits", Column("until_on", Kind.DAY, ("until",), "last day")),
    _source("moves"),
)
_ON = col("left_on").is_null()
_OFFICE = Phrase("局", "the office")
_CONDITION = Phrase("真实", "It is true")


def action(
    name: str, effort: int, about: OnRecords | Owed, *effects: object, **other: object
) -> Action:
    """An action of which only the doing matters."""
    return Action(
        name=name, phrase=Phrase(f"办{name}{{year}}", f"do {name} {{year}}"), condition=_CONDITION,
        legal_basis=f"法:{name}", at=_OFFICE, effort=effort, about=about,
        effects=effects, **other,  # type: ignore[arg-type]
    )  # fmt: skip


_LEAVE = Corrected({"left_on": Moment.DECIDED})
ACTIONS = (
    action(
        "file_overdue", 1, Owed("reports", "year", (1, 1), (6, 30), overdue=True),
        Added("reports", {"year": Moment.YEAR, "late": 1}), takes=Within(days=2),
    ),
    action(
        "file_in_time", 1, Owed("reports", "year", (1, 1), (6, 30), overdue=False),
        Added("reports", {"year": Moment.YEAR, "late": 0}), takes=Within(days=2),
    ),
    action(
        "leave_after_report", 1, OnRecords("listings", _ON & col("cause").equals("report")),
        _LEAVE, after=("file_overdue",), takes=Within(days=7),
    ),
    action(
        "restore_contact", 2, OnRecords("listings", _ON & col("cause").equals("unreachable")),
        _LEAVE, takes=Within(days=7),
    ),
    action(
        "move", 3, OnRecords("listings", _ON & col("cause").equals("unreachable")),
        _LEAVE, Added("moves", {}), takes=Within(days=7),
    ),
    action(
        "repair", 2, OnRecords("penalties"), Repaired(),
        waits=(
            Wait("on", "旧法", "2021-09-01", "2025-12-25", months=6),
            Wait("on", "新法:重", "2025-12-25", months=12, where=col("heavy").equals(1)),
            Wait("on", "新法", "2025-12-25", months=3),
        ),
        takes=Within(days=10),
    ),
    action(
        "renew", 2, OnRecords("permits", only_last=True),
        Corrected({"until_on": Later("until_on", 60)}),
        waits=(Wait("until_on", "法", "2000-01-01", days=-90),), takes=Within(days=20),
    ),
    action(
        "report_move", 1, OnRecords("moves"), Added("moves", {}),
        takes=AtNext(((3, 31), (9, 30)), lag_days=5),
    ),
)  # fmt: skip


def _feature(name: str, source: str, measure: object, **other: object) -> Feature:
    common: dict[str, object] = {
        "direction": Direction.RISK_UP, "missing": "无", "group": "R03", "reason": "R304",
        "legal_basis": "法",
    }  # fmt: skip
    return Feature(
        name=name, source=source, measure=measure,  # type: ignore[arg-type]
        meaning=Phrase(name, name), **(common | other),  # type: ignore[arg-type]
    )  # fmt: skip


FEATURES = (
    _feature("penalty_count_36m", "penalties", Count(), window=Months(36)),
    _feature("report_days_since", "reports", DaysSince(), unit="days"),
    _feature("late_count_36m", "reports", Count(), where=col("late").equals(1), window=Months(36)),
    _feature("listed_report", "listings", Count(), where=_ON & col("cause").equals("report")),
    _feature("listed_lost", "listings", Count(), where=_ON & col("cause").equals("unreachable")),
    _feature("serious_count", "serious", Count(), where=_ON, window=Months(36)),
    _feature("age_days", "registrations", DaysSince("first"), unit="days",
             direction=Direction.RISK_DOWN),
    _feature("moves_12m", "moves", Count(), window=Months(12)),
)  # fmt: skip


def catalogue(actions: tuple[Action, ...] = ACTIONS) -> Catalogue:
    """The village's declarations."""
    jurisdiction = Jurisdiction(
        name="village", title=Phrase("小村", "Village"), timezone="Asia/Shanghai",
        identity="plain", currency=Phrase("元", "yuan"),
        departments={"market": Phrase("局", "Office")}, sources=SOURCES, features=FEATURES,
        outcomes=(
            Outcome("credit", Phrase("信用", "Credit"), (Evidence("penalties"),), Ahead(365),
                    "penalty_count_36m"),
        ),
        reasons=(Reason("R304", Phrase("{value}", "{value}")),), roster=("registrations",),
        cohort=Monthly(), groups={"R03": Phrase("监管", "Checks")}, actions=actions,
    )  # fmt: skip
    return Catalogue(jurisdiction, Path(__file__).parent)


def business(
    rows: Mapping[str, Iterable[Mapping[str, Cell]]], established: str = "2015-03-01"
) -> BusinessRecords:
    """The records of business ``a``: what is said of each, days as ISO text."""
    own = {}
    born = {"event_key": "r", "event_day": established}
    for source in SOURCES:
        given = [born] if source.name == "registrations" else rows.get(source.name, ())
        whole = [
            {
                name: day(value) if name.endswith(("_day", "_on")) and isinstance(value, str)
                else value
                for name, value in row.items()
            }
            for row in given
        ]  # fmt: skip
        own[source.name] = [
            {c: row.get(c) for c in row_columns(source)}
            for row in numbered({"entity_id": "a", **row} for row in whole)
        ]
    profile: dict[str, Cell] = {
        "entity_id": "a", "name": "小店", "established_day": day(established),
        "from_day": day(established), "to_day": None, "sector": None, "district": None,
        "form": None,
    }  # fmt: skip
    return BusinessRecords("a", own, profile=[profile])  # type: ignore[arg-type]  # floats stand in profiles only
