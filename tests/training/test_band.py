"""The band around probabilities: whether it holds the truth as often as it says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from serving.manifest import Band
from training.arrays import Floats, Texts
from training.band import Seen, band
from training.calibrate import calibrate, level
from training.venn_abers import bounds

_DAYS, _TESTED, _EVERYONE = 6, 2, np.sort(np.random.default_rng(0).normal(-4.2, 1.3, 20_000))


def truth(margin: Floats) -> Floats:
    """To what share of businesses with a margin it happens: no logistic curve."""
    p: Floats = 1 / (1 + np.exp(-(0.8 * margin - 0.4 + 0.4 * np.tanh(margin + 3))))
    return p


def village(businesses: int, alike: float, rng: np.random.Generator) -> Seen:
    """Businesses seen on several days, the last two tested; `alike` of them repeat themselves."""
    base, own = rng.normal(-4.2, 1.26, businesses), rng.random(businesses)
    margins, labels = [], []
    for _ in range(_DAYS):
        margin = base + rng.normal(0, 0.3, businesses)
        luck = np.where(rng.random(businesses) < alike, own, rng.random(businesses))
        margins.append(margin)
        labels.append((luck < truth(margin)).astype(np.int64))
    margin, y = np.concatenate(margins), np.concatenate(labels)
    who = np.tile(np.arange(businesses), _DAYS).astype(np.str_)
    tested = np.flatnonzero(np.repeat(np.arange(_DAYS), businesses) >= _DAYS - _TESTED)
    return Seen(y, margin, who, tested, margin[tested])


def drawn(seen: Seen, certainty: float = 0.9, replicates: int = 100) -> tuple[Floats, Band]:
    """The shipped knots and the band at them."""
    shape = calibrate(seen.y[seen.tested], seen.tested_margin)
    moved = level(shape, seen.y, seen.margin)
    found = band(seen, shape, moved, certainty, replicates=replicates, seed=1)
    return np.array(moved.of(shape).margin), found


def held(knots: Floats, found: Band) -> float:
    """Share of everyone whose true probability lies within."""
    low, high = (np.interp(_EVERYONE, knots, side) for side in (found.lower, found.upper))
    true = truth(_EVERYONE)
    return float(((low <= true) & (true <= high)).mean())


@pytest.mark.slow
@pytest.mark.parametrize(("businesses", "alike"), [(1_000, 0.5), (4_000, 0.3)])
def test_band_holds_the_truth_about_as_often_as_it_says(businesses: int, alike: float) -> None:
    rng = np.random.default_rng(7)
    shares = [held(*drawn(village(businesses, alike, rng))) for _ in range(12)]
    assert 0.88 <= np.mean(shares) <= 0.995


def test_two_probabilities_of_venn_abers_would_hold_it_far_too_seldom() -> None:
    seen = village(2_000, 0.3, np.random.default_rng(8))
    at = _EVERYONE[::400]
    low, high = bounds(seen.y[seen.tested], seen.tested_margin, at)
    true = truth(at)
    assert ((low <= true) & (true <= high)).mean() < 0.6


def test_less_certainty_and_more_businesses_make_it_narrower() -> None:
    few, many = (village(n, 0.3, np.random.default_rng(9)) for n in (1_000, 16_000))

    def width(seen: Seen, certainty: float) -> float:
        knots, found = drawn(seen, certainty, 60)
        gap = np.array(found.upper) - np.array(found.lower)
        return float(np.interp(_EVERYONE, knots, gap).mean())

    assert width(few, 0.5) < 0.8 * width(few, 0.95)
    assert width(many, 0.9) < 0.5 * width(few, 0.9)


def test_band_rises_and_holds_its_map() -> None:
    seen = village(800, 0.5, np.random.default_rng(10))
    shape = calibrate(seen.y[seen.tested], seen.tested_margin)
    _, found = drawn(seen, replicates=40)
    assert all(a <= b for side in (found.lower, found.upper) for a, b in pairwise(side))
    for low, p, high in zip(found.lower, shape.probability, found.upper, strict=True):
        assert 0 <= low <= p <= high <= 1


def test_businesses_and_not_rows_are_drawn() -> None:
    rng = np.random.default_rng(11)
    margin = np.tile(rng.normal(-2, 1, 800), 4)  # everyone four times, and always alike
    y = np.tile((rng.random(800) < truth(margin[:800])).astype(np.int64), 4)
    who, rows = np.tile(np.arange(800), 4).astype(np.str_), np.arange(3_200)

    def width(names: Texts) -> float:
        knots, found = drawn(Seen(y, margin, names, rows, margin))
        gap = np.array(found.upper) - np.array(found.lower)
        return float(np.interp([-2.0, -1.5, -1.0], knots, gap).mean())

    assert width(who) > 1.4 * width(rows.astype(np.str_))


def test_of_the_safest_it_says_no_more_than_so_few_can_tell() -> None:
    rng = np.random.default_rng(12)
    margin = rng.normal(0, 1, 1_000)
    y = ((margin > 0) & (rng.random(1_000) < 0.3)).astype(np.int64)  # none below nought
    who = np.arange(1_000).astype(np.str_)
    knots, found = drawn(Seen(y, margin, who, np.arange(1_000), margin))
    # Not one in 500 rows: the rule of three says up to 0.6 %, resampling alone nought.
    assert np.interp(-1.5, knots, found.upper) > 0.006


def test_same_seed_same_band() -> None:
    seen = village(500, 0.3, np.random.default_rng(13))
    assert drawn(seen, replicates=20)[1] == drawn(seen, replicates=20)[1]
