"""Small made-up features and samples whose truth is known."""

from __future__ import annotations

import numpy as np

from features.contracts import Count, Direction, Feature, Phrase
from training.sample import Sample


def feature(
    name: str, direction: Direction = Direction.EITHER, categorical: bool = False
) -> Feature:
    return Feature(
        name=name,
        source="records",
        measure=Count(),
        meaning=Phrase(name, name),
        direction=direction,
        missing="no record",
        group="R03",
        reason=f"reason of {name}",
        legal_basis="a law",
        categorical=categorical,
    )


FEATURES = (
    feature("penalty_count_36m", Direction.RISK_UP),
    feature("clean_check_count_36m", Direction.RISK_DOWN),
    feature("age_days"),
    feature("grade", categorical=True),
    feature("noise", Direction.RISK_UP),
)


def sample(rows: int = 4000, seed: int = 1, groups: tuple[float, ...] = ()) -> Sample:
    """Rows whose log-odds rise with penalties, fall with clean checks, peak at grade 2.

    With `groups`, each row is recorded by one of them, which adds its log-odds.
    """
    rng = np.random.default_rng(seed)
    penalties = rng.poisson(0.5, rows).astype(float)
    clean = rng.poisson(1.0, rows).astype(float)
    age = np.where(rng.random(rows) < 0.1, np.nan, rng.uniform(0, 5000, rows))
    grade = rng.integers(0, 4, rows).astype(float)
    noise = rng.normal(size=rows)
    margin = -2.0 + 0.9 * penalties - 0.6 * clean + 1.2 * (grade == 2)
    who = rng.integers(0, max(len(groups), 1), rows)
    if groups:
        margin = margin + np.array(groups)[who]
    y = (rng.random(rows) < 1 / (1 + np.exp(-margin))).astype(np.int64)
    day = np.sort(rng.integers(0, 720, rows))
    return Sample(
        X=np.column_stack([penalties, clean, age, grade, noise]),
        y=y,
        entity_id=np.array([f"business {n}" for n in rng.integers(0, rows // 3, rows)]),
        as_of_day=day,
        label_day=day + 1,
        event_day=day + 1,
        nuisance=np.array([f"group {n}" for n in who]) if groups else None,
    )
