import numpy as np
import pytest

from training.errors import TooLittleData
from training.splits import business_folds, inner_split, out_of_business, rolling_origin

JANUARY, FEBRUARY, MARCH, APRIL = 30, 58, 89, 119  # month ends of 1970


def test_labels_complete_after_the_cut_are_not_learnt_from() -> None:
    as_of = np.array([JANUARY, FEBRUARY, MARCH, APRIL])
    label = as_of + 60  # a horizon of sixty days
    [fold] = rolling_origin(as_of, label, [APRIL])
    assert fold.train.tolist() == [0, 1]  # complete on 90 and 118; March's only on 149
    assert fold.test.tolist() == [3]


def test_every_training_label_was_complete_before_any_tested_as_of_date_ended() -> None:
    rng = np.random.default_rng(0)
    as_of = rng.integers(0, 365, 500)
    label = as_of + rng.integers(1, 90, 500)
    for fold in rolling_origin(as_of, label, [150, 180, 211]):
        assert label[fold.train].max() <= as_of[fold.test].min()


def test_record_of_the_cut_day_is_learnt_from_and_that_of_the_next_day_is_tested() -> None:
    event = np.array([MARCH - 1, MARCH, MARCH + 1, APRIL, APRIL + 1])
    [fold] = rolling_origin(event - 1, event, [MARCH])
    assert fold.name == "1970-04"
    assert fold.train.tolist() == [0, 1]
    assert fold.test.tolist() == [2, 3]  # April has thirty days


def test_fold_without_mature_rows_is_refused_with_the_next_step() -> None:
    as_of = np.array([JANUARY, FEBRUARY])
    with pytest.raises(TooLittleData, match=r"0 to learn from, 1 to test.*older records"):
        rolling_origin(as_of, as_of + 365, [FEBRUARY])


def test_all_rows_of_a_business_share_a_part_whatever_other_rows_there_are() -> None:
    alone = business_folds(["b"], 5, seed=3)
    together = business_folds(["a", "b", "c", "b"], 5, seed=3)
    assert together[1] == together[3] == alone[0]


def test_out_of_business_folds_never_test_a_business_they_learnt_from() -> None:
    entity = np.array([f"b{n}" for n in np.random.default_rng(0).integers(0, 40, 300)])
    as_of = np.sort(np.random.default_rng(1).integers(0, APRIL, 300))
    [fold] = rolling_origin(as_of, as_of + 1, [FEBRUARY])
    parts = out_of_business(fold, business_folds(entity, 4, seed=0))
    assert sorted(np.concatenate([p.test for p in parts]).tolist()) == fold.test.tolist()
    for part in parts:
        assert not set(entity[part.train]) & set(entity[part.test])


def test_inner_split_keeps_a_true_gap_where_the_history_is_long_enough() -> None:
    as_of = np.arange(100)
    entity = np.array([f"b{n}" for n in range(100)])
    train, validation = inner_split(as_of, as_of + 5, entity, share=0.2, seed=0)
    assert np.flatnonzero(validation)[0] == 80
    assert np.flatnonzero(train)[-1] == 75


def test_inner_split_parts_businesses_where_horizons_overlap() -> None:
    as_of = np.repeat([0, 31, 62], 100)
    entity = np.array([f"b{n % 100}" for n in range(300)])
    train, validation = inner_split(as_of, as_of + 365, entity, share=0.2, seed=0)
    assert not set(entity[train]) & set(entity[validation])
    assert as_of[validation].min() >= 31
    assert 30 <= validation.sum() <= 90  # about a fifth of 300
    assert train.sum() > 120
