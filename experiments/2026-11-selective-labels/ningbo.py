"""The synthetic city: what three ways of looking say, against what is true.

    python experiments/2026-11-selective-labels/ningbo.py

Makes a city, learns the credit outcome, and writes ``ningbo.md`` and ``certainty.png``.
"""

from __future__ import annotations

import argparse
import subprocess
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.builder import build
from features.catalogue import Catalogue, load_catalogue
from features.contracts import Ahead
from features.ingest import ingest
from features.snapshot import Snapshot
from features.synthetic import generate
from training.cohort import CohortDay, monthly
from training.concordance import Concordance
from training.draws import Checks, checks_ahead, learn_from
from training.fit import FitSettings, fit
from training.labels import known_through
from training.learn import sample_of
from training.matrix import read
from training.sample import Sample
from training.selective import Look, Seen, selective

mpl.use("Agg")
HERE = Path(__file__).parent
TESTED = date(2025, 6, 30)
LEARNT = (date(2023, 12, 31), date(2024, 3, 31), date(2024, 5, 31))
RATIOS = np.array([0.01, 0.02, 0.10, 0.30])  # Henan 2021, a year, by tier
BETTER = (0.60, 0.90, 0.975)
SHARES = (0.001, 0.003, 0.01, 0.03, 0.10)
REDRAWS = 400
NINGBO = 1_421_700
_EPOCH = date(1970, 1, 1)
Array = NDArray[np.float64]


def day(when: date) -> int:
    return (when - _EPOCH).days


@dataclass(frozen=True)
class Town:
    """The tested rows, what is known of them, and what is true."""

    sample: Sample
    checks: Checks
    past: Sample
    past_checks: Checks
    truth: Array


def town(home: Path, businesses: int) -> tuple[Catalogue, Town]:
    """Make the city unless it is there, and look at the tested year and at the past."""
    catalogue = load_catalogue("ningbo")
    if not (home / "city" / "truth" / "city.json").is_file():
        made = generate(home / "city", businesses, seed=1)
        for delivery in made.deliveries:
            ingest(catalogue, home, delivery.folder, delivery.received_on)
    snapshot = Snapshot.current(home)
    days = [CohortDay(day(when)) for when in (*LEARNT, TESTED)]
    rows = monthly(snapshot, days)
    X = read(build(catalogue, snapshot, rows.spine, home))
    credit = catalogue.jurisdiction.outcome("credit")
    sample = sample_of(
        catalogue, snapshot, rows, X, credit, through=known_through(catalogue, snapshot)
    )
    draws, horizon = catalogue.jurisdiction.draws, credit.horizon
    assert draws is not None
    assert isinstance(horizon, Ahead)

    def looked(part: Sample) -> Checks:
        return checks_ahead(
            catalogue, snapshot, draws, horizon,
            entity_id=part.entity_id, as_of_day=part.as_of_day,
        )  # fmt: skip

    tested = sample.take(sample.as_of_day == day(TESTED))
    past = sample.take(sample.label_day <= day(TESTED))
    truth = true_chance(home / "city" / "truth" / "conduct.parquet", tested.entity_id)
    known = ~np.isnan(truth)
    tested = tested.take(known)
    return catalogue, Town(tested, looked(tested), past, looked(past), truth[known])


def true_chance(path: Path, entity_id: NDArray[np.str_]) -> Array:
    """Mean chance of a finding over the open months of the tested year; NaN without one."""
    months = [int((TESTED + timedelta(days=15 + 30 * m)).strftime("%Y%m")) for m in range(12)]
    table = pq.read_table(path, filters=[("month", "in", months), ("open", "=", True)])
    names, code = np.unique(table["uscc"].to_numpy(zero_copy_only=False).astype(str),
                            return_inverse=True)  # fmt: skip
    mean = np.bincount(code, table["found_if_checked"].to_numpy()) / np.bincount(code)
    at = np.minimum(np.searchsorted(names, entity_id), len(names) - 1)
    return np.where(names[at] == entity_id, mean[at], np.nan)


def true_auc(truth: Array, score: Array) -> float:
    """AUC if everyone were checked: each business is both outcomes, by its chance."""
    y = np.repeat([1, 0], len(truth))
    return Concordance(y, np.tile(score, 2)).auc(np.concatenate([truth, 1 - truth]))


def models(seen: Town) -> dict[str, Array]:
    """Scores of the tested rows by models learnt from the past in four ways."""
    features = load_catalogue("ningbo").jurisdiction.features
    settings = FitSettings()
    few = replace(settings, min_rows_in_leaf=20, min_hessian_in_leaf=1.0)
    every = replace(seen.past_checks, probability=np.ones(len(seen.past_checks)))
    blind = seen.past_checks.take(seen.past_checks.drawn & seen.past_checks.blind)
    ways = {
        "found in everyone (as in production)": (seen.past, settings),
        "all checks as they came": (replace(learn_from(seen.past, every), weight=None), few),
        "drawn checks, inverse probability": (learn_from(seen.past, seen.past_checks), few),
        "class-blind arm alone": (replace(learn_from(seen.past, blind), weight=None), few),
    }
    return {
        f"{name}: {int(rows.y.sum()):,} of {len(rows):,}": fit(rows, features, how).margins(
            seen.sample.X
        )
        for name, (rows, how) in ways.items()
    }


@dataclass(frozen=True)
class Redrawn:
    """Estimates of many redraws at one blind share: ``(REDRAWS,)`` by way of looking."""

    rate: dict[Look, Array]
    auc: dict[Look, Array]


def redraw(truth: Array, score: Array, share: float, rng: np.random.Generator) -> Redrawn:
    """Draw a year of checks by tier and blind, find what there is, estimate; many times."""
    tier = np.searchsorted(np.quantile(score, BETTER), score, side="right")
    chance = RATIOS[tier]
    rate: dict[Look, list[float]] = {look: [] for look in Look}
    auc: dict[Look, list[float]] = {look: [] for look in Look}
    for _ in range(REDRAWS):
        by_tier = np.flatnonzero(rng.random(len(truth)) < chance)
        at_will = np.flatnonzero(rng.random(len(truth)) < share)
        row = np.concatenate([by_tier, at_will])
        found = (rng.random(len(row)) < truth[row]).astype(np.int64)
        blind = np.arange(len(row)) >= len(by_tier)
        checks = Checks(row, found, np.where(blind, share, chance[row]), blind)
        for look, weight in (
            (Look.NAIVE, np.ones(len(row))), (Look.WEIGHTED, checks.weights()),
            (Look.BLIND, blind.astype(float)),
        ):  # fmt: skip
            used = weight > 0
            total = weight.sum()
            rate[look].append(float(weight @ found / total) if total else np.nan)
            auc[look].append(Concordance(found[used], score[row[used]]).auc(weight[used]))
    return Redrawn({k: np.array(v) for k, v in rate.items()},
                   {k: np.array(v) for k, v in auc.items()})  # fmt: skip


def plot(shares: dict[float, Redrawn], n: int, truth: float) -> None:
    """What share of blind checks buys what certainty about the rate of problems."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    colours = {Look.NAIVE: "#c92a2a", Look.WEIGHTED: "#1971c2", Look.BLIND: "#2b8a3e"}
    x = 100 * np.array(list(shares))
    for look, colour in colours.items():
        bias = [100 * (np.nanmean(r.rate[look]) - truth) for r in shares.values()]
        half = [196 * np.nanstd(r.rate[look]) for r in shares.values()]
        left.errorbar(x, bias, half, color=colour, marker="o", capsize=3, label=look.value)
        if look is not Look.NAIVE:
            at_home = np.array(half) * np.sqrt(n / NINGBO)
            right.plot(x, half, "o-", color=colour, label=f"{look.value}, {n:,} businesses")
            right.plot(x, at_home, "o--", color=colour, label=f"the same, {NINGBO:,} businesses")
    left.axhline(0, color="black", lw=0.8)
    left.set_ylabel("error of the rate, points (95 % of redraws)")
    right.set_ylabel("rate of problems known to ± points")
    right.set_yscale("log")
    right.set_yticks([0.2, 0.5, 1, 2, 5, 10], labels=["0.2", "0.5", "1", "2", "5", "10"])
    right.minorticks_off()
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xticks(x, labels=[f"{share:g}" for share in x])
        axes.minorticks_off()
        axes.set_xlabel("businesses checked blindly in a year, %")
        axes.legend(fontsize=7)
    figure.savefig(HERE / "certainty.png", dpi=110, metadata={"Software": None})


def _told(seen: Seen, truth_rate: float, truth_auc: float) -> str:
    rate = "–" if seen.rate is None else f"{seen.rate}"
    auc = "too few" if seen.auc is None else f"{seen.auc}"
    return f"{seen.checks:,} | {seen.problems:,} | {rate} | {auc}"


def page(seen: Town, businesses: int) -> list[str]:
    """The results as Markdown; the plot is drawn on the way."""
    by = models(seen)
    score = next(iter(by.values()))
    truth, exact = float(seen.truth.mean()), true_auc(seen.truth, score)
    looks = selective(seen.checks, score, seen.sample.entity_id, replicates=400, seed=1)
    rng = np.random.default_rng(7)
    shares = {share: redraw(seen.truth, score, share, rng) for share in SHARES}
    plot(shares, len(seen.truth), truth)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    lines = [
        "# The synthetic city", "",
        f"Commit {commit}, {businesses:,} businesses, {len(seen.truth):,} open on {TESTED}. "
        "Made by `python experiments/2026-11-selective-labels/ningbo.py`.", "",
        "## One city, as its records tell it", "",
        f"True rate of problems {truth:.4f}, true AUC of the credit model for them {exact:.4f}. "
        "In brackets 95 % intervals from resampling businesses.", "",
        "| checks asked | checks | problems | rate | AUC |", "|---|---|---|---|---|",
        *(f"| {look.value} | {_told(found, truth, exact)} |" for look, found in looks.items()), "",
        f"## {REDRAWS} redraws of the year's checks", "",
        "By tier at Henan's ratios, and blind. Mean error, and 1.96 standard deviations.", "",
        "| blind share | checks asked | error of the rate | ± | error of the AUC | ± |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for share, drawn in shares.items():
        for look in Look:
            rate, auc = drawn.rate[look], drawn.auc[look]
            lines.append(
                f"| {share:.1%} | {look.value} | {np.nanmean(rate) - truth:+.4f} "
                f"| {1.96 * np.nanstd(rate):.4f} | {np.nanmean(auc) - exact:+.4f} "
                f"| {1.96 * np.nanstd(auc):.4f} |"
            )
    lines += [
        "", "![Certainty by share of blind checks](certainty.png)", "",
        "## Learnt in four ways", "",
        "| learnt from: positives of rows | true AUC for problems |", "|---|---|",
        *(f"| {name} | {true_auc(seen.truth, scores):.4f} |" for name, scores in by.items()),
    ]  # fmt: skip
    return lines


def main() -> None:
    """Make, learn, look, redraw, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, default=20_000)
    parser.add_argument("--home", type=Path, default=Path("var/2026-11-selective-labels"))
    options = parser.parse_args()
    _, seen = town(options.home, options.businesses)
    text = "\n".join(page(seen, options.businesses)) + "\n"
    (HERE / "ningbo.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
