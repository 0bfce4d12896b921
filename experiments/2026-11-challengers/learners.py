"""The other learners' side: runs in an environment of its own, see ``requirements.txt``.

Reads ``<city>.npz`` and ``<city>.json`` in the folder given, chooses each learner's
settings on the folds meant for it, learns the judged folds' past and writes
``<city>-theirs.npz`` (rankings) and ``<city>-chosen.json`` (settings, seconds).
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from catboost import CatBoostClassifier, Pool
from interpret.glassbox import ExplainableBoostingClassifier
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from xgboost import XGBClassifier

warnings.filterwarnings("ignore")
SEED = 20240531
Ranking = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Past:
    """What a fold lets a learner see, and what is known of the columns."""

    X: np.ndarray
    y: np.ndarray
    offset: np.ndarray
    names: list[str]
    categorical: list[bool]
    monotone: list[int]


def xgboost(past: Past, rounds: int, rate: float, depth: int, **more: object) -> Ranking:
    model = XGBClassifier(
        n_estimators=rounds, learning_rate=rate, max_depth=depth, n_jobs=1, random_state=SEED,
        tree_method="hist", **more,
    )  # fmt: skip
    model.fit(past.X, past.y, base_margin=past.offset)
    return lambda X: model.predict(X, output_margin=True, base_margin=np.zeros(len(X)))


def constrained(past: Past, **settings: object) -> Ranking:
    return xgboost(past, monotone_constraints=tuple(past.monotone), **settings)  # type: ignore[arg-type]


def catboost(past: Past, **settings: object) -> Ranking:
    model = CatBoostClassifier(
        thread_count=1, random_seed=SEED, verbose=False, allow_writing_files=False, **settings
    )
    model.fit(Pool(past.X, past.y, baseline=past.offset))
    return lambda X: model.predict(X, prediction_type="RawFormulaVal")


def ebm(past: Past, **settings: object) -> Ranking:
    kinds = ["nominal" if code else "continuous" for code in past.categorical]
    model = ExplainableBoostingClassifier(
        feature_names=past.names, feature_types=kinds, n_jobs=1, random_state=SEED, **settings
    )
    model.fit(past.X, past.y, init_score=past.offset)
    return lambda X: model.predict_proba(X, init_score=np.zeros(len(X)))[:, 1]


def optbinning(past: Past, strength: float, **settings: object) -> Ranking:
    codes = [name for name, code in zip(past.names, past.categorical, strict=True) if code]
    varied = [n for i, n in enumerate(past.names) if len(np.unique(past.X[:, i])) > 1]
    binning = BinningProcess(
        varied, categorical_variables=[c for c in codes if c in varied] or None, **settings
    )
    card = Scorecard(binning, LogisticRegression(C=strength, max_iter=1000))
    columns = pd.Index(past.names)

    def frame(X: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(X, columns=columns)[varied]

    card.fit(frame(past.X), past.y)
    return lambda X: card.predict_proba(frame(X))[:, 1]


Grid = dict[str, dict[str, object]]
LEARNERS: dict[str, tuple[Callable[..., Ranking], Grid]] = {
    "optbinning": (optbinning, {
        "defaults, C 1": {"strength": 1.0},
        "C 0.01": {"strength": 0.01},
        "C 0.01, IV of at least 0.02": {
            "strength": 0.01, "selection_criteria": {"iv": {"min": 0.02}}},
    }),
    "EBM": (ebm, {
        "no pairs": {"interactions": 0, "outer_bags": 4},
        "ten pairs": {"interactions": 10, "outer_bags": 4},
        "no pairs, two leaves, large leaves": {
            "interactions": 0, "outer_bags": 4, "max_leaves": 2, "min_samples_leaf": 100},
    }),
    "XGBoost": (xgboost, {
        "defaults": {"rounds": 100, "rate": 0.3, "depth": 6},
        "300 × 0.03, depth 3": {"rounds": 300, "rate": 0.03, "depth": 3, "subsample": 0.7,
                                "colsample_bynode": 0.3, "min_child_weight": 10},
        "500 × 0.02, depth 2": {"rounds": 500, "rate": 0.02, "depth": 2, "subsample": 0.7,
                                "colsample_bynode": 0.1, "min_child_weight": 20, "reg_lambda": 20},
    }),
    "XGBoost, monotone": (constrained, {
        "300 × 0.03, depth 3": {"rounds": 300, "rate": 0.03, "depth": 3, "subsample": 0.7,
                                "colsample_bynode": 0.3, "min_child_weight": 10},
        "500 × 0.02, depth 2": {"rounds": 500, "rate": 0.02, "depth": 2, "subsample": 0.7,
                                "colsample_bynode": 0.1, "min_child_weight": 20, "reg_lambda": 20},
    }),
    "CatBoost": (catboost, {
        "defaults": {},
        "300 × 0.03, depth 4": {"iterations": 300, "learning_rate": 0.03, "depth": 4,
                                "l2_leaf_reg": 10, "rsm": 0.3},
        "500 × 0.02, depth 3": {"iterations": 500, "learning_rate": 0.02, "depth": 3,
                                "l2_leaf_reg": 30, "rsm": 0.1},
    }),
}  # fmt: skip


def learnt(
    data: dict[str, np.ndarray], told: dict[str, list], fold: str
) -> tuple[Past, np.ndarray]:
    """A fold's past, and its tested rows."""
    train, test = data[f"{fold}-train"], data[f"{fold}-test"]
    past = Past(
        data["X"][train], data["y"][train], data[f"{fold}-offset"],
        told["names"], told["categorical"], told["monotone"],
    )  # fmt: skip
    return past, test


def chosen(
    data: dict[str, np.ndarray], told: dict, learner: Callable[..., Ranking], grid: Grid
) -> str:
    """The setting with the best mean AUC on the folds for choosing."""
    area = {}
    for name, settings in grid.items():
        found = []
        for number in range(told["choice"]):
            past, test = learnt(data, told, f"choice-{number}")
            found.append(roc_auc_score(data["y"][test], learner(past, **settings)(data["X"][test])))
        area[name] = float(np.mean(found))
        print("   ", name, round(area[name], 4), flush=True)
    return max(area, key=lambda name: area[name])


def main() -> None:
    """Choose, learn and rank, city by city and learner by learner."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--city", choices=["chicago", "beijing"], action="append")
    parser.add_argument("--learner", choices=list(LEARNERS), action="append")
    parser.add_argument("--setting", help="take this one and choose none")
    given = parser.parse_args()
    for city in given.city or ["chicago", "beijing"]:
        data = dict(np.load(given.folder / f"{city}.npz"))
        told = json.loads((given.folder / f"{city}.json").read_text())
        ranks, spent = given.folder / f"{city}-theirs.npz", given.folder / f"{city}-chosen.json"
        rankings = dict(np.load(ranks)) if ranks.exists() else {}
        settings = json.loads(spent.read_text()) if spent.exists() else {}
        for name in given.learner or list(LEARNERS):
            learner, grid = LEARNERS[name]
            print(city, name, flush=True)
            best = given.setting or chosen(data, told, learner, grid)
            used = time.process_time()
            parts = []
            for number in range(told["judged"]):
                past, test = learnt(data, told, f"judged-{number}")
                parts.append(learner(past, **grid[best])(data["X"][test]))
            rankings[name] = np.concatenate(parts)
            settings[name] = (best, time.process_time() - used)
            np.savez(ranks, **rankings)
            spent.write_text(json.dumps(settings))


if __name__ == "__main__":
    main()
