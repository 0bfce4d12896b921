"""How long the seven models of a city take, as a multiple of LightGBM's own fitting.

    python experiments/benchmarks/train_city.py                       # Ningbo, 2 cores: one command
    python experiments/benchmarks/train_city.py --businesses 100000 --rows-per-day 4000

The city is drawn: a matrix with Ningbo's declared features, most of them nought for most
businesses, and seven outcomes that depend on some of them. As in `xinheng train`, each
as-of day contributes a declared sample of businesses, and everyone is scored once.

* product: per outcome out-of-time folds with challengers, intervals and calibration, early
  stopping, the final fit; then everyone scored by every model, tiers and levels cut. Two
  outcomes side by side, one thread each.
* LightGBM alone: the same seven outcomes on the same rows with the same parameters and as
  many rounds, two threads, one `lightgbm.train` each, and nothing else.
* LightGBM alone, thinned: the same on the rows that the product's final fit keeps (ten
  negatives for each positive). The product fits such rows some seven times for each outcome
  (folds, early stopping, once more on resampled businesses), so it cannot be near this one.

Each side runs in a process of its own, one after the other, `--repeats` times in turn. The
time is processor time of the process (the machine may be busy) and elapsed time beside it.
Not measured: features and labels, which need records; see build_features.py.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from features.builder import SPINE, Matrix
from features.catalogue import Catalogue, load_catalogue
from features.contracts import Direction
from serving.manifest import CREDIT
from training.arrays import Floats, Ints
from training.assemble import freeze
from training.calendar import date_of, day_of, month_ends
from training.fit import _parameters
from training.learn import Learned, learn
from training.matrix import read
from training.sample import Sample
from training.scale import load_scale
from training.settings import TrainSettings

MODELS = 7
SIDES = ("product", "alone", "thinned")
_RATES = (0.023, 0.010, 0.012, 0.030, 0.006, 0.008, 0.015)
_BLOCK = 100_000
_DAY = day_of(month_ends(date_of(20_635), date_of(20_670))[0])


@dataclass(frozen=True)
class City:
    """What is drawn: chance and size of each feature, and what each outcome depends on."""

    chance: Floats
    size: Floats
    weights: Floats
    signs: Ints

    @classmethod
    def of(cls, catalogue: Catalogue, seed: int = 1) -> City:
        rng = np.random.default_rng(seed)
        n = len(catalogue.jurisdiction.features)
        signs = np.array(
            [
                -1 if f.direction is Direction.RISK_DOWN else 1
                for f in catalogue.jurisdiction.features
            ]
        )
        weights = rng.exponential(0.6, (MODELS, n)) * (rng.random((MODELS, n)) < 0.15)
        return cls(10 ** rng.uniform(-2.3, -0.2, n), rng.uniform(0.5, 3.0, n), weights, signs)

    def draw(self, rows: int, rng: np.random.Generator) -> Floats:
        """Features ``(rows, n)``: nought, or a positive number, missing now and then."""
        X = rng.exponential(self.size, (rows, len(self.size)))
        X[rng.random(X.shape) >= self.chance] = 0.0
        X[:, ::9][rng.random(X[:, ::9].shape) < 0.3] = np.nan
        return X

    def labels(self, X: Floats, outcome: int, rng: np.random.Generator) -> Ints:
        """Outcome of each row; its share is about the declared one."""
        known = np.minimum(np.nan_to_num(X), 3.0) * self.signs
        margin = known @ self.weights[outcome] + rng.normal(size=len(X))
        cut = np.quantile(margin, 1 - _RATES[outcome])
        y: Ints = (margin > cut).astype(np.int64)
        return y


def write_matrix(folder: Path, city: City, names: list[str], rows: int, days: list[int]) -> Matrix:
    """A matrix in the product's own form; rows of one day stand together."""
    folder.mkdir(parents=True)
    schema = pa.schema([*SPINE, *(pa.field(name, pa.float64()) for name in names)])
    rng = np.random.default_rng(2)
    number = 0
    with pq.ParquetWriter(folder / "matrix.parquet", schema) as writer:
        for day in days:
            for start in range(0, rows, _BLOCK):
                size = min(_BLOCK, rows - start)
                X = city.draw(size, rng)
                columns = [pa.array(X[:, i], from_pandas=True) for i in range(len(names))]
                spine = [
                    pa.array(np.arange(number, number + size), pa.int64()),
                    pa.array([f"{start + i:08}" for i in range(size)]),
                    pa.array(np.full(size, day), pa.int32()),
                ]
                writer.write_table(pa.table([*spine, *columns], schema=schema))
                number += size
    (folder / "manifest.json").write_text("{}")
    return Matrix(folder)


def samples(work: Path, catalogue: Catalogue) -> list[Sample]:
    """The labelled rows of each outcome, on one and the same matrix."""
    matrix = Matrix(work / "learnt")
    X = read(matrix)
    spine = matrix.read(["entity_id", "as_of_day"])
    entity = np.array(spine["entity_id"].to_pylist(), dtype=np.str_)
    day = spine["as_of_day"].to_numpy().astype(np.int64)
    city = City.of(catalogue)
    rng = np.random.default_rng(3)
    return [
        Sample(X, city.labels(X, outcome, rng), entity, day, day + 393, day)
        for outcome in range(MODELS)
    ]


def product(work: Path) -> dict[str, float]:
    """Learn and judge the seven outcomes, score everyone, cut tiers; rounds of each."""
    catalogue, settings = load_catalogue("ningbo"), TrainSettings(track=False)
    outcomes = catalogue.jurisdiction.outcomes[:MODELS]
    all_samples = samples(work, catalogue)

    def one(number: int) -> Learned:
        features = catalogue.jurisdiction.features
        return learn(features, outcomes[number], all_samples[number], settings)

    started, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(2) as pool:
        learned = list(pool.map(one, range(MODELS)))
    fitted, fitted_used = time.perf_counter() - started, time.process_time() - used
    scale = load_scale(catalogue.policy_folder, date_of(_DAY))
    freeze(learned, Matrix(work / "everyone"), scale)
    return {
        "elapsed": time.perf_counter() - started,
        "processor": time.process_time() - used,
        "learning": fitted,
        "learning_processor": fitted_used,
        "auc": learned[0].judgement.model.auc.value,
        **{f"rounds_{i}": one.model.rounds for i, one in enumerate(learned)},
    }


def alone(work: Path, rounds: list[int], *, thinned: bool) -> dict[str, float]:
    """LightGBM on the same rows with the same parameters, once for each outcome."""
    import lightgbm

    catalogue, settings = load_catalogue("ningbo"), TrainSettings()
    features = catalogue.jurisdiction.features
    parameters = {**_parameters(features, settings.fit), "num_threads": 2}
    all_samples = samples(work, catalogue)
    started, used = time.perf_counter(), time.process_time()
    for drawn, number in zip(all_samples, rounds, strict=True):
        sample = drawn
        if thinned:
            sample = drawn.thinned(settings.fit.negatives_per_positive, settings.fit.seed)
        data = lightgbm.Dataset(
            sample.X, sample.y, params=parameters,
            categorical_feature=[i for i, f in enumerate(features) if f.categorical],
        )  # fmt: skip
        lightgbm.train(parameters, data, number)
    return {"elapsed": time.perf_counter() - started, "processor": time.process_time() - used}


def in_a_process(work: Path, side: str, rounds: list[int]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--side", side, "--work", str(work),
         "--rounds", json.dumps(rounds)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--businesses", type=int, default=1_420_000)
    parser.add_argument("--days", type=int, default=8)
    parser.add_argument("--rows-per-day", type=int, default=TrainSettings().rows_per_day)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--side", choices=SIDES)
    parser.add_argument("--work", type=Path, help="keep the matrices here, or use those there")
    parser.add_argument("--rounds", type=json.loads, default=[])
    given = parser.parse_args()
    if given.side:
        thinned = given.side == "thinned"
        found = (
            product(given.work) if given.side == "product"
            else alone(given.work, given.rounds, thinned=thinned)
        )  # fmt: skip
        found["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(json.dumps(found))
        return
    catalogue = load_catalogue("ningbo")
    city, names = City.of(catalogue), [f.name for f in catalogue.jurisdiction.features]
    days = [day_of(end) for end in month_ends(date_of(_DAY - 1200), date_of(_DAY - 393))][::3]
    with TemporaryDirectory() as folder:
        work = given.work or Path(folder)
        if not (work / "everyone").is_dir():
            write_matrix(work / "learnt", city, names, given.rows_per_day, days[-given.days :])
            write_matrix(work / "everyone", city, names, given.businesses, [_DAY])
        runs: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
        for _ in range(given.repeats):
            runs["product"].append(in_a_process(work, "product", []))
            rounds = [int(runs["product"][-1][f"rounds_{i}"]) for i in range(MODELS)]
            for side in SIDES[1:]:
                runs[side].append(in_a_process(work, side, rounds))
    print(
        f"{given.businesses:,} businesses scored, {given.days} days × {given.rows_per_day:,} rows, "
        f"{len(names)} features, {MODELS} models ({CREDIT}: AUC {runs['product'][-1]['auc']:.3f})"
    )
    best = {side: min(runs[side], key=lambda run: run["processor"]) for side in runs}
    for side, run in best.items():
        print(
            f"{side}: processor {run['processor']:.1f} s, elapsed {run['elapsed']:.1f} s, "
            f"peak {run['peak_gib']:.2f} GiB"
        )
    print(f"of the product learning: processor {best['product']['learning_processor']:.1f} s")
    for side in SIDES[1:]:
        ratios = [best["product"][kind] / best[side][kind] for kind in ("processor", "elapsed")]
        print(f"product ÷ {side}: processor {ratios[0]:.2f}, elapsed {ratios[1]:.2f}")


if __name__ == "__main__":
    main()
