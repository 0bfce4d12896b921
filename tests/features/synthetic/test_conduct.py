from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from features.synthetic.conduct import History, simulate
from features.synthetic.population import SOLE, Population, populate
from features.synthetic.priors import Drift, Priors
from features.synthetic.sightings import BLIND, BY_TIER, CORRECTED, FALSE
from features.synthetic.span import NONE, Span

SPAN = Span.between(date(2023, 1, 1), date(2025, 12, 31))
N = 20_000


@pytest.fixture(scope="module")
def population() -> Population:
    return populate(0, N, SPAN, Priors(), np.random.default_rng(1))


@pytest.fixture(scope="module")
def history(population: Population) -> History:
    return simulate(population, SPAN, Priors(), np.random.default_rng(2))


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def test_more_than_half_are_sole_traders(population: Population) -> None:
    # 830,585 of about 1,421,700; three standard errors of 20,000 draws are 0.0105.
    assert np.mean(population.form == SOLE) == pytest.approx(0.5842, abs=0.0105)


def test_links_join_two_or_more_and_leave_most_alone(population: Population) -> None:
    _, size = np.unique(population.representative, return_counts=True)
    assert 0.78 < np.sum(size == 1) / N < 0.88
    assert size.max() < 40


def test_cluster_addresses_hold_many_businesses(population: Population) -> None:
    _, size = np.unique(population.address[population.cluster], return_counts=True)
    assert np.median(size) > 20


def test_conduct_has_variance_one_and_persists(history: History) -> None:
    now, next_month, next_year = (history.latent[:, m] for m in (20, 21, 32))
    assert np.std(now) == pytest.approx(1.0, abs=0.05)
    assert correlation(now, next_month) > 0.94
    # Lasting and shared parts 0.70, drifting part 0.30 · 0.92¹² = 0.11.
    assert correlation(now, next_year) == pytest.approx(0.81, abs=0.03)


def test_conduct_is_alike_among_businesses_of_one_representative(
    population: Population, history: History
) -> None:
    order = np.argsort(population.representative, kind="stable")
    same = population.representative[order[1:]] == population.representative[order[:-1]]
    latent = history.latent[:, 24]
    linked = correlation(latent[order[1:][same]], latent[order[:-1][same]])
    strangers = correlation(latent[order[1:][~same]], latent[order[:-1][~same]])
    assert linked > 0.1
    assert abs(strangers) < 0.03


def test_the_blind_arm_does_not_look_at_conduct(history: History) -> None:
    checks = history.checks
    blind = checks.drawn_by == BLIND
    month = SPAN.month_index(checks.day)
    drawn = history.latent[checks.business, month]
    assert abs(drawn[blind].mean()) < 0.15
    assert checks.probability[blind] * 12 == pytest.approx(0.01, abs=1e-6)
    assert drawn[(checks.drawn_by == BY_TIER) & (checks.tier == 3)].mean() > 0.8


def test_worse_tiers_are_drawn_more_often_and_found_worse(history: History) -> None:
    checks = history.checks
    by_tier = checks.drawn_by == BY_TIER
    problem = (checks.result >= CORRECTED) & (checks.result <= FALSE)
    rates = [problem[by_tier & (checks.tier == tier)].mean() for tier in (0, 3)]
    assert rates[1] > 2 * rates[0]
    yearly = [checks.probability[by_tier & (checks.tier == tier)][0] * 12 for tier in range(4)]
    assert yearly == pytest.approx([0.01, 0.02, 0.10, 0.30])


def test_most_violations_are_never_seen(history: History) -> None:
    assert len(history.detections.day) < 0.25 * history.violation.sum()


def test_nobody_leaves_before_they_came(population: Population, history: History) -> None:
    left = history.closed != NONE
    assert np.all(history.closed[left] > population.established[left])
    assert np.all(history.closed[left] >= SPAN.first)


def test_a_drift_changes_nothing_before_it_begins_and_online_sellers_after(
    population: Population, history: History
) -> None:
    begins = date(2025, 1, 1)
    drifted = simulate(population, SPAN, Priors(drift=Drift(begins)), np.random.default_rng(2))
    start = next(i for i, d in enumerate(SPAN.starts) if d >= (begins - date(1970, 1, 1)).days)
    online = population.shops > 0
    before, after = slice(0, start + 1), slice(start + 7, None)
    assert np.array_equal(drifted.latent[:, before], history.latent[:, before])
    assert np.array_equal(drifted.violation[:, :start], history.violation[:, :start])
    shift = drifted.latent[:, after] - history.latent[:, after]
    assert np.allclose(shift[online], 0.8, atol=1e-5)
    assert np.allclose(shift[~online], 0.0)
    assert len(drifted.complaints.day) > len(history.complaints.day)
