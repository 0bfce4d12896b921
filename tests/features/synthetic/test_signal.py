"""How well the credit outcome could be predicted at best, and by the obvious rule.

A model sees records, not conduct: what conduct itself predicts is the ceiling,
and a city whose ceiling is near 1 would flatter every model.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from features.synthetic.chunk import Chunk
from features.synthetic.conduct import simulate
from features.synthetic.population import populate
from features.synthetic.priors import Priors
from features.synthetic.records.decisions import KINDS, market_decisions, other_decisions
from features.synthetic.sightings import CORRECTED, FALSE
from features.synthetic.span import NONE, Span, day

AS_OF = day(2025, 6, 30)
N = 40_000


def auc(y: np.ndarray, x: np.ndarray) -> float:
    """Area under the curve by mean ranks."""
    _, position, count = np.unique(x, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[position]
    positives = y.sum()
    return float(
        (rank[y].sum() - positives * (positives + 1) / 2) / (positives * (len(y) - positives))
    )


@pytest.fixture(scope="module")
def chunk() -> Chunk:
    span, priors, rng = (
        Span.between(date(2023, 1, 1), date(2026, 7, 31)), Priors(), np.random.default_rng(11),
    )  # fmt: skip
    population = populate(0, N, span, priors, rng)
    history = simulate(population, span, priors, rng)
    return Chunk.of(0, population, history, span=span, priors=priors, rng=rng)


@pytest.fixture(scope="module")
def outcome(chunk: Chunk) -> np.ndarray:
    """A counted penalty or check problem in the year after the as-of date."""
    happened = np.zeros(N, np.bool_)
    silent = [KINDS.index("警告"), KINDS.index("不予处罚")]
    for decisions in (market_decisions(chunk), other_decisions(chunk)):
        days = decisions.events.day
        counted = ~decisions.summary & ~np.isin(decisions.kind, silent)
        counted &= (days > AS_OF) & (days <= AS_OF + 365)
        happened[decisions.events.business[counted]] = True
    checks = chunk.history.checks
    problem = (checks.result >= CORRECTED) & (checks.result <= FALSE)
    problem &= (checks.day > AS_OF) & (checks.day <= AS_OF + 365)
    happened[checks.business[problem]] = True
    return happened


@pytest.fixture(scope="module")
def open_then(chunk: Chunk) -> np.ndarray:
    closed = chunk.history.closed
    return (chunk.population.established <= AS_OF) & ((closed == NONE) | (closed > AS_OF))


def test_one_in_forty_meets_the_outcome(outcome: np.ndarray, open_then: np.ndarray) -> None:
    assert 0.018 < outcome[open_then].mean() < 0.032


def test_conduct_itself_predicts_well_but_not_perfectly(
    chunk: Chunk, outcome: np.ndarray, open_then: np.ndarray
) -> None:
    month = chunk.span.month_index(np.array([AS_OF], np.int32))[0]
    conduct = chunk.history.latent[:, month]
    assert 0.77 < auc(outcome[open_then], conduct[open_then]) < 0.86


def test_past_findings_alone_predict_little(
    chunk: Chunk, outcome: np.ndarray, open_then: np.ndarray
) -> None:
    found = np.zeros(N)
    checks, detections = chunk.history.checks, chunk.history.detections
    problem = (checks.result >= CORRECTED) & (checks.result <= FALSE) & (checks.day <= AS_OF)
    np.add.at(found, checks.business[problem], 1)
    np.add.at(found, detections.business[detections.day <= AS_OF], 1)
    assert 0.55 < auc(outcome[open_then], found[open_then]) < 0.66
