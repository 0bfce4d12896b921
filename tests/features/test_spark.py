from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from features.builder import Matrix, build
from features.contracts import Measure
from features.errors import OurConfiguration, XinhengError
from features.spark import Spark
from tests.features.random_worlds import SOURCE, Drawn, worlds
from tests.features.small_city import COUNT, catalogue_of
from tests.features.worlds import spine_of, write_world

FILES = ("matrix.parquet", "peers.parquet", "manifest.json")


def contents(matrix: Matrix) -> dict[str, bytes]:
    return {name: (matrix.folder / name).read_bytes() for name in FILES}


def large_world() -> Drawn:
    """The features and records of a dozen random worlds in one; Spark takes seconds a step."""
    found: list[Drawn] = []

    @settings(
        deadline=None, max_examples=12, phases=[Phase.generate], derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(worlds(features_drawn=6, records_drawn=4))
    def draw(drawn: Drawn) -> None:
        found.append(drawn)

    draw()
    last = found[-1]
    features = [f for one in found for f in one.features]
    return Drawn(
        tuple(replace(f, name=f"f{i}") for i, f in enumerate(features)),
        {
            source: [
                {**row, "event_key": f"{i} {row['event_key']}"}
                for i, one in enumerate(found)
                for row in one.rows[source]
            ]
            for source in last.rows
        },
        last.profiles,
        last.spine,
    )


@pytest.mark.slow
def test_spark_gives_the_bytes_of_the_embedded_engine_on_a_random_world(spark: Spark) -> None:
    # The oracle and the single engine are compared with the embedded one elsewhere.
    drawn = large_world()
    assert {type(f.measure) for f in drawn.features} == {*Measure.__args__}
    assert {f.source for f in drawn.features} == {*SOURCE}
    assert len({f.via for f in drawn.features}) == 3
    assert any(f.peers for f in drawn.features)
    with TemporaryDirectory() as named:
        folder = Path(named)
        world = write_world(
            folder / "world", catalogue_of(drawn.features), drawn.rows, drawn.profiles
        )
        spine = spine_of(drawn.spine)
        here = build(world.catalogue, world.snapshot, spine, folder / "here")
        there = build(world.catalogue, world.snapshot, spine, folder / "there", on=spark)
        assert contents(there) == contents(here)


@pytest.mark.slow
def test_a_job_that_fails_says_where_its_log_is_and_leaves_nothing(
    spark: Spark, tmp_path: Path
) -> None:
    world = write_world(tmp_path / "world", catalogue_of([COUNT]), {})
    world.snapshot.source("penalties").write_bytes(b"no parquet")
    with pytest.raises(XinhengError, match=r"Spark job failed.*spark\.log"):
        build(world.catalogue, world.snapshot, spine_of([("a", 0)]), tmp_path, on=spark)
    assert [path.name for path in (tmp_path / "features").iterdir()] == ["spark.log"]


@pytest.mark.parametrize("named", ["", "/nowhere/python"])
def test_without_a_spark_environment_the_next_step_is_told(named: str) -> None:
    with pytest.raises(OurConfiguration, match="run `make spark`"):
        Spark.of({"XINHENG_SPARK_PYTHON": named})
