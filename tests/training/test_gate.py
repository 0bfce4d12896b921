from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.contracts import AtRecord, Evidence
from tests.training.learnable import LIMITS, SETTINGS
from tests.training.made_up import FEATURES, sample
from tests.training.small_town import outcome
from training.assemble import Frozen
from training.gate import Checked, gate
from training.learn import Learned, learn
from training.migration import Migration, NoChampion
from training.reason_stability import Steadiness
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
    verdict = gate([honest], frozen(SHARES), Checked(NoChampion("no champion")), LIMITS)
    assert verdict.passed
    assert [rule.name for rule in verdict.rules if rule.holds is None] == [
        "no feature knows the future",
        "reasons survive a refit on other businesses",
        "reasons survive a month",
        "tiers are stable",
    ]


def test_tier_far_from_its_share_stops_the_model(honest: Learned) -> None:
    verdict = gate(
        [honest],
        frozen({"A": 0.5, "B": 0.35, "C": 0.1, "D": 0.05}),
        Checked(NoChampion("no champion")),
        LIMITS,
    )
    assert [rule.found for rule in verdict.failures] == ["A: 0.500 for 0.600"]


def test_unstable_tiers_stop_the_model(honest: Learned) -> None:
    moved = Migration(counts=((90, 0, 0, 5), (0, 5, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)), psi=0.4)
    verdict = gate([honest], frozen(SHARES), Checked(moved), LIMITS)
    assert {rule.name: rule.found for rule in verdict.failures} == {
        "tiers are stable": "0.0500",
        "scores are stable": "0.4000",
    }


def test_reasons_that_do_not_last_stop_the_model_with_figure_and_bound(honest: Learned) -> None:
    fickle = Steadiness(refitted=0.3, refitted_of=200, month=0.95, month_of=400)
    checked = Checked(NoChampion("no champion"), steadiness=fickle)
    [failed] = gate([honest], frozen(SHARES), checked, LIMITS).failures
    assert failed.name == "reasons survive a refit on other businesses"
    assert (failed.asks, failed.found) == (
        "the first reason stays for at least 0.4 of those below A",
        "0.300 of 200",
    )
