"""``xinheng watch`` on two cities that differ in one thing: whether they changed.

In the one, whoever sells online behaves worse from August 2025 on, and consumers complain
more, whatever the conduct. Both are judged by the model of the calm one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from features.errors import YourInput
from features.ingest import ingest
from features.snapshot import Snapshot
from features.synthetic import generate
from features.synthetic.priors import Drift, Priors
from training.cli import cli
from training.cli.place import Place
from training.fit import FitSettings
from training.settings import TrainSettings
from training.train import train

DEFAULT_DAY = "2026-07-31"  # the city's last: who files late is on the list, not yet off it
BUSINESSES = 12_000  # fewer, and nobody could tell the change from chance
QUICK = TrainSettings(
    outcomes=(), rows_per_day=1_000, folds=1, least_positives=20, replicates=20,
    track=False, fit=FitSettings(max_rounds=60, learning_rate=0.1, patience=20),
)  # fmt: skip


def city(home: Path, begins: date | None) -> Place:
    changing = Priors(drift=Drift(begins))
    made = generate(home / "city", BUSINESSES, priors=changing)
    place = Place("ningbo", home)
    for delivery in made.deliveries:
        ingest(place.catalogue, home, delivery.folder, delivery.received_on)
    return place


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = city(tmp_path_factory.mktemp("calm"), None)
    assert train(place.catalogue, Snapshot.current(place.home), place.home, settings=QUICK).promoted
    return place.home


def watched(home: Path) -> tuple[int, Mapping[str, object]]:
    """Exit code of the look at the default day, and what ``watch.json`` says."""
    done = CliRunner().invoke(
        cli, ["--home", str(home), "watch"], standalone_mode=False, catch_exceptions=False
    )
    told = json.loads((home / "watch" / DEFAULT_DAY / "watch.json").read_text(encoding="utf-8"))
    return cast("int", done.return_value), told


@pytest.mark.slow
def test_a_city_that_did_not_change_is_green(calm: Path) -> None:
    code, told = watched(calm)
    assert told["findings"] == []
    assert (code, told["state"]) == (0, "green")
    # Records begin in 2023: of the 36 months before July 2025 six are missing.
    left_out = cast("Mapping[str, Mapping[str, str]]", told["not_compared"])
    assert left_out["penalty_count_36m"]["why"] in ("records", "law")
    assert left_out["check_problem_count_36m"]["why"] == "records"
    assert "complaint_count_12m" not in left_out


@pytest.mark.slow
def test_a_city_that_changed_is_red_for_what_changed(
    calm: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = city(tmp_path_factory.mktemp("changed"), date(2025, 8, 1)).home
    for kept in ("bundles", "keys"):
        shutil.copytree(calm / kept, home / kept)
    code, told = watched(home)
    assert (code, told["state"]) == (20, "red")
    findings = cast("list[Mapping[str, str]]", told["findings"])
    red = {one["name"] for one in findings if one["state"] == "red"}
    assert "complaint_count_3m" in red
    about_features = {one["name"] for one in findings if one["subject"] == "feature"}
    assert all("complaint" in name or "online" in name for name in about_features)
    page = (home / "watch" / DEFAULT_DAY / "watch.html").read_text(encoding="utf-8")
    assert "红 red" in page
    assert "random checks" in page


def test_a_place_without_a_model_is_refused_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(YourInput, match="xinheng train"):
        CliRunner().invoke(
            cli, ["--home", str(tmp_path), "watch"], standalone_mode=False, catch_exceptions=False
        )
