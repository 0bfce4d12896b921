from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from features.contracts import AtRecords
from features.durable import point
from serving.bundle.folder import load_bundle
from serving.bundle.signing import public_hex, signing_key
from tests.training.learnable import SETTINGS, learnable, written
from training.errors import TooLittleData
from training.result import TrainingResult
from training.train import train


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def result(home: Path) -> TrainingResult:
    town = learnable(None, home / "town")
    return train(town, written(town, home / "records"), home, settings=SETTINGS)


def test_run_ends_in_a_signed_bundle_that_loads(home: Path, result: TrainingResult) -> None:
    trusted = {public_hex(signing_key(home / "keys"))}
    bundle = load_bundle(home / "bundles" / result.bundle, trusted)
    assert sorted(bundle.models) == ["any_penalty", "credit"]
    assert bundle.manifest.trained_as_of == result.as_of == "2023-12-31"
    assert {one.tier for one in bundle.manifest.references if one.sector is None} == set("ABC")
    assert (home / "bundles" / "CURRENT").read_text().strip() == result.bundle


def test_every_probability_comes_with_the_certainty_declared(
    home: Path, result: TrainingResult
) -> None:
    bundle = load_bundle(home / "bundles" / result.bundle, {public_hex(signing_key(home / "keys"))})
    for model in bundle.models.values():
        band = model.spec.calibration.band
        assert band is not None
        assert band.certainty == 0.9
        assert any(low < high for low, high in zip(band.lower, band.upper, strict=True))
    assert "90% certainty" in (result.run / "model_card.md").read_text()


def test_models_beat_chance_out_of_time(result: TrainingResult) -> None:
    assert result.promoted
    assert result.figures["credit"]["model"]["auc_low"] > 0.6
    assert result.figures["any_penalty"]["model"]["ece"] < 0.1


def test_outcome_that_never_happens_is_left_out_and_says_why(result: TrainingResult) -> None:
    assert list(result.left_out) == ["never"]
    assert "0 positives" in result.left_out["never"]


def test_card_tells_hashes_figures_and_limits(result: TrainingResult) -> None:
    card = (result.run / "model_card.md").read_text(encoding="utf-8")
    for told in (result.bundle, "past_violations", "not a sanction", "never", "calibration.png"):
        assert told in card
    for told in (
        "| known | from 6 |",
        "| any_penalty | known |",
        "calibration_segments.png",
        "no feature knows the future",
        "checks a year",
        "holds",
    ):
        assert told in card
    assert "Nothing to compare with: no champion." in card
    page = result.card.read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 5
    assert "http" not in page


def test_same_inputs_are_not_trained_again(home: Path, result: TrainingResult) -> None:
    town = learnable(None, home / "town")
    (home / "bundles" / "CURRENT").unlink()
    again = train(town, written(town, home / "records"), home, settings=SETTINGS)
    assert again.repeated
    assert replace(again, repeated=False) == result
    assert (home / "bundles" / "CURRENT").read_text().strip() == result.bundle


def test_same_inputs_elsewhere_give_the_same_models_and_cuts(
    tmp_path: Path, home: Path, result: TrainingResult
) -> None:
    town = learnable(None, tmp_path / "town")
    other = train(town, written(town, tmp_path / "records"), tmp_path, settings=SETTINGS)
    assert other.bundle == result.bundle  # the name is the hash of everything but the signature
    assert other.figures == result.figures


def test_run_is_summed_up_in_rows_for_people(result: TrainingResult) -> None:
    outcome, ranking, area, interval, lift = next(iter(result.rows()))
    assert (outcome, ranking) == ("credit", "model")
    assert float(area) == pytest.approx(result.figures["credit"]["model"]["auc"], abs=5e-4)
    assert "–" in interval
    assert float(lift) > 1


def test_second_bundle_is_compared_with_the_champion(home: Path, result: TrainingResult) -> None:
    town = learnable(None, home / "town")
    settings = replace(SETTINGS, fit=replace(SETTINGS.fit, seed=99))
    second = train(town, written(town, home / "records"), home, settings=settings)
    assert second.bundle != result.bundle
    [moved] = [rule for rule in second.rules if rule.name == "scores are stable"]
    assert moved.holds is not None  # there was a champion to compare with


def test_records_cohort_is_learnt_with_its_nuisance_and_judged_within_it(tmp_path: Path) -> None:
    town = learnable(AtRecords("checks"), tmp_path / "town")
    snapshot = written(town, tmp_path / "records")
    result = train(town, snapshot, tmp_path, settings=SETTINGS)
    figures = result.figures["credit"]["model"]
    assert figures["stratified_auc"] > 0.55
    assert figures["early_discovery_days"] > 0
    manifest = json.loads((tmp_path / "bundles" / result.bundle / "manifest.json").read_bytes())
    assert "inspector" not in json.dumps(manifest["features"])


def test_too_short_a_history_is_refused(tmp_path: Path) -> None:
    town = learnable(None, tmp_path / "town")
    snapshot = written(town, tmp_path / "records")
    with pytest.raises(TooLittleData, match="no as-of day"):
        train(town, snapshot, tmp_path, settings=replace(SETTINGS, warm_up_months=60))


def test_bundle_that_no_longer_loads_is_made_anew(
    tmp_path: Path, home: Path, result: TrainingResult
) -> None:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    home = tmp_path
    town = learnable(None, home / "town")
    policy = home / "bundles" / result.bundle / "policy.json"
    whole = policy.read_bytes()
    policy.write_bytes(whole[:-1])
    again = train(town, written(town, home / "records"), home, settings=SETTINGS)
    assert not again.repeated
    assert again.bundle == result.bundle
    assert policy.read_bytes() == whole
    assert len(list((home / "bundles").glob("refused-*"))) == 1


def test_champion_that_does_not_load_is_no_comparison_and_says_so(
    tmp_path: Path, home: Path, result: TrainingResult
) -> None:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    point(tmp_path / "bundles" / "CURRENT", result.bundle)
    (tmp_path / "bundles" / result.bundle / "golden.json").unlink()
    town = learnable(None, tmp_path / "town")
    settings = replace(SETTINGS, fit=replace(SETTINGS.fit, seed=98))
    second = train(town, written(town, tmp_path / "records"), tmp_path, settings=settings)
    stable = next(rule for rule in second.rules if rule.name == "tiers are stable")
    assert stable.holds is None
    assert stable.found.startswith("the champion is refused: ")
