import numpy as np

from serving.manifest import TierCuts
from training.reference import just_inside

CUTS = TierCuts(A=6000, B=5000, C=4000)


def test_references_stand_in_the_better_tier_close_to_its_boundary() -> None:
    tenths = np.random.default_rng(0).permutation(np.arange(3000, 9000))
    chosen = just_inside(tenths, CUTS, most=10)
    assert {tier: len(rows) for tier, rows in chosen.items()} == {"A": 10, "B": 10, "C": 10}
    assert tenths[chosen["A"]].min() == 6000
    assert tenths[chosen["A"]].max() < 6000 + 0.02 * 3000
    assert tenths[chosen["B"]].max() <= 5000 + 0.02 * 1000


def test_tier_without_businesses_has_no_reference() -> None:
    assert sorted(just_inside(np.array([7000, 5500]), CUTS, most=5)) == ["A", "B"]


def test_choice_does_not_depend_on_chance() -> None:
    tenths = np.random.default_rng(1).integers(0, 10_000, 500)
    first, second = just_inside(tenths, CUTS, 7), just_inside(tenths, CUTS, 7)
    assert all((first[tier] == second[tier]).all() for tier in first)
