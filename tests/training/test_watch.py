"""The watch on the learnable town, whose records begin in 2020."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from features.contracts import Phrase
from features.errors import YourInput
from serving.bundle.folder import load_bundle
from serving.bundle.signing import public_hex, signing_key
from serving.decision.content import Bundle
from tests.training.learnable import LAST, SETTINGS, learnable, written
from training.calendar import day_of
from training.drift import Moved
from training.errors import TooLittleData
from training.findings import Bounds, findings, load_bounds, worst
from training.freshness import Freshness, freshness
from training.matured import Matured
from training.train import train
from training.watch import FeatureShift, Look, look
from training.watch_report import write

BOUNDS = Bounds(
    psi_amber=0.1, psi_red=0.25, score_points=5.0, ratio_amber=1.5, ratio_red=2.0, sure=4.0,
    tier_amber=0.1, tier_red=0.2, reason_amber=0.3, reason_red=0.5,
    silence_amber=1.5, silence_red=3.0,
    delay_amber=5, delay_red=15, outcome_amber=1.15, outcome_red=1.5,
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def bundle(home: Path) -> Bundle:
    """Trained a year before the town's last record."""
    town = learnable(None, home / "town")
    result = train(town, written(town, home / "then", silent_for=365), home, settings=SETTINGS)
    trusted = {public_hex(signing_key(home / "keys"))}
    return load_bundle(home / "bundles" / result.bundle, trusted)


def seen_from(
    home: Path, bundle: Bundle, day: date, against: date, worse_from: int | None = None
) -> Look:
    town = learnable(None, home / "town")
    snapshot = written(town, home / f"now-{worse_from}", worse_from=worse_from)
    return look(town, snapshot, bundle, home, day=day_of(day), against_day=day_of(against))


@pytest.fixture(scope="module")
def calm(home: Path, bundle: Bundle) -> Look:
    return seen_from(home, bundle, date(2023, 12, 31), date(2022, 12, 31))


def test_a_year_like_the_one_before_needs_nothing(home: Path, calm: Look) -> None:
    town = learnable(None, home / "town")
    assert findings(town, calm, BOUNDS) == ()
    assert worst(()) == "green"


def test_features_that_moved_are_named_with_what_to_do(home: Path, bundle: Bundle) -> None:
    days = date(2023, 12, 31), date(2022, 12, 31)
    seen = seen_from(home, bundle, *days, worse_from=LAST - 180)
    found = findings(learnable(None, home / "town"), seen, BOUNDS)
    red = [one.name for one in found if one.state == "red"]
    assert "penalties_count_36m" in red
    assert any(one.subject == "tier" for one in found)
    assert all(one.advice.zh and one.advice.en for one in found)
    assert [one.state for one in found] == sorted((one.state for one in found), reverse=True)


def test_days_that_cannot_be_compared_are_refused(home: Path, bundle: Bundle) -> None:
    with pytest.raises(TooLittleData, match="nothing to compare"):
        seen_from(home, bundle, date(2020, 12, 31), date(2020, 2, 29))
    with pytest.raises(YourInput, match=r"(?s)not covered.*wrong order"):
        seen_from(home, bundle, date(2024, 1, 31), date(2024, 2, 29))


def test_outcomes_are_judged_on_labels_the_model_cannot_have_learned(calm: Look) -> None:
    by_name = {one.outcome: one for one in calm.matured}
    credit = by_name["credit"]
    assert credit.is_later
    assert credit.rows == 300
    assert credit.auc is not None
    assert credit.auc.low > 0.5
    assert credit.ratio is not None
    assert credit.ratio.low < 1.5


def test_report_says_the_same_to_machines_and_to_people(
    home: Path, calm: Look, tmp_path: Path
) -> None:
    found = write(learnable(None, home / "town"), calm, BOUNDS, tmp_path)
    told = json.loads((tmp_path / "watch.json").read_text(encoding="utf-8"))
    page = (tmp_path / "watch.html").read_text(encoding="utf-8")
    assert told["state"] == worst(found) == "green"
    assert "绿 green" in page
    assert page.count("data:image/png;base64,") == 4
    assert "http" not in page
    for name in told["features"]:
        assert name in page
    assert sorted(path.name for path in tmp_path.iterdir()) == ["watch.html", "watch.json"]


def test_a_feed_that_fell_silent_is_red_and_names_the_department(
    home: Path, calm: Look, tmp_path: Path
) -> None:
    town = learnable(None, home / "town")
    silent = freshness(town, written(town, tmp_path / "silent", silent_for=90), LAST)
    [penalties] = [one for one in silent if one.source == "penalties"]
    assert penalties.silent_days == 90
    found = findings(town, replace(calm, freshness=silent), BOUNDS)
    assert [(one.subject, one.name, one.state) for one in found] == [
        ("freshness", "penalties", "red")
    ]


def test_a_feed_that_is_disturbed_is_suspected_before_the_businesses(
    home: Path, calm: Look
) -> None:
    town = learnable(None, home / "town")
    late = Freshness(
        "penalties", "market", 1, 10, 50, 50, delay=30.0, delay_before=4.0, delay_error=2.0
    )
    moved = Moved(psi=0.5, by_chance=0.01, before=10, after=90, of_before=100, of_after=100)
    feature = town.jurisdiction.feature("penalties_count_36m")
    shifted = FeatureShift(feature, moved, points=-3.0)
    found = findings(town, replace(calm, freshness=(late,), features=(shifted,)), BOUNDS)
    assert {one.subject: one.state for one in found} == {"freshness": "red", "feature": "red"}
    assert "ask the department" in next(o for o in found if o.subject == "feature").advice.en


def test_a_delay_that_chance_may_explain_is_no_finding(home: Path, calm: Look) -> None:
    town = learnable(None, home / "town")
    late = Freshness("penalties", "market", 1, 10, 50, 50, 30.0, 4.0, delay_error=9.0)
    few = replace(late, delay_error=None)
    for feed in (late, few):
        assert findings(town, replace(calm, freshness=(feed,)), BOUNDS) == ()


def test_a_score_counts_as_moved_when_it_moved_by_points_too(home: Path, calm: Look) -> None:
    town = learnable(None, home / "town")
    lumpy = replace(calm.score, psi=1.0, distance=0.4)
    assert findings(town, replace(calm, score=lumpy), BOUNDS) == ()
    [found] = findings(town, replace(calm, score=replace(lumpy, distance=40.0)), BOUNDS)
    assert (found.subject, found.state) == ("score", "red")


def test_first_reasons_of_a_few_are_no_finding(home: Path, calm: Look) -> None:
    town = learnable(None, home / "town")
    told = {"R304": (0.2, 0.8)}
    [found] = findings(town, replace(calm, reasons=told, asked=(400, 400)), BOUNDS)
    assert (found.subject, found.state) == ("reason", "red")
    assert findings(town, replace(calm, reasons=told, asked=(9, 9)), BOUNDS) == ()


def test_an_outcome_far_more_frequent_than_said_is_red(home: Path, calm: Look) -> None:
    town = learnable(None, home / "town")
    one = calm.matured[0]
    assert one.ratio is not None
    off = replace(one, ratio=replace(one.ratio, value=2.0, low=1.7, high=2.4))
    found = findings(town, replace(calm, matured=(off,)), BOUNDS)
    assert [(f.subject, f.state) for f in found] == [("outcome", "red")]
    assert isinstance(off, Matured)
    assert isinstance(found[0].advice, Phrase)


def test_bounds_of_ningbo_are_declared() -> None:
    from features.catalogue import load_catalogue

    bounds = load_bounds(load_catalogue("ningbo").policy_folder, date(2026, 7, 31))
    assert bounds.psi_amber < bounds.psi_red
