"""Shapley values between two rows: walking both, beside a table for one reference.

    python experiments/benchmarks/between.py

Models learned from made-up rows; 40 rows against one, in interleaved rounds, one
thread, processor time. Both give the same numbers; the largest difference is told.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
from explain_models import commit_of
from numpy.typing import NDArray

from serving.model.between import between
from serving.model.contributions import Explainer
from serving.model.trees import Trees

RESULTS = Path(__file__).parent / "results" / "between.md"
ROUNDS, ROWS = 5, 40
MODELS = {
    "300 trees, depth 5": {"num_leaves": 32, "max_depth": 5},
    "300 trees, 31 leaves": {"num_leaves": 31},
}


def timed(work: Callable[[], NDArray[np.float64]]) -> tuple[float, NDArray[np.float64]]:
    """Milliseconds of processor time, and the result."""
    began = time.process_time()
    result = work()
    return 1000 * (time.process_time() - began), result


def main() -> None:
    """Measure and write `results/between.md`."""
    lines = [
        "# Shapley values between two rows", "",
        f"Commit {commit_of()}, {os.cpu_count()} CPUs, LightGBM {lightgbm.__version__}; {ROWS} "
        f"rows against one, 60 features. Medians of {ROUNDS} interleaved rounds, one thread, "
        "processor time. Made by `python experiments/benchmarks/between.py`.", "",
        "| model | table for one reference, ms | walking both, ms | times | difference |",
        "|---|---|---|---|---|",
    ]  # fmt: skip
    draw = np.random.default_rng(0)
    X = draw.normal(size=(3000, 60))
    y = (X[:, :10].sum(axis=1) + draw.normal(size=len(X)) > 0).astype(int)
    for name, form in MODELS.items():
        parameters = {"objective": "binary", "num_threads": 1, "min_data_in_leaf": 5,
                      "verbosity": -1, **form}  # fmt: skip
        booster = lightgbm.train(parameters, lightgbm.Dataset(X, y), num_boost_round=300)
        trees = Trees.parse(booster.model_to_string())
        explainer, one, rows = Explainer(trees), X[:1], X[1 : ROWS + 1]
        explainer.against(one).contributions(rows)  # compiles
        between(trees, one, rows)
        tables, walks, apart = [], [], 0.0
        for _ in range(ROUNDS):
            table, first = timed(lambda: explainer.against(one).contributions(rows))  # noqa: B023
            walk, second = timed(lambda: between(trees, one, rows))  # noqa: B023
            tables.append(table)
            walks.append(walk)
            apart = max(apart, float(np.abs(first[:, :-1] - second).max()))
        slow, fast = statistics.median(tables), statistics.median(walks)
        lines.append(f"| {name} | {slow:,.1f} | {fast:.1f} | {slow / fast:.0f} | {apart:.1e} |")
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
