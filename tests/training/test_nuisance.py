import numpy as np
import pytest

from tests.training.made_up import sample
from training.nuisance import group_effects, out_of_fold_offsets


def test_large_groups_get_their_log_odds_and_offsets_average_to_zero() -> None:
    y = np.array([1, 0, 0, 0] * 500 + [1, 0] * 1000)
    groups = np.array(["lenient"] * 2000 + ["strict"] * 2000)
    effects = group_effects(y, groups)
    difference = effects.effect["strict"] - effects.effect["lenient"]
    assert difference == pytest.approx(np.log(3), abs=0.02)
    assert effects.offsets(groups).mean() == pytest.approx(0.0, abs=1e-12)


def test_group_of_one_row_is_shrunk_towards_nothing() -> None:
    y = np.array([1, 0] * 200 + [1])
    groups = np.array(["many"] * 400 + ["one"])
    assert 0 < group_effects(y, groups).effect["one"] < 0.2


def test_group_never_seen_has_no_offset() -> None:
    effects = group_effects(np.array([0, 1]), np.array(["a", "b"]))
    assert effects.offsets(np.array(["c"])).tolist() == [0.0]


def test_row_alone_in_its_group_does_not_carry_its_own_label() -> None:
    y = np.array([0, 1] * 100)
    groups = np.array([f"inspector {n}" for n in range(200)])
    entity = np.array([f"business {n}" for n in range(200)])
    assert np.abs(out_of_fold_offsets(y, groups, entity, seed=0)).max() == 0.0


def test_effects_are_found_beside_what_the_business_explains() -> None:
    rows = sample(8000, groups=(-0.8, 0.0, 0.8))
    assert rows.nuisance is not None
    effects = group_effects(rows.y, rows.nuisance).effect
    assert effects["group 2"] - effects["group 0"] == pytest.approx(1.6, abs=0.35)
