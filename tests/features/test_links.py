from __future__ import annotations

from pathlib import Path

from features.builder import build
from features.contracts import Count, Distinct
from features.links import Held, linked_days
from features.records_of import records_of
from tests.features.small_city import catalogue_of, feature
from tests.features.tables import parsed
from tests.features.worlds import World, spine_of, write_world

CATALOGUE = catalogue_of(
    [
        feature("associates", "registrations", Distinct("entity_id"), via="representative"),
        feature("neighbours", "registrations", Distinct("entity_id"), via="address"),
        feature("associate_penalties", "penalties", Count(), via="representative"),
    ]
)
# At most two may share a representative, at most three an address.
REGISTRATIONS = """
  entity_id|event_key|event_day|superseded_day|disputed_day|representative|address|cluster
  ---
  a | r1 | 10 | -  | -  | li | 7 | 0
  b | r2 | 20 | 40 | -  | li | 7 | 0
  c | r3 | 30 | -  | 30 | li | 7 | 0
  d | r4 | 10 | -  | -  | -  | 7 | 1
  e | r5 | 50 | -  | -  | wu | 7 | 0
  f | r6 | 60 | -  | -  | wu | 7 | 0
"""
PENALTIES = """
  entity_id | event_key | event_day
  ---------------------------------
  b         | p1        | 15
  c         | p2        | 35
  a         | p3        | 12
"""


def _world(folder: Path) -> World:
    rows = {"registrations": parsed(REGISTRATIONS), "penalties": parsed(PENALTIES)}
    return write_world(folder, CATALOGUE, rows)


def _values(folder: Path, spine: list[tuple[str, int]], name: str) -> list[float]:
    world = _world(folder / "world")
    values: list[float] = (
        build(CATALOGUE, world.snapshot, spine_of(spine), folder).read()[name].to_pylist()
    )
    return values


def test_those_are_linked_who_share_a_value_as_of_the_day_and_nobody_with_himself(
    tmp_path: Path,
) -> None:
    spine = [("a", 19), ("a", 20), ("b", 20), ("a", 29), ("a", 30), ("a", 40), ("c", 40)]
    # alone; with b; with a; with b; too many with c; with c once b is gone; with a
    assert _values(tmp_path, spine, "associates") == [0, 1, 1, 1, 0, 1, 1]


def test_an_unknown_value_links_nobody(tmp_path: Path) -> None:
    assert _values(tmp_path, [("d", 60)], "associates") == [0]


def test_exempt_records_link_nobody_and_do_not_make_a_group_large(tmp_path: Path) -> None:
    spine = [("d", 30), ("a", 30), ("a", 39), ("a", 50), ("a", 60)]
    # d is exempt; a b c; a b c; a c e; a c e f are too many
    assert _values(tmp_path, spine, "neighbours") == [0, 2, 2, 2, 0]


def test_what_linked_businesses_did_before_they_were_linked_counts(tmp_path: Path) -> None:
    spine = [("a", 20), ("b", 20), ("a", 40)]
    assert _values(tmp_path, spine, "associate_penalties") == [1, 1, 1]


def test_a_dispute_does_not_change_who_is_linked(tmp_path: Path) -> None:
    world = _world(tmp_path / "world")
    matrix = build(
        CATALOGUE, world.snapshot, spine_of([("a", 40)]), tmp_path, exclude_disputed=True
    )
    read = matrix.read()
    # c's registration is disputed: not counted itself, but c stays linked.
    assert read["associates"].to_pylist() == [0]
    assert read["associate_penalties"].to_pylist() == [1]


def test_a_business_carries_the_days_on_which_others_are_linked_to_it(tmp_path: Path) -> None:
    world = _world(tmp_path / "world")
    records = records_of(CATALOGUE, world.snapshot, "a")
    forever = 2_147_483_647
    assert records.links["representative"] == {"b": ((20, 30),), "c": ((40, forever),)}
    assert records.links["address"]["b"] == ((20, 40),)
    assert [row["event_key"] for row in records.linked["representative"]["penalties"]] == [
        "p1",
        "p2",
    ]


def test_a_pair_that_parts_and_meets_again_has_two_intervals() -> None:
    held = [Held("a", 0, 10), Held("a", 20, 30), Held("b", 5, 25)]
    pairs = {(p.entity_id, p.other): p.intervals for p in linked_days(held, 2)}
    assert pairs == {("a", "b"): ((5, 10), (20, 25)), ("b", "a"): ((5, 10), (20, 25))}


def test_two_records_of_one_business_do_not_make_it_two() -> None:
    held = [Held("a", 0, 10), Held("a", 3, 12), Held("b", 0, 12)]
    assert [p.intervals for p in linked_days(held, 2)] == [((0, 12),), ((0, 12),)]


def test_an_interval_without_days_links_nobody() -> None:
    assert list(linked_days([Held("a", 5, 5), Held("b", 0, 9)], 2)) == []
