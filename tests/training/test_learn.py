from __future__ import annotations

from dataclasses import replace

import pytest

from features.contracts import AtRecord, Evidence
from tests.training.learnable import SETTINGS
from tests.training.made_up import FEATURES, sample
from tests.training.small_town import outcome
from training.errors import TooLittleData
from training.learn import learn
from training.sample import Sample
from training.splits import business_folds

OUTCOME = replace(
    outcome(Evidence("checks"), horizon=AtRecord()), past="penalty_count_36m", adjust_for=None
)
PARTS = 3


def test_new_businesses_are_judged_by_models_that_never_met_them() -> None:
    met: list[set[str]] = []

    def noting(past: Sample) -> Sample:
        met.append(set(past.entity_id.tolist()))
        return past

    settings = replace(SETTINGS, new_businesses=PARTS, folds=1)
    learned = learn(FEATURES, OUTCOME, sample(2000), settings, taught=noting)
    _, *pasts, _ = met  # how to fit, each part of the fold, the final model
    assert len(pasts) == PARTS
    tested = learned.tested.entity_id
    part = business_folds(tested.tolist(), PARTS, settings.seed)
    for number, past in enumerate(pasts):
        assert not past & set(tested[part == number].tolist())
    assert learned.judgement.model.auc.value > 0.6


def test_one_part_of_businesses_leaves_nobody_to_learn_from() -> None:
    with pytest.raises(TooLittleData, match="at least 2 parts"):
        learn(FEATURES, OUTCOME, sample(3000), replace(SETTINGS, new_businesses=1))


def test_a_model_learns_what_it_is_taught_and_is_judged_on_what_happened() -> None:
    rows = sample(4000)

    def earlier_half(past: Sample) -> Sample:
        return past.take(past.as_of_day < 360)

    learned = learn(FEATURES, OUTCOME, rows, replace(SETTINGS, folds=1), taught=earlier_half)
    plain = learn(FEATURES, OUTCOME, rows, replace(SETTINGS, folds=1))
    assert learned.model.rows == (rows.as_of_day < 360).sum()
    assert learned.tested.y.tolist() == plain.tested.y.tolist()
    assert learned.model.text != plain.model.text
