from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from features.builder import build
from features.catalogue import load_catalogue
from features.durable import point
from features.ingest import ingest
from features.snapshot import Snapshot, records_folder
from features.spark import MASTER, PYTHON, Spark
from features.synthetic import generate
from tests.features.test_spark import contents
from tests.features.worlds import day, spine_of
from tests.serving.batch.cluster import Cluster, cluster
from tests.serving.bundles import TRUSTED
from tests.serving.town import AS_OF, Town, town
from training.cli import cli

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


def workspace(one: Town, home: Path) -> Path:
    """A home of the command line with the town's records and bundle, and nothing computed."""
    name = sha256((one.world.folder / "manifest.json").read_bytes()).hexdigest()
    snapshot = records_folder(home) / "snapshots" / name
    shutil.copytree(one.world.folder, snapshot)
    point(records_folder(home) / "CURRENT", name)
    shutil.copytree(one.home / "bundles", home / "bundles")
    point(home / "bundles" / "CURRENT", one.bundle.name)
    return home


def computed(home: Path) -> dict[str, bytes]:
    """The files that the commands left, but for the log of the engine."""
    made = [path for name in ("features", "scores", "points") for path in (home / name).rglob("*")]
    files = [path for path in made if path.is_file() and path.name != "spark.log"]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def test_the_commands_give_the_same_bytes_on_two_workers(
    two_workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PYTHON, str(two_workers.spark.python))
    monkeypatch.setenv(MASTER, two_workers.spark.master)
    monkeypatch.setenv("XINHENG_TRUSTED_KEYS", ",".join(TRUSTED))
    one = town()
    left: dict[str, dict[str, bytes]] = {}
    for engine in ("duckdb", "spark"):
        home = workspace(one, tmp_path / engine)
        for command in (["features", "build"], ["score", "--contributions"]):
            place = ["--jurisdiction", str(one.catalogue.folder), "--home", str(home)]
            words = [*place, *command, "--as-of", AS_OF, "--engine", engine]
            done = CliRunner().invoke(cli, words)
            assert done.exit_code == 0, done.output
        left[engine] = computed(home)
    assert {Path(name).name for name in left["spark"]} == {
        "matrix.parquet", "peers.parquet", "scores.parquet", "store.sqlite", "points.parquet",
        "manifest.json", "CURRENT",
    }  # fmt: skip
    assert left["spark"] == left["duckdb"]


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
