r"""What explaining a row costs: LightGBM, shap, its faster kin and ours, side by side.

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

    python experiments/benchmarks/explain.py --models var/benchmark \
        --peer woodelf=var/woodelf/bin/python --peer fasttreeshap=var/fasttreeshap/bin/python

Peers live in environments of their own (`explain_peer.py` says how to make them) and
take their turn in every round; without ``--peer`` they are left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import lightgbm
import numpy as np
import shap
from explain_models import (
    FEATURES,
    SIZES,
    Floats,
    commit_of,
    made_rows,
    model_text,
    without_categories,
)

from serving.model.contributions import Explainer
from serving.model.scorer import Scorer
from serving.model.trees import Trees

# woodelf makes its tables in each call, so that many rows must share them.
PEER_ROWS = {"woodelf": 40_000, "fasttreeshap": 400}
RESULTS = Path(__file__).parent / "results" / "explain.md"


Competitor = tuple[Callable[[], float], int]  # processor seconds of one run, and its rows


def timed(run: Callable[[], object]) -> Callable[[], float]:
    """The run, giving its processor time."""

    def taken() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return taken


def in_turn(rounds: int, competitors: Mapping[str, Competitor]) -> dict[str, float]:
    """Median processor time of each competitor in µs a row, all run once a round."""
    taken: dict[str, list[float]] = {name: [] for name in competitors}
    for run, _ in competitors.values():
        run()
    for _ in range(rounds):
        for name, (run, rows) in competitors.items():
            taken[name].append(run() / rows * 1e6)
    return {name: statistics.median(times) for name, times in taken.items()}


class Peer:
    """Another program's explainer, in a process and an environment of its own."""

    def __init__(self, name: str, python: str, text: str, X: Floats, R: Floats) -> None:
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        (folder / "model.txt").write_text(text, encoding="utf-8")
        self.rows = X[: PEER_ROWS[name]].copy()
        np.save(folder / "rows.npy", self.rows)
        np.save(folder / "references.npy", R)
        files = [str(folder / one) for one in ("model.txt", "rows.npy", "references.npy")]
        side = str(Path(__file__).with_name("explain_peer.py"))
        # Its own packages, not ours.
        own = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        self._process = subprocess.Popen(
            [python, side, name, *files], text=True, env=own,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.version = self._said()

    def _said(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise SystemExit(f"the peer ended: {self._process.wait()}")
        return line

    def ask(self, kind: str) -> tuple[float, Floats] | None:
        """Processor seconds and values; none where it has no such values."""
        assert self._process.stdin is not None
        print(kind, file=self._process.stdin, flush=True)
        first, _, rest = self._said().partition(" ")
        return None if first == "none" else (float(first), np.load(rest))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def single_rows(X: Floats, competitors: dict[str, Callable[[Floats], object]]) -> dict[str, float]:
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


def measured(name: str, folder: Path, rounds: int, pythons: Mapping[str, str]) -> list[str]:
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
    plain = without_categories(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twin = lightgbm.Booster(model_str=plain)
        known = shap.TreeExplainer(twin, np.nan_to_num(references))
    many, some, few = X[:4096].copy(), X[:200].copy(), np.nan_to_num(X[:20])
    competitors: dict[str, Competitor] = {
        "`Booster.predict`": (timed(lambda: booster.predict(many, num_threads=1)), 4096),
        "`Scorer.margins`": (timed(lambda: Scorer(trees).margins(many)), 4096),
        "`pred_contrib`": (
            timed(lambda: booster.predict(some, pred_contrib=True, num_threads=1)), 200,
        ),
        "ours, path dependent": (timed(lambda: explainer.contributions(many)), 4096),
        "ours, against 100 references": (timed(lambda: against.contributions(many)), 4096),
        "shap, against 100 references": (timed(lambda: known.shap_values(few)), 20),
    }  # fmt: skip
    peers = {one: Peer(one, python, plain, X, references) for one, python in pythons.items()}
    apart = [told for one in peers.items() for told in entered(*one, twin, competitors)]
    times = in_turn(rounds, competitors)
    for peer in peers.values():
        peer.close()
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
    head = (
        f"{trees.n_leaves:,} leaves; {explainer.nbytes / 1e6:.1f} MB, "
        f"{against.nbytes / 1e6:.1f} MB more against references; parsed and built in "
        f"{built:.1f} s; largest difference from `pred_contrib` {error:.1e}."
    )
    return [f"## {name}", "", head, "", *table(times), "", told_single(single), "", *apart]


def entered(
    name: str, peer: Peer, twin: lightgbm.Booster, competitors: dict[str, Competitor]
) -> list[str]:
    """Enter a peer's kinds of values; how far its path-dependent ones are from LightGBM's."""
    for kind, label in (("path", "path dependent"), ("references", "against 100 references")):
        if peer.ask(kind) is not None:

            def run(kind: str = kind) -> float:
                answered = peer.ask(kind)
                assert answered is not None  # it was asked before
                return answered[0]

            competitors[f"{name}, {label}"] = (run, len(peer.rows))
    answered = peer.ask("path")
    assert answered is not None
    sample = peer.rows[:200]
    expected = np.asarray(twin.predict(sample, pred_contrib=True))[:, :-1]
    apart = np.abs(answered[1][:200] - expected).max()
    return [
        f"{name}: {peer.version}, {len(peer.rows):,} rows a call; its path-dependent values "
        f"differ from `pred_contrib` of the same trees by up to {apart:.0e}.",
        "",
    ]


def table(times: Mapping[str, float]) -> list[str]:
    """Every competitor's time, and how it compares with `pred_contrib` and with ours."""
    ours, theirs = times["ours, path dependent"], times["`pred_contrib`"]
    lines = ["| | µs a row | rows a second | faster than `pred_contrib` | slower than ours |",
             "|---|---|---|---|---|"]  # fmt: skip
    lines += [
        f"| {label} | {taken:,.1f} | {1e6 / taken:,.0f} | {theirs / taken:,.1f} "
        f"| {taken / ours:,.1f} |"
        for label, taken in times.items()
    ]
    return lines


def told_single(single: Mapping[str, float]) -> str:
    """What one row takes."""
    predict = single["predict"]
    ours = ", ".join(
        f"{label} {single[key]:.0f} µs ({single[key] / predict:.1f} times)"
        for key, label in (("contributions", "ours"), ("against", "ours against references"))
    )
    return (
        f"One row: `Booster.predict` {predict:.0f} µs, {ours}, "
        f"`pred_contrib` {single['pred_contrib']:.0f} µs."
    )


def main() -> None:
    """Measure and write `results/explain.md`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("var/benchmark"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PYTHON")
    options = parser.parse_args()
    pythons = dict(one.split("=", 1) for one in options.peer)
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
        of_size = measured(name, options.models, options.rounds, pythons)
        lines += of_size
        print("\n".join(of_size), flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
