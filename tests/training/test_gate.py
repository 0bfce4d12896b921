from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.contracts import AtRecord, Evidence
from tests.training.learnable import SETTINGS
from tests.training.made_up import FEATURES, sample
from tests.training.small_town import outcome
from training.assemble import Frozen
from training.gate import fit_to_warn, gate
from training.learn import Learned, learn
from training.limits import Limits
from training.migration import Migration, NoChampion
from training.sample import Sample
from training.scale import ScalePolicy, score_scale
from training.tiers import tier_cuts

OUTCOME = replace(
    outcome(Evidence("checks"), horizon=AtRecord()), past="penalty_count_36m", adjust_for=None
)
SHARES = {"A": 0.6, "B": 0.3, "C": 0.075, "D": 0.025}


def learned(rows: Sample) -> Learned:
    return learn(FEATURES, OUTCOME, rows, SETTINGS)


def frozen(shares: dict[str, float]) -> Frozen:
    tenths = np.arange(1, 1001)
    scale = ScalePolicy(score_scale(50, 600, 0.05), SHARES, {})  # type: ignore[arg-type]
    choice = tier_cuts(tenths, SHARES)  # type: ignore[arg-type]
    return Frozen(scale, tenths, replace(choice, shares=shares), {})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def honest() -> Learned:
    return learned(sample(3000))


def test_honest_model_passes(honest: Learned) -> None:
    verdict = gate([honest], frozen(SHARES), NoChampion("no champion"), Limits())
    assert verdict.passed
    assert [rule.holds for rule in verdict.rules if rule.name == "tiers are stable"] == [None]


def test_feature_that_holds_the_label_is_named_and_stops_the_model() -> None:
    rows = sample(3000)
    poisoned = rows.take(np.arange(len(rows)))
    poisoned.X[:, 4] = rows.y
    verdict = fit_to_warn(learned(poisoned), Limits())
    assert not verdict.passed
    assert [(rule.name, rule.found) for rule in verdict.failures] == [
        ("credit: no feature holds the outcome", "1.0000 by noise")
    ]


def test_poison_is_found_whichever_way_it_points() -> None:
    rows = sample(3000)
    poisoned = rows.take(np.arange(len(rows)))
    poisoned.X[:, 1] = 5.0 - rows.y  # a column that may only lower risk
    assert learned(poisoned).single_feature_auc["clean_check_count_36m"] == 1.0


def test_model_of_pure_noise_is_no_better_than_chance() -> None:
    rows = sample(2000)
    rng = np.random.default_rng(5)
    noise = replace(rows, X=rng.normal(size=rows.X.shape).round(2))
    noise.X[:, 3] = 0.0
    names = {rule.name for rule in fit_to_warn(learned(noise), Limits()).failures}
    assert "credit: better than chance" in names


def test_tier_far_from_its_share_stops_the_model(honest: Learned) -> None:
    verdict = gate(
        [honest],
        frozen({"A": 0.5, "B": 0.35, "C": 0.1, "D": 0.05}),
        NoChampion("no champion"),
        Limits(),
    )
    assert [rule.found for rule in verdict.failures] == ["A: 0.500 for 0.600"]


def test_unstable_tiers_stop_the_model(honest: Learned) -> None:
    moved = Migration(counts=((90, 0, 0, 5), (0, 5, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)), psi=0.4)
    verdict = gate([honest], frozen(SHARES), moved, Limits())
    assert {rule.name: rule.found for rule in verdict.failures} == {
        "tiers are stable": "0.0500",
        "scores are stable": "0.4000",
    }
