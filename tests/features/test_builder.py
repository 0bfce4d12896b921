from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from features.builder import Matrix, build
from features.contracts import Count, DaysSince, Max, Mean, Months, Sum
from features.engines.sql import program
from features.errors import OurBug, YourInput
from features.windows import bounds
from tests.features.small_city import catalogue_of, feature
from tests.features.worlds import Cell, World, day, spine_of, write_world

JUNE = day("2024-06-30")
CATALOGUE = catalogue_of(
    [
        feature("penalty_count_12m", "penalties", Count(), window=Months(12)),
        feature("penalty_fines_yuan", "penalties", Sum("fine_fen"), scale=100),
        feature("penalty_days_since", "penalties", DaysSince()),
        feature("temperature_mean", "weather", Mean("temperature"), scale=1_000_000),
        feature("burglary_nearest_m", "burglaries", Max("distance_m")),
    ]
)


def _rows() -> dict[str, list[dict[str, Cell]]]:
    return {
        "penalties": [
            {"entity_id": "a", "event_key": "p1", "event_day": JUNE - 10, "fine_fen": 150_050},
            {"entity_id": "a", "event_key": "p2", "event_day": day("2023-06-30"), "fine_fen": 1},
            {"entity_id": "b", "event_key": "p3", "event_day": JUNE + 1, "fine_fen": 7},
            {"entity_id": None, "event_key": "p4", "event_day": JUNE, "fine_fen": 9},
        ],
        "weather": [
            {"event_key": "w1", "event_day": JUNE, "temperature": 30_000_000},
            {"event_key": "w2", "event_day": JUNE - 1, "temperature": 25_500_000},
        ],
        "burglaries": [
            {"entity_id": "b", "event_key": "x", "event_day": JUNE, "distance_m": 480},
        ],
    }


@pytest.fixture
def world(tmp_path: Path) -> World:
    return write_world(tmp_path / "world", CATALOGUE, _rows())


def test_the_matrix_has_the_spine_then_one_column_for_each_feature(
    world: World, tmp_path: Path
) -> None:
    spine = spine_of([("a", JUNE), ("b", JUNE), ("nobody", JUNE)])
    matrix = build(CATALOGUE, world.snapshot, spine, tmp_path)
    assert matrix.read().to_pydict() == {
        "row_id": [0, 1, 2],
        "entity_id": ["a", "b", "nobody"],
        "as_of_day": [JUNE] * 3,
        "penalty_count_12m": [1.0, 0.0, 0.0],  # 2023-06-30 is one day too old
        "penalty_fines_yuan": [1500.51, 0.0, 0.0],
        "penalty_days_since": [10.0, None, None],
        "temperature_mean": [27.75] * 3,
        "burglary_nearest_m": [None, 480.0, None],
    }
    assert matrix.features == tuple(f.name for f in CATALOGUE.jurisdiction.features)


def test_rows_come_in_order_of_row_id_whatever_the_order_of_the_spine(
    world: World, tmp_path: Path
) -> None:
    spine = spine_of([("b", JUNE), ("a", JUNE - 1), ("a", JUNE)])
    shuffled = spine.take([2, 0, 1])
    built = build(CATALOGUE, world.snapshot, shuffled, tmp_path)
    assert built.read(["row_id"])["row_id"].to_pylist() == [0, 1, 2]
    assert built.name == build(CATALOGUE, world.snapshot, spine, tmp_path).name


def test_building_again_does_nothing(world: World, tmp_path: Path) -> None:
    stages: list[str] = []
    spine = spine_of([("a", JUNE)])
    first = build(CATALOGUE, world.snapshot, spine, tmp_path)
    written = first.path.stat()
    again = build(
        CATALOGUE, world.snapshot, spine, tmp_path, lambda stage, _d, _t: stages.append(stage)
    )
    assert again == first == Matrix.open(tmp_path, first.name)
    assert again.path.stat() == written
    assert stages == []


def test_another_spine_snapshot_catalogue_or_dispute_rule_is_another_matrix(
    world: World, tmp_path: Path
) -> None:
    spine = spine_of([("a", JUNE)])
    other_world = write_world(tmp_path / "other", CATALOGUE, {})
    fewer = catalogue_of(CATALOGUE.jurisdiction.features[:1])
    names = {
        build(CATALOGUE, world.snapshot, spine, tmp_path).name,
        build(CATALOGUE, world.snapshot, spine_of([("a", JUNE - 1)]), tmp_path).name,
        build(CATALOGUE, other_world.snapshot, spine, tmp_path).name,
        build(fewer, world.snapshot, spine, tmp_path).name,
        build(CATALOGUE, world.snapshot, spine, tmp_path, exclude_disputed=True).name,
    }
    assert len(names) == 5


def test_nothing_is_left_behind_when_building_fails(world: World, tmp_path: Path) -> None:
    world.snapshot.source("penalties").unlink()
    with pytest.raises(FileNotFoundError):
        build(CATALOGUE, world.snapshot, spine_of([("a", JUNE)]), tmp_path)
    assert list((tmp_path / "features").iterdir()) == []


def test_an_empty_spine_gives_an_empty_matrix(world: World, tmp_path: Path) -> None:
    matrix = build(CATALOGUE, world.snapshot, spine_of([]), tmp_path)
    assert matrix.read().num_rows == 0
    assert matrix.features == tuple(f.name for f in CATALOGUE.jurisdiction.features)


def test_every_fault_of_a_spine_is_named_at_once(world: World, tmp_path: Path) -> None:
    spine = pa.table({"row_id": [1, 1], "entity_id": ["a", None], "as_of_day": [JUNE, JUNE]})
    with pytest.raises(YourInput) as raised:
        build(CATALOGUE, world.snapshot, spine, tmp_path)
    assert "empty value in spine.entity_id" in str(raised.value)
    assert "repeated row_id" in str(raised.value)
    with pytest.raises(YourInput, match="missing column in spine: expected as_of_day"):
        build(CATALOGUE, world.snapshot, spine.select(["row_id", "entity_id"]), tmp_path)


def test_an_unknown_matrix_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(YourInput, match="no matrix"):
        Matrix.open(tmp_path, "0" * 64)


@pytest.mark.parametrize("dense", [False, True])
def test_the_whole_program_is_one_statement_that_returns_the_matrix(
    world: World, tmp_path: Path, dense: bool
) -> None:
    spine = spine_of([("a", JUNE), ("b", JUNE), ("a", JUNE - 400)])
    plan = program(CATALOGUE, dense=dense)
    with duckdb.connect() as connection:
        given = {"spine": spine, "bounds": pa.table(bounds([JUNE, JUNE - 400], plan.windows))}
        for name, table in given.items():
            connection.register(name, table)
        for name in plan.sources:
            connection.read_parquet(str(world.snapshot.source(name))).create_view(f"source_{name}")
        rows = connection.sql(f"{plan.text()} ORDER BY s.row_id").to_arrow_table()
    matrix = build(CATALOGUE, world.snapshot, spine, tmp_path).read()
    assert rows.to_pylist() == matrix.to_pylist()


def test_two_profiles_on_one_day_are_refused(tmp_path: Path) -> None:
    catalogue = catalogue_of(
        [feature("penalties_vs_peers", "penalties", Count(), peers=("district",))]
    )
    profile: dict[str, Cell] = {"entity_id": "a", "district": "north", "from_day": 0}
    world = write_world(tmp_path / "world", catalogue, {}, [profile, profile])
    with pytest.raises(OurBug, match="two profiles of one business"):
        build(catalogue, world.snapshot, spine_of([("a", JUNE)]), tmp_path)


def test_a_large_spine_is_taken_a_few_days_at_a_time_with_the_same_result(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spine = spine_of([(e, JUNE + step) for step in range(4) for e in ("a", "b")])
    whole = build(CATALOGUE, world.snapshot, spine, tmp_path / "whole")
    monkeypatch.setattr("features.engines.writing.PART", 3)
    parts = build(CATALOGUE, world.snapshot, spine, tmp_path / "parts")
    assert parts.read() == whole.read()


# Builds in another process and waits in the middle until it is killed.
_HANGING = """
import sys, time
from pathlib import Path
from features.builder import build
from features.snapshot import Snapshot
from tests.features.test_builder import CATALOGUE, JUNE, spine_of

def hang(stage, done, total):
    if done == total // 2:
        print(stage, flush=True)
        time.sleep(60)

world, home = map(Path, sys.argv[1:])
build(CATALOGUE, Snapshot(f"world at {world}", world), spine_of([("a", JUNE)]), home, hang)
"""


def test_a_build_that_was_killed_leaves_nothing_half(world: World, tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", _HANGING, str(world.folder), str(tmp_path / "killed")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline()
        os.kill(builder.pid, signal.SIGKILL)
    features = tmp_path / "killed" / "features"
    (half,) = features.iterdir()
    assert half.name.startswith(".")
    spine = spine_of([("a", JUNE)])
    again = build(CATALOGUE, world.snapshot, spine, tmp_path / "killed")
    whole = build(CATALOGUE, world.snapshot, spine, tmp_path / "undisturbed")
    assert list(features.iterdir()) == [again.folder]
    for file in ("matrix.parquet", "peers.parquet", "manifest.json"):
        assert (again.folder / file).read_bytes() == (whole.folder / file).read_bytes()
