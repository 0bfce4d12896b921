from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from features.builder import build
from features.contracts import Count, Mean
from features.engines import single
from features.peers import Peers, millionths
from tests.features.small_city import catalogue_of, feature
from tests.features.tables import parsed
from tests.features.worlds import World, own_records, spine_of, write_world

CATALOGUE = catalogue_of(
    [
        feature("plain", "penalties", Count()),
        feature("vs_sector", "penalties", Count(), peers=("sector",)),
        feature("vs_both", "penalties", Count(), peers=("sector", "district")),
        feature("severity_vs", "penalties", Mean("severity"), scale=1_000_000, peers=("sector",)),
    ]
)
PENALTIES = """
  entity_id | event_key | event_day | severity
  --------------------------------------------
  a         | p1        | 5         | 1000000
  a         | p2        | 6         | 2000000
  a         | p3        | 7         | 2000000
  b         | p4        | 5         | 3000000
  d         | p5        | 5         | -
"""
# c has no sector, nobody knows e, b moves north on day 20
PROFILES = """
  entity_id | district | sector | from_day | to_day
  -------------------------------------------------
  a         | north    | food   | 0        | -
  b         | south    | food   | 0        | 20
  b         | north    | food   | 20       | -
  c         | north    | -      | 0        | -
  d         | south    | food   | 0        | -
"""
SPINE = [(entity, day) for day in (10, 20) for entity in "abcde"]


def _world(folder: Path) -> World:
    return write_world(folder, CATALOGUE, {"penalties": parsed(PENALTIES)}, parsed(PROFILES))


def test_the_value_is_the_difference_from_the_mean_of_the_group(tmp_path: Path) -> None:
    world = _world(tmp_path / "world")
    read = build(CATALOGUE, world.snapshot, spine_of(SPINE), tmp_path).read().to_pydict()
    assert read["plain"] == [3, 1, 0, 1, 0] * 2
    # food: 3, 1 and 1, so 5/3 in the mean
    assert read["vs_sector"] == [3 - 5 / 3, 1 - 5 / 3, None, 1 - 5 / 3, None] * 2
    # north: a alone, then a and b; south: b and d, then d alone
    assert read["vs_both"] == [0, 0, None, 0, None, 1, -1, None, 0, None]
    # 5/3 and 3; d has no severity and does not enter the mean
    assert read["severity_vs"][0] == 5 / 3 - 4_666_667 / 2_000_000


def test_one_business_finds_its_group_in_what_the_builder_saved(tmp_path: Path) -> None:
    world = _world(tmp_path / "world")
    matrix = build(CATALOGUE, world.snapshot, spine_of(SPINE), tmp_path)
    peers = Peers.read(matrix.peers)
    for row in matrix.read().to_pylist():
        records = own_records(world, row["entity_id"])
        values = single.compute(CATALOGUE, records, row["as_of_day"], peers)
        assert values == {name: row[name] for name in matrix.features}


def test_statistics_are_integers_by_feature_day_and_group(tmp_path: Path) -> None:
    world = _world(tmp_path / "world")
    saved = pq.read_table(build(CATALOGUE, world.snapshot, spine_of(SPINE), tmp_path).peers)
    assert saved.column_names == [
        "feature",
        "as_of_day",
        "district",
        "sector",
        "form",
        "total",
        "count",
    ]
    rows = [tuple(row.values()) for row in saved.to_pylist() if row["as_of_day"] == 10]
    assert rows == [
        ("severity_vs", 10, None, "food", None, 4_666_667, 2),
        ("vs_both", 10, "north", "food", None, 3_000_000, 1),
        ("vs_both", 10, "south", "food", None, 2_000_000, 2),
        ("vs_sector", 10, None, "food", None, 5_000_000, 3),
    ]


def test_a_day_without_statistics_takes_the_last_day_before_it() -> None:
    group = (None, "food", None)
    peers = Peers({("f", 10, group): (4_000_000, 2), ("f", 20, group): (9_000_000, 3)}, (10, 20))
    profile = {"district": "north", "sector": "food", "form": None}
    means = [peers.mean("f", ("sector",), profile, day) for day in (9, 10, 19, 20, 99)]
    assert means == [None, 2.0, 2.0, 3.0, 3.0]


def test_a_group_nobody_saw_has_no_mean() -> None:
    peers = Peers({("f", 10, (None, "food", None)): (1, 1)}, (10,))
    assert (
        peers.mean("f", ("sector",), {"district": None, "sector": "toys", "form": None}, 10) is None
    )
    assert (
        peers.mean("f", ("sector",), {"district": None, "sector": None, "form": None}, 10) is None
    )


def test_halves_of_a_millionth_round_up() -> None:
    assert [millionths(v) for v in (1 / 128, -1 / 128, 0.1, 3.0)] == [
        7813,
        -7812,
        100_000,
        3_000_000,
    ]
