from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from features.builder import build
from features.catalogue import load_catalogue
from features.ingest import ingest
from features.snapshot import Snapshot
from features.spark import Spark
from features.synthetic import generate
from serving.batch import explain_everyone, score_everyone
from serving.batch.engines import Distributed
from tests.features.test_spark import contents
from tests.features.worlds import day, spine_of
from tests.serving.batch.cluster import Cluster, cluster
from tests.serving.bundles import TRUSTED
from tests.serving.town import Town, town

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def two_workers(spark: Spark, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(spark, tmp_path_factory.mktemp("cluster"), workers=2) as started:
        yield started


class Killer:
    """Kills a worker a moment after some step began."""

    def __init__(self, started: Cluster, worker: int, at: int) -> None:
        self._started, self._worker, self._at = started, worker, at
        self._timer: threading.Timer | None = None

    def __call__(self, _stage: str, done: int, _total: int) -> None:
        if done == self._at and self._timer is None:
            self._timer = threading.Timer(0.3, self._started.kill, [self._worker])
            self._timer.start()

    @property
    def killed(self) -> bool:
        return self._timer is not None and not self._timer.is_alive()


@pytest.fixture(scope="module", name="town")
def the_town() -> Town:
    return town()


def test_scores_and_contributions_are_the_same_bytes_on_two_workers(
    two_workers: Cluster, town: Town, tmp_path: Path
) -> None:
    on = Distributed(two_workers.spark, town.home / "bundles" / town.bundle.name, TRUSTED)
    snapshot = town.world.snapshot
    scores = score_everyone(town.catalogue, snapshot, town.bundle, town.matrix, tmp_path, on=on)
    assert scores.manifest == town.scores.manifest
    assert sorted(p.name for p in scores.folder.iterdir()) == sorted(
        p.name for p in town.scores.folder.iterdir()
    )
    for name in town.scores.manifest.files:
        same = (town.scores.folder / name).read_bytes()
        assert (scores.folder / name).read_bytes() == same
    there = explain_everyone(snapshot, town.bundle, town.matrix, tmp_path, on=on)
    here = explain_everyone(snapshot, town.bundle, town.matrix, tmp_path / "here")
    assert there.read_bytes() == here.read_bytes()


def test_a_worker_killed_in_mid_job_loses_nothing(two_workers: Cluster, tmp_path: Path) -> None:
    catalogue = load_catalogue("ningbo")
    city = generate(tmp_path / "city", 1_000)
    for delivery in city.deliveries:
        ingest(catalogue, tmp_path, delivery.folder, delivery.received_on)
    snapshot = Snapshot.current(tmp_path)
    businesses = pq.read_table(snapshot.profiles)["entity_id"].unique().to_pylist()
    spine = spine_of([(one, day("2026-05-31")) for one in businesses])
    here = build(catalogue, snapshot, spine, tmp_path / "here")
    killer = Killer(two_workers, worker=0, at=12)
    there = build(catalogue, snapshot, spine, tmp_path / "there", killer, on=two_workers.spark)
    assert killer.killed
    assert two_workers.workers[0].wait() < 0
    assert "Lost executor" in (tmp_path / "there" / "features" / "spark.log").read_text()
    assert contents(there) == contents(here)
