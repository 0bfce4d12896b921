from __future__ import annotations

from pathlib import Path

import pytest

from features.business import BusinessRecords
from features.contracts import (
    Change,
    Count,
    Days,
    DaysSince,
    DaysSinceDate,
    DaysUntil,
    Distinct,
    Feature,
    Growth,
    Latest,
    Max,
    Mean,
    Measure,
    Repeats,
    Share,
    Sum,
    Window,
)
from features.engines import single
from features.expressions import Condition, col
from features.records_of import records_of
from tests.features.small_city import catalogue_of, feature
from tests.features.tables import parsed
from tests.features.worlds import Cell, own_records, write_world

# as of day 100; `p5` is the later of two that end in a tie on day 90
PENALTIES = """
  entity_id | event_key | event_day | kind | fine_fen | severity | paid_on | office | published
  ------------------------------------------------------------------------------------------------
  a         | p1        | 40        | 1    | 500      | 2000000  | 70      | east   | 1
  a         | p2        | 60        | 1    | -        | 1000000  | 120     | west   | 0
  a         | p3        | 80        | 2    | 900      | -        | -       | east   | 1
  a         | p4        | 90        | 0    | 900      | 4000000  | 120     | -      | 0
  a         | p5        | 90        | -    | -        | -        | -       | -      | -
  a         | p6        | 101       | 1    | 9999     | 9000000  | 101     | east   | 1
  b         | p7        | 50        | 1    | 9999     | 9000000  | 100     | west   | 1
"""
TODAY = 100


def _f(measure: Measure, where: Condition | None, window: Window | None, scale: int) -> Feature:
    return feature("f", "penalties", measure, where, window, scale=scale)


_FINE = col("kind").equals("fine")


@pytest.mark.parametrize(
    ("declared", "value", "evidence"),
    [
        (_f(Count(), None, None, 1), 5, "p1 p2 p3 p4 p5"),
        (_f(Count(), _FINE, None, 1), 2, "p1 p2"),
        (_f(Count(), ~_FINE, None, 1), 3, "p3 p4 p5"),
        (_f(Count(), None, Days(40), 1), 3, "p3 p4 p5"),
        (_f(Count(), None, Days(41), 1), 4, "p2 p3 p4 p5"),
        (_f(Count(), None, Days(1), 1), 0, ""),
        (_f(Sum("fine_fen"), None, None, 100), 23, "p1 p3 p4"),
        (_f(Sum("fine_fen"), col("kind").equals("warning"), Days(5), 100), 0, ""),
        (_f(Max("fine_fen"), None, None, 100), 9, "p3 p4"),
        (_f(Max("fine_fen"), None, Days(5), 100), None, ""),
        (_f(Mean("severity"), None, None, 1_000_000), 7 / 3, "p1 p2 p4"),
        (_f(Mean("severity"), _FINE, None, 1_000_000), 1.5, "p1 p2"),
        (_f(Distinct("kind"), None, None, 1), 3, "p1 p2 p3 p4"),
        (_f(Distinct("office"), None, None, 1), 2, "p1 p2 p3"),
        (_f(Repeats("kind"), None, None, 1), 1, "p1 p2"),
        (_f(Repeats("office"), None, None, 1), 1, "p1 p3"),
        (_f(Repeats("kind"), None, Days(40), 1), 0, ""),
        (_f(Share(_FINE), None, None, 1), 0.4, "p1 p2"),
        (_f(Share(_FINE), None, Days(30), 1), 0.0, "p3 p4 p5"),
        (_f(Share(_FINE), None, Days(5), 1), None, ""),
        (_f(DaysSince("last"), None, None, 1), 10, "p4 p5"),
        (_f(DaysSince("first"), None, None, 1), 60, "p1"),
        (_f(DaysSince("last"), _FINE, None, 1), 40, "p2"),
        (_f(DaysSinceDate("paid_on"), None, None, 1), -20, "p2 p4"),
        (_f(DaysUntil("paid_on"), None, None, 1), 20, "p2 p4"),
        (_f(DaysUntil("paid_on"), None, Days(15), 1), 20, "p4"),
        (_f(Latest("fine_fen"), None, None, 100), 9, "p4"),
        (_f(Latest("kind"), None, None, 1), 0, "p4"),
        (_f(Latest("published"), _FINE, None, 1), 0, "p2"),
        (_f(Change(), None, Days(30), 1), 2, "p3 p4 p5"),
        (_f(Change(), None, Days(5), 1), 0, ""),
        (_f(Change(), _FINE, Days(35), 1), -2, "p1 p2"),
        (_f(Growth(), None, Days(40), 1), 0.5, "p3 p4 p5"),
        (_f(Growth(), _FINE, Days(35), 1), -1.0, "p1 p2"),
        (_f(Growth(), None, Days(60), 1), 3.0, "p2 p3 p4 p5"),
        (_f(Growth(), None, Days(61), 1), None, "p1 p2 p3 p4 p5"),
    ],
)
def test_each_measure_gives_its_value_and_the_records_that_decided_it(
    declared: Feature, value: float | None, evidence: str, tmp_path: Path
) -> None:
    catalogue = catalogue_of([declared])
    world = write_world(tmp_path, catalogue, {"penalties": parsed(PENALTIES)})
    records = own_records(world, "a")
    assert single.compute(catalogue, records, TODAY, single.Peers()) == {"f": value}
    assert single.evidence(catalogue, "f", records, TODAY) == tuple(evidence.split())


def test_values_come_in_the_order_of_the_catalogue() -> None:
    names = ["b", "a", "c"]
    catalogue = catalogue_of([feature(name, "penalties", Count()) for name in names])
    values = single.compute(catalogue, BusinessRecords("x", {}), 0, single.Peers())
    assert list(values) == names


def test_a_business_without_records_has_each_features_value_of_nothing() -> None:
    catalogue = catalogue_of(
        [
            feature("count", "penalties", Count()),
            feature("sum", "penalties", Sum("fine_fen")),
            feature("max", "penalties", Max("fine_fen")),
            feature("since", "penalties", DaysSince()),
            feature("share", "penalties", Share(_FINE)),
            feature("linked", "penalties", Count(), via="representative"),
        ]
    )
    values = single.compute(catalogue, BusinessRecords("x", {}), TODAY, single.Peers())
    assert values == {
        "count": 0, "sum": 0, "max": None, "since": None, "share": None, "linked": 0,
    }  # fmt: skip


def test_linked_evidence_is_the_record_of_the_other_business(tmp_path: Path) -> None:
    catalogue = catalogue_of([feature("f", "penalties", Count(), via="representative")])
    shared: dict[str, Cell] = {"event_day": 10, "representative": "li"}
    rows: dict[str, list[dict[str, Cell]]] = {
        "registrations": [
            {"entity_id": "a", "event_key": "r1", **shared},
            {"entity_id": "b", "event_key": "r2", **shared},
        ],
        "penalties": parsed(PENALTIES),
    }
    world = write_world(tmp_path, catalogue, rows)
    records = records_of(catalogue, world.snapshot, "a")
    assert single.compute(catalogue, records, TODAY, single.Peers()) == {"f": 1.0}
    assert single.evidence(catalogue, "f", records, TODAY) == ("p7",)


def test_evidence_leaves_out_disputed_records_when_asked(tmp_path: Path) -> None:
    catalogue = catalogue_of([feature("f", "penalties", Count())])
    rows: list[dict[str, Cell]] = [
        {"entity_id": "a", "event_key": "p1", "event_day": 1, "disputed_day": 50},
        {"entity_id": "a", "event_key": "p2", "event_day": 2},
    ]
    records = own_records(write_world(tmp_path, catalogue, {"penalties": rows}), "a")
    assert single.evidence(catalogue, "f", records, 60) == ("p1", "p2")
    assert single.evidence(catalogue, "f", records, 60, exclude_disputed=True) == ("p2",)
    value = single.compute(catalogue, records, 60, single.Peers(), exclude_disputed=True)
    assert value == {"f": 1.0}


def test_records_learned_after_the_day_are_not_even_read(tmp_path: Path) -> None:
    catalogue = catalogue_of([feature("f", "penalties", Count())])
    rows: list[dict[str, Cell]] = [
        {"entity_id": "a", "event_key": "p1", "event_day": 1, "known_day": 5},
        {"entity_id": "a", "event_key": "p2", "event_day": 1, "known_day": 6},
    ]
    world = write_world(tmp_path, catalogue, {"penalties": rows})
    records = records_of(catalogue, world.snapshot, "a", 5)
    assert [row["event_key"] for row in records.own["penalties"]] == ["p1"]
