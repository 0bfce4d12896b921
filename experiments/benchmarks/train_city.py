"""How long the seven models of a city take, as a multiple of LightGBM's own fitting.

    python experiments/benchmarks/train_city.py FOLDER                # Ningbo, 2 cores
    python experiments/benchmarks/train_city.py FOLDER --for 240      # again until all is there
    python experiments/benchmarks/train_city.py FOLDER --businesses 50000 --rows-per-day 3000

The city is drawn: a matrix with Ningbo's declared features, most of them nought for most
businesses, and seven outcomes that depend on some of them. As in `xinheng train`, each
as-of day contributes a declared sample of businesses, and everyone is scored once.

* product: per outcome out-of-time folds with challengers, intervals, segments and
  calibration, early stopping, the final fit; then everyone scored by every model, tiers
  and levels cut.
* alone: LightGBM on the same rows with the same parameters and as many rounds, one
  `lightgbm.train` for each outcome, and nothing else.
* thinned: the same on the rows that the product's final fit keeps (ten negatives for each
  positive). The product fits such rows some seven times for each outcome (folds, early
  stopping, once more on resampled businesses), so it cannot be near this one.

The work goes in parts: the outcomes two by two, side by side on one thread each, as the
product does it; one side after the other for each two, so that all meet the same machine.
Each part is a process of its own and leaves its figures in FOLDER; what is there is not
done again, so a run may be cut off, or end itself (`--for` seconds: no part begins later),
and be gone on with. The time that counts is processor time, because the machine may be busy;
imports are not counted on either side.
Not measured: features and labels, which need records; see build_features.py.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from features.builder import SPINE, Matrix
from features.catalogue import Catalogue, load_catalogue
from features.contracts import Direction, Outcome
from serving import canonical
from serving.manifest import Calibration
from training.arrays import Floats, Ints, Texts
from training.assemble import freeze
from training.calendar import date_of, day_of, month_ends
from training.fit import Fitted, _parameters
from training.learn import learn
from training.matrix import read
from training.sample import Sample
from training.scale import load_scale
from training.settings import TrainSettings

MODELS = 7
PAIRS = ((0, 1), (2, 3), (4, 5), (6,))
SIDES = ("product", "alone", "thinned")
_RATES = (0.023, 0.010, 0.012, 0.030, 0.006, 0.008, 0.015)
_SEGMENTS = {"district": 12, "sector": 15, "size": 4, "age": 4, "form": 3, "online": 2}
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


@dataclass(frozen=True)
class Scorable:
    """What `freeze` needs of an outcome learnt by another process."""

    outcome: Outcome
    model: Fitted
    calibration: Calibration


@dataclass(frozen=True)
class Run:
    """One folder of parts, and the city they are about."""

    folder: Path
    businesses: int
    days: int
    rows_per_day: int

    def city(self) -> dict[str, float]:
        """Write what is learnt from, and everyone."""
        catalogue = load_catalogue("ningbo")
        city, names = City.of(catalogue), [f.name for f in catalogue.jurisdiction.features]
        days = [day_of(end) for end in month_ends(date_of(_DAY - 1200), date_of(_DAY - 393))][::3]
        write_matrix(self.folder / "learnt", city, names, self.rows_per_day, days[-self.days :])
        write_matrix(self.folder / "everyone", city, names, self.businesses, [_DAY])
        return {"features": len(names)}

    def product(self, pair: tuple[int, ...]) -> dict[str, float]:
        """Learn and judge the pair's outcomes; what ships is left in the folder."""
        catalogue, settings = load_catalogue("ningbo"), TrainSettings(track=False)
        samples = self._samples(pair)

        def one(number: int) -> dict[str, float]:
            city = catalogue.jurisdiction
            learned = learn(
                city.features, city.outcomes[number], samples[number], settings, _segmented,
                certainty=0.9,
            )  # fmt: skip
            (self.folder / f"model-{number}.txt").write_text(learned.model.text)
            (self.folder / f"calibration-{number}.json").write_bytes(
                canonical.encode(learned.calibration)
            )
            auc = learned.judgement.model.auc.value
            return {f"rounds_{number}": learned.model.rounds, f"auc_{number}": auc}

        return _timed(lambda: _side_by_side(one, pair))

    def alone(self, pair: tuple[int, ...], *, thinned: bool) -> dict[str, float]:
        """LightGBM on the same rows with the same parameters, once for each outcome."""
        import lightgbm

        catalogue, settings = load_catalogue("ningbo"), TrainSettings()
        features = catalogue.jurisdiction.features
        parameters = _parameters(features, settings.fit)
        rounds = self.figures(f"product-{pair[0]}")
        samples = self._samples(pair)

        def one(number: int) -> dict[str, float]:
            sample = samples[number]
            if thinned:
                sample = sample.thinned(settings.fit.negatives_per_positive, settings.fit.seed)
            data = lightgbm.Dataset(
                sample.X, sample.y, params=parameters,
                categorical_feature=[i for i, f in enumerate(features) if f.categorical],
            )  # fmt: skip
            lightgbm.train(parameters, data, int(rounds[f"rounds_{number}"]))
            return {f"rows_{number}": len(sample)}

        return _timed(lambda: _side_by_side(one, pair))

    def scored(self) -> dict[str, float]:
        """Everyone scored by every model; tiers and levels cut."""
        catalogue = load_catalogue("ningbo")
        scale = load_scale(catalogue.policy_folder, date_of(_DAY))
        learned = [
            Scorable(
                catalogue.jurisdiction.outcomes[number],
                Fitted((self.folder / f"model-{number}.txt").read_text(), 0, 0, 0),
                canonical.decode(
                    Calibration,
                    (self.folder / f"calibration-{number}.json").read_bytes(),
                    "calibration",
                ),
            )
            for number in range(MODELS)
        ]

        def score() -> dict[str, float]:
            freeze(learned, Matrix(self.folder / "everyone"), scale)
            return {}

        return _timed(score)

    def parts(self) -> dict[str, Callable[[], dict[str, float]]]:
        """Every part by name, in the order they are done in."""
        found: dict[str, Callable[[], dict[str, float]]] = {"city": self.city}
        for pair in PAIRS:
            found[f"product-{pair[0]}"] = lambda pair=pair: self.product(pair)
            found[f"alone-{pair[0]}"] = lambda pair=pair: self.alone(pair, thinned=False)
            found[f"thinned-{pair[0]}"] = lambda pair=pair: self.alone(pair, thinned=True)
        return found | {"product-scored": self.scored}

    def file(self, part: str) -> Path:
        return self.folder / f"{part}.json"

    def figures(self, part: str) -> dict[str, float]:
        found: dict[str, float] = json.loads(self.file(part).read_text())
        return found

    def _samples(self, pair: tuple[int, ...]) -> Mapping[int, Sample]:
        """The labelled rows of the outcomes, on one and the same matrix."""
        matrix = Matrix(self.folder / "learnt")
        X = read(matrix)
        spine = matrix.read(["entity_id", "as_of_day"])
        entity = np.array(spine["entity_id"].to_pylist(), dtype=np.str_)
        day = spine["as_of_day"].to_numpy().astype(np.int64)
        city = City.of(load_catalogue("ningbo"))
        return {
            number: Sample(
                X, city.labels(X, number, np.random.default_rng([3, number])),
                entity, day, day + 393, day,
            )
            for number in pair
        }  # fmt: skip


def write_matrix(folder: Path, city: City, names: list[str], rows: int, days: list[int]) -> None:
    """A matrix in the product's own form; rows of one day stand together."""
    folder.mkdir(parents=True, exist_ok=True)
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


def _segmented(tested: Sample) -> Mapping[str, Texts]:
    rng = np.random.default_rng(4)
    return {
        name: rng.integers(0, groups, len(tested)).astype(np.str_)
        for name, groups in _SEGMENTS.items()
    }


def _side_by_side(
    one: Callable[[int], dict[str, float]], numbers: tuple[int, ...]
) -> dict[str, float]:
    with ThreadPoolExecutor(len(numbers)) as pool:
        return {key: v for found in pool.map(one, numbers) for key, v in found.items()}


def _warm() -> None:
    """Import what a run imports once, so that no part pays for it."""
    for name in ("lightgbm", "fairlearn.metrics", "sklearn.linear_model", "scipy.special"):
        importlib.import_module(name)


def _timed(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    _warm()
    started, used = time.perf_counter(), time.process_time()
    found = work()
    return {
        "processor": time.process_time() - used,
        "elapsed": time.perf_counter() - started,
        **found,
    }


def told(run: Run) -> None:
    """Print each side's figures and the ratios, as Markdown."""
    sides: dict[str, list[dict[str, float]]] = {
        side: [run.figures(part) for part in run.parts() if part.startswith(side)] for side in SIDES
    }
    print(
        f"{run.businesses:,} businesses scored, {run.days} days × {run.rows_per_day:,} rows, "
        f"{run.figures('city')['features']:.0f} features, {MODELS} models"
    )
    print("\n| side | processor | elapsed | peak of a part |\n|---|---|---|---|")
    total = {side: sum(part["processor"] for part in found) for side, found in sides.items()}
    for side, found in sides.items():
        elapsed = sum(part["elapsed"] for part in found)
        peak = max(part["peak_gib"] for part in found)
        print(f"| {side} | {total[side]:.1f} s | {elapsed:.1f} s | {peak:.2f} GiB |")
    scored = run.figures("product-scored")
    print(f"| of the product scoring everyone | {scored['processor']:.1f} s "
          f"| {scored['elapsed']:.1f} s | {scored['peak_gib']:.2f} GiB |")  # fmt: skip
    for side in SIDES[1:]:
        print(f"| **product ÷ {side}** | **{total['product'] / total[side]:.2f}** | | |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the parts are left")
    parser.add_argument("--businesses", type=int, default=1_420_000)
    parser.add_argument("--days", type=int, default=8)
    parser.add_argument("--rows-per-day", type=int, default=TrainSettings().rows_per_day)
    parser.add_argument("--for", dest="seconds", type=float, help="begin no part after so long")
    parser.add_argument("--part", help="only this one, in this process")
    given = parser.parse_args()
    run = Run(given.folder, given.businesses, given.days, given.rows_per_day)
    if given.part:
        found = run.parts()[given.part]()
        found["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        run.file(given.part).write_text(json.dumps(found, indent=1))
        return
    run.folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for part in run.parts():
        if run.file(part).is_file():
            continue
        if given.seconds is not None and time.monotonic() - began > given.seconds:
            print(f"stopped before {part}; the same command goes on there")
            return
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--part", part], check=True)
        print(part, json.dumps(run.figures(part)), flush=True)
    told(run)


if __name__ == "__main__":
    main()
