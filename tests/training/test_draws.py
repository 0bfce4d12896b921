from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.contracts import Ahead, Column, Kind, RandomDraws
from features.expressions import col
from tests.features.worlds import write_world
from tests.training.made_up import sample
from tests.training.small_town import catalogue
from training.draws import Checks, checks_ahead, learn_from
from training.selective import Look, selective

DRAWS = RandomDraws("checks", "chance", col("blind").equals(1), col("failed").equals(1))


def test_checks_of_the_horizon_come_with_their_chance_and_their_arm(tmp_path: Path) -> None:
    town = catalogue()
    checks = town.jurisdiction.source("checks")
    more = (
        *checks.columns,
        Column("chance", Kind.DECIMAL, ("chance",), "of being drawn"),
        Column("blind", Kind.INTEGER, ("blind",), "drawn without looking"),
    )
    sources = (town.jurisdiction.source("penalties"), replace(checks, columns=more))
    town = replace(town, jurisdiction=replace(town.jurisdiction, sources=sources))
    rows = [
        {"event_key": "a", "entity_id": "x", "event_day": 110, "failed": 1, "chance": 10_000,
         "blind": 1},
        {"event_key": "b", "entity_id": "x", "event_day": 120, "failed": 0, "chance": 300_000,
         "blind": 0},
        {"event_key": "c", "entity_id": "x", "event_day": 100, "failed": 1, "chance": 10_000,
         "blind": 1},  # on the as-of day: known, not ahead
        {"event_key": "d", "entity_id": "x", "event_day": 131, "failed": 1, "chance": 10_000,
         "blind": 1},  # after the horizon
        {"event_key": "e", "entity_id": "x", "event_day": 125, "known_day": 150, "failed": 1,
         "chance": 10_000, "blind": 1},  # learned after maturity
        {"event_key": "f", "entity_id": "y", "event_day": 111, "failed": 1},  # a complaint led
    ]  # fmt: skip
    world = write_world(tmp_path, town, {"checks": rows})  # type: ignore[arg-type, dict-item]
    found = checks_ahead(
        town, world.snapshot, DRAWS, Ahead(30, maturity_days=10),
        entity_id=np.array(["y", "x"]), as_of_day=np.array([100, 100]),
    )  # fmt: skip
    assert found.row.tolist() == [0, 1, 1]
    assert found.found.tolist() == [1, 1, 0]
    assert found.blind.tolist() == [False, True, False]
    assert found.probability[1:].tolist() == [0.01, 0.3]
    assert np.isnan(found.probability[0])
    assert found.drawn.tolist() == [False, True, True]


def inspected(rows: int = 60_000, seed: int = 0) -> tuple[Checks, np.ndarray, np.ndarray, float]:
    """A city whose risky tenth is drawn by tier with 0.2, all others with 0.01; a blind 0.02.

    Returns the checks, a score that sees risk imperfectly, names, and the true rate.
    """
    rng = np.random.default_rng(seed)
    risk = rng.normal(size=rows)
    p = 1 / (1 + np.exp(-(-2.0 + risk)))
    score = risk + rng.normal(size=rows)
    by_tier = np.where(score > np.quantile(score, 0.9), 0.2, 0.01)
    parts = []
    for chance, blind in ((by_tier, False), (np.full(rows, 0.02), True)):
        row = np.flatnonzero(rng.random(rows) < chance)
        found = (rng.random(len(row)) < p[row]).astype(np.int64)
        parts.append((row, found, chance[row], np.full(len(row), blind)))
    row, found, chance, blind = (np.concatenate(part) for part in zip(*parts, strict=True))
    names = np.array([f"b{n}" for n in range(rows)])
    return Checks(row, found, chance, blind), score, names, float(p.mean())


def test_weights_undo_what_inspecting_by_risk_did_to_the_rate() -> None:
    checks, score, names, truth = inspected()
    seen = selective(checks, score, names, replicates=100, seed=1)
    naive, weighted, blind = (seen[look].rate for look in Look)
    assert naive is not None
    assert weighted is not None
    assert blind is not None
    assert naive.low > 1.3 * truth
    assert weighted.low < truth < weighted.high
    assert blind.low < truth < blind.high


def test_weights_undo_what_inspecting_by_risk_did_to_the_ranking() -> None:
    checks, score, names, _ = inspected()
    seen = selective(checks, score, names, replicates=100, seed=1)
    weighted, blind = seen[Look.WEIGHTED].auc, seen[Look.BLIND].auc
    assert weighted is not None
    assert blind is not None
    assert weighted.low < blind.high
    assert blind.low < weighted.high


def test_both_arms_together_weigh_no_more_than_their_number() -> None:
    checks, _, _, _ = inspected()
    weights = checks.weights()
    assert weights.sum() == pytest.approx(checks.drawn.sum())
    assert (weights[checks.drawn] > 0).all()


def test_checks_that_were_not_drawn_count_for_nothing_in_the_weighted_look() -> None:
    checks = Checks(
        row=np.array([0, 1, 2]),
        found=np.array([1, 0, 1]),
        probability=np.array([np.nan, 0.5, 0.25]),
        blind=np.array([False, True, False]),
    )
    assert checks.weights()[0] == 0.0
    seen = selective(checks, np.arange(3.0), np.array(["a", "b", "c"]), replicates=5, seed=0)
    assert [seen[look].checks for look in Look] == [3, 2, 1]
    assert seen[Look.NAIVE].auc is None  # too few to say


def test_only_drawn_checks_are_learnt_from_with_what_they_found() -> None:
    checks = Checks(
        row=np.array([2, 0, 2]),
        found=np.array([1, 0, 1]),
        probability=np.array([np.nan, 0.5, 0.1]),
        blind=np.array([False, False, False]),
    )
    rows = learn_from(sample(3), checks)
    assert rows.X.tolist() == sample(3).X[[0, 2]].tolist()
    assert rows.y.tolist() == [0, 1]
    assert rows.weight is not None
    assert rows.weight[1] / rows.weight[0] == pytest.approx(5.0)  # 1/0.1 against 1/0.5
