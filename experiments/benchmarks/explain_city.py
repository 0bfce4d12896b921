"""Explaining a whole city: seven models for 1.42 million businesses, every row of it.

Question: under two minutes on two cores, in memory that does not grow with the city?
Prediction: yes; about 80 s, under 1 GiB.

Rows are made and explained 20,000 at a time, as the nightly batch streams them; making
them is not counted. Beside elapsed time stands processor time divided by the threads:
what a machine with nothing else to do would need.

    python experiments/benchmarks/explain_city.py --models var/benchmark
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path

import numpy as np
from explain_models import commit_of, made_rows, model_text

from serving.model.contributions import Explainer
from serving.model.scorer import Scorer
from serving.model.trees import Trees

SIZE = "300 trees, depth 5"
BUSINESSES, OUTCOMES, BLOCK = 1_420_000, 7, 20_000
RESULTS = Path(__file__).parent / "results" / "explain_city.md"


def main() -> None:
    """Measure and write `results/explain_city.md`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("var/benchmark"))
    parser.add_argument("--businesses", type=int, default=BUSINESSES)
    options = parser.parse_args()
    threads = os.cpu_count() or 1
    text = model_text(SIZE, options.models)
    explainers = [Explainer(Trees.parse(text)) for _ in range(OUTCOMES)]
    made, _ = made_rows()
    rng = np.random.default_rng(1)
    explainers[0].contributions(made[:5000].copy(), threads=threads)
    load = os.getloadavg()[0]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    elapsed = used = 0.0
    worst = 0.0
    for done in range(0, options.businesses, BLOCK):
        rows = min(BLOCK, options.businesses - done)
        X = made[rng.integers(0, len(made), rows)]
        X[:, :20] += rng.normal(size=(rows, 20)) * 0.1
        start, processor = time.perf_counter(), time.process_time()
        for explainer in explainers:
            parts = explainer.contributions(X, threads=threads)
        elapsed += time.perf_counter() - start
        used += time.process_time() - processor
        if done % (BLOCK * 10) == 0:
            margins = Scorer(explainers[-1].trees).margins(X)
            worst = max(worst, float(np.abs(parts.sum(axis=1) - margins).max()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tables = sum(explainer.nbytes for explainer in explainers)
    lines = [
        "# What explaining a whole city costs",
        "",
        f"Commit {commit_of()}, {threads} CPUs, load {load:.0f} from other work at the start. "
        f"{options.businesses:,} businesses × {OUTCOMES} models of {SIZE}, {made.shape[1]} "
        "features. Made by `python experiments/benchmarks/explain_city.py`.",
        "",
        "| | |",
        "|---|---|",
        f"| elapsed | {elapsed:.0f} s |",
        f"| processor time ÷ {threads} threads | {used / threads:.0f} s |",
        f"| rows explained a second, each model | {options.businesses * OUTCOMES / elapsed:,.0f} |",
        f"| tables of the {OUTCOMES} models | {tables / 1e6:.0f} MB |",
        f"| peak memory of the process, libraries and made rows included | {peak / 1024:.0f} MiB |",
        f"| of it more than before the first row | {(peak - before) / 1024:.0f} MiB |",
        f"| largest difference of a row's sum from its margin | {worst:.0e} |",
        "",
    ]
    RESULTS.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
