"""What explaining a row costs: LightGBM, shap and the compiled explainer, side by side.

Question: is a contribution at least a hundred times cheaper than with
``pred_contrib``, and does a single row take at most twice ``Booster.predict``?
Prediction: yes for the first at all three sizes; yes for the second while the
tables fit in the processor's cache (hundreds of trees), no beyond. (So it was,
4.0 times at 1,000 trees of 31 leaves, until a row's states were read slot by slot
and its far cells fetched together.)

Models are trained on rows like those the features give: normal columns, counts,
amounts, categories, a seventh missing. shap refuses categories and gets the same
trees with numerical nodes. All run in turn, one thread, several rounds; the table
shows medians of processor time (single rows: of elapsed time), so that other work
on the machine disturbs it less.

    python experiments/benchmarks/explain.py --models var/benchmark
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import shap
from numpy.typing import NDArray

from serving.model.contributions import Explainer
from serving.model.scorer import Scorer
from serving.model.trees import Trees

SIZES: dict[str, dict[str, int]] = {
    "300 trees, depth 5": {"rounds": 300, "max_depth": 5},
    "300 trees, 31 leaves": {"rounds": 300},
    "1,000 trees, 31 leaves": {"rounds": 1000},
}
FEATURES = 125
CATEGORIES = [120, 121, 122, 123, 124]
RESULTS = Path(__file__).parent / "results" / "explain.md"


def made_rows(n: int = 40_000) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, 125) rows and (n,) outcomes of an invented city."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(n, FEATURES))
    X[:, 40:90] = rng.poisson(rng.gamma(0.6, 1.2, size=(n, 50)))
    X[:, 90:110] = np.round(np.exp(rng.normal(size=(n, 20)) * 1.5 + 3), 2)
    missing = rng.random((n, FEATURES)) < 0.15
    missing[:, :20] = False
    X[missing] = np.nan
    X[:, CATEGORIES] = rng.integers(0, [4, 8, 15, 30, 60], size=(n, 5))
    filled = np.nan_to_num(X)
    risk = filled[:, :30] @ rng.normal(size=30) * 0.3 + filled[:, 40:80] @ rng.normal(size=40) * 0.2
    risk += filled[:, 0] * filled[:, 41] * 0.4 + np.log1p(filled[:, 95]) * 0.3
    risk += (filled[:, 124] % 5) * 0.3 + np.sin(filled[:, 5] * 2)
    risk += (filled[:, 2] > 0) * (filled[:, 45] > 1)
    y = risk + rng.normal(size=n) * 1.5 > np.quantile(risk, 0.8)
    return X, y.astype(np.float64)


def model_text(name: str, folder: Path) -> str:
    """The model of a size, trained once and kept in `folder`."""
    path = folder / f"{name.replace(', ', '-').replace(' ', '_')}.txt"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        X, y = made_rows()
        settings = {"objective": "binary", "verbose": -1, "learning_rate": 0.05, **SIZES[name]}
        rounds = settings.pop("rounds")
        data = lightgbm.Dataset(X, y, categorical_feature=CATEGORIES)
        lightgbm.train({**settings, "num_threads": 1}, data, rounds).save_model(path)
    return path.read_text(encoding="utf-8")


def in_turn(
    rounds: int, competitors: dict[str, tuple[Callable[[], object], int]]
) -> dict[str, float]:
    """Median processor time of each competitor in µs a row, all run once a round."""
    taken: dict[str, list[float]] = {name: [] for name in competitors}
    for run, _ in competitors.values():
        run()
    for _ in range(rounds):
        for name, (run, rows) in competitors.items():
            start = time.process_time()
            run()
            taken[name].append((time.process_time() - start) / rows * 1e6)
    return {name: statistics.median(times) for name, times in taken.items()}


def single_rows(
    X: NDArray[np.float64], competitors: dict[str, Callable[[NDArray[np.float64]], object]]
) -> dict[str, float]:
    """Median elapsed µs of one row: three turns of 300 rows each, warm, the best turn told.

    The best, because whatever else the machine does can only make a turn slower.
    """
    medians: dict[str, list[float]] = {name: [] for name in competitors}
    for _ in range(3):
        for name, run in competitors.items():
            times = []
            for row in range(300):
                one = X[row : row + 1].copy()
                start = time.perf_counter()
                run(one)
                times.append((time.perf_counter() - start) * 1e6)
            medians[name].append(statistics.median(times[100:]))
    return {name: min(turns) for name, turns in medians.items()}


def measured(name: str, folder: Path, rounds: int) -> list[str]:
    """The lines that one size adds to the results."""
    X, _ = made_rows()
    text = model_text(name, folder)
    booster = lightgbm.Booster(model_str=text)
    start = time.process_time()
    trees = Trees.parse(text)
    explainer = Explainer(trees)
    built = time.process_time() - start
    references = X[-100:].copy()
    against = explainer.against(references)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twin = lightgbm.Booster(model_str=without_categories(text))
        peer = shap.TreeExplainer(twin, np.nan_to_num(references))
    many, some, few = X[:4096].copy(), X[:200].copy(), np.nan_to_num(X[:20])
    competitors: dict[str, tuple[Callable[[], object], int]] = {
        "`Booster.predict`": (lambda: booster.predict(many, num_threads=1), 4096),
        "`Scorer.margins`": (lambda: Scorer(trees).margins(many), 4096),
        "`pred_contrib`": (lambda: booster.predict(some, pred_contrib=True, num_threads=1), 200),
        "ours, path dependent": (lambda: explainer.contributions(many), 4096),
        "ours, against 100 references": (lambda: against.contributions(many), 4096),
        "shap, against 100 references": (lambda: peer.shap_values(few), 20),
    }
    times = in_turn(rounds, competitors)
    ours = times["ours, path dependent"]
    single = single_rows(
        X,
        {
            "predict": lambda row: booster.predict(row, num_threads=1),
            "contributions": explainer.contributions,
            "against": against.contributions,
            "pred_contrib": lambda row: booster.predict(row, pred_contrib=True, num_threads=1),
        },
    )
    error = np.abs(explainer.contributions(some) - booster.predict(some, pred_contrib=True)).max()
    lines = [
        f"## {name}",
        "",
        f"{trees.n_leaves:,} leaves; {explainer.nbytes / 1e6:.1f} MB, "
        f"{against.nbytes / 1e6:.1f} MB more against references; parsed and built in "
        f"{built:.1f} s; largest difference from `pred_contrib` {error:.1e}.",
        "",
        "| | µs a row | times slower than ours |",
        "|---|---|---|",
    ]
    for label, taken in times.items():
        lines.append(f"| {label} | {taken:,.1f} | {taken / ours:,.1f} |")
    lines += [
        "",
        f"One row: ours {single['contributions']:.0f} µs, `Booster.predict` "
        f"{single['predict']:.0f} µs ({single['contributions'] / single['predict']:.1f} times), "
        f"ours against references {single['against']:.0f} µs, "
        f"`pred_contrib` {single['pred_contrib']:.0f} µs.",
        "",
    ]
    return lines


def without_categories(text: str) -> str:
    """A model of the same trees, every node numerical: shap refuses categories."""
    head, _, rest = text.partition("\n\n")
    trees = []
    for tree in rest[: rest.index("end of trees")].split("Tree=")[1:]:
        plain = re.sub(r"\nnum_cat=[^\n]*", "\nnum_cat=0", re.sub(r"\ncat_[^\n]*", "", tree))
        bits = re.search(r"\ndecision_type=([^\n]*)", plain)
        assert bits is not None
        numerical = " ".join("10" if int(word) & 1 else word for word in bits[1].split())
        trees.append("Tree=" + plain.replace(bits[0], f"\ndecision_type={numerical}"))
    sizes = " ".join(str(len(tree)) for tree in trees)
    head = re.sub(r"tree_sizes=[0-9 ]*", f"tree_sizes={sizes}", head)
    return head + "\n\n" + "".join(trees) + "end of trees\n"


def commit_of() -> str:
    """The commit that is measured."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Measure and write `results/explain.md`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("var/benchmark"))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    lines = [
        "# What explaining a row costs",
        "",
        f"Commit {commit_of()}, {os.cpu_count()} CPUs ({platform.machine()}), load {load:.0f} from "
        f"other work at the start, LightGBM {lightgbm.__version__}, shap {shap.__version__}, "
        f"{FEATURES} features. Medians of {options.rounds} interleaved rounds, one thread, "
        "processor time. Made by `python experiments/benchmarks/explain.py`.",
        "",
    ]
    for name in SIZES:
        lines += measured(name, options.models, options.rounds)
        print("\n".join(lines[-16:]), flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
