import numpy as np

from serving.manifest import TierCuts
from training.reference import just_inside

CUTS = TierCuts(A=6000, B=5000, C=4000)


def unregistered(tenths: np.ndarray) -> np.ndarray:
    return np.full(len(tenths), "")


def test_references_stand_in_the_better_tier_close_to_its_boundary() -> None:
    tenths = np.random.default_rng(0).permutation(np.arange(3000, 9000))
    chosen = just_inside(tenths, CUTS, 10, unregistered(tenths))
    assert {key: len(rows) for key, rows in chosen.items()} == {(t, None): 10 for t in "ABC"}
    assert tenths[chosen["A", None]].min() == 6000
    assert tenths[chosen["A", None]].max() < 6000 + 0.02 * 3000
    assert tenths[chosen["B", None]].max() <= 5000 + 0.02 * 1000


def test_tier_without_businesses_has_no_reference() -> None:
    tenths = np.array([7000, 5500])
    assert sorted(just_inside(tenths, CUTS, 5, unregistered(tenths))) == [("A", None), ("B", None)]


def test_choice_does_not_depend_on_chance() -> None:
    tenths = np.random.default_rng(1).integers(0, 10_000, 500)
    sectors = np.array(["F", "H"])[tenths % 2]
    first, second = (just_inside(tenths, CUTS, 7, sectors) for _ in range(2))
    assert all((first[key] == second[key]).all() for key in first)


def test_a_sector_is_compared_with_its_own_where_enough_stand_near_the_boundary() -> None:
    tenths = np.arange(3000, 9000)
    sectors = np.where(tenths % 10 == 0, "F", "H")  # of A 300 and 2,700, of B 100 and 900
    sectors[tenths % 500 == 0] = "A"  # a handful
    chosen = just_inside(tenths, CUTS, 10, sectors)
    assert set(chosen) == {(t, s) for t in "ABC" for s in (None, "F", "H")} - {
        ("B", "F"),
        ("C", "F"),
    }
    own = chosen["A", "F"]
    assert (sectors[own] == "F").all()
    assert len(own) == 10
    assert tenths[own].max() < 6000 + 0.1 * 3000
    # In B and C only nine of ten would be near enough.
    assert (sectors[chosen["B", "H"]] == "H").all()
