"""Export the folds of Chicago and Beijing, and judge what other learners made of them.

    XINHENG_REAL_DATA=<folder that holds chicago/ and beijing/> \
        python experiments/2026-11-challengers/run.py export FOLDER
    python experiments/2026-11-challengers/run.py judge FOLDER

Between the two, ``learners.py`` runs in an environment of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from features.catalogue import Catalogue, load_catalogue
from features.ingest import ingest
from features.snapshot import Snapshot
from training.arrays import Floats
from training.calendar import day_of
from training.fit import FitSettings, _offsets, monotone_constraints
from training.judge import MODEL, Predictions, judge, predict
from training.sample import Sample
from training.settings import TrainSettings
from training.splits import Fold, rolling_origin
from training.study import rolling_origin_study

HERE = Path(__file__).resolve().parent
CITIES = HERE.parent / "cities"
# As in ../2026-11-chicago/run.py; Beijing has the defaults.
CHICAGO = FitSettings(
    learning_rate=0.02, leaves=4, depth=3, min_rows_in_leaf=150, l2=20.0, feature_share=0.05,
    row_share=0.7, bins=15, max_rounds=700, patience=700,
)  # fmt: skip
RECEIVED = {"chicago": date(2014, 9, 1), "beijing": date(2025, 4, 1)}
REPLICATES = 300


def sample_of(city: str, home: Path, delivered: Path) -> tuple[Catalogue, Sample]:
    """The city's labelled rows, as its own study has them."""
    catalogue = load_catalogue(str(CITIES / city))
    ingest(catalogue, home, delivered, RECEIVED[city])
    last = date(2014, 8, 31) if city == "chicago" else date(2023, 12, 31)
    study = rolling_origin_study(
        catalogue, Snapshot.current(home), home, first=last, last=last,
        settings=TrainSettings(replicates=2),
    )  # fmt: skip
    return catalogue, study.sample


def months(sample: Sample, year: int, which: Sequence[int]) -> list[Fold]:
    """A fold for each month: learnt from all that was known on the day before it."""
    cuts = [day_of(date(year, month, 1)) - 1 for month in which]
    return list(rolling_origin(sample.as_of_day, sample.label_day, cuts))


def at_once(sample: Sample, name: str, learnt: date, tested: date) -> Fold:
    cut = day_of(learnt)
    return Fold(
        name, cut, np.flatnonzero(sample.label_day <= cut),
        np.flatnonzero((sample.event_day > cut) & (sample.event_day <= day_of(tested))),
    )  # fmt: skip


def folds_of(city: str, sample: Sample) -> tuple[list[Fold], list[Fold]]:
    """Folds to choose settings on, and folds to be judged on."""
    if city == "chicago":
        return months(sample, 2013, (3, 6, 9, 12)), months(sample, 2014, range(1, 9))
    return (
        [at_once(sample, "2022 H2", date(2022, 6, 30), date(2022, 12, 31))],
        [at_once(sample, "2023", date(2022, 12, 31), date(2023, 12, 31))],
    )


def export(city: str, folder: Path, data: Path) -> None:
    """Write what a learner needs, and what ours makes of the same folds."""
    catalogue, sample = sample_of(city, folder / f"home-{city}", data / city)
    features = catalogue.jurisdiction.features
    choice, judged = folds_of(city, sample)
    arrays: dict[str, np.ndarray] = {"X": sample.X, "y": sample.y}
    for kind, folds in (("choice", choice), ("judged", judged)):
        for number, fold in enumerate(folds):
            past = sample.take(fold.train)
            arrays[f"{kind}-{number}-train"] = fold.train
            arrays[f"{kind}-{number}-test"] = fold.test
            arrays[f"{kind}-{number}-offset"] = _offsets(past, CHICAGO.seed)
    settings = CHICAGO if city == "chicago" else FitSettings()
    said = predict(sample, judged, features, catalogue.jurisdiction.outcome("credit"), settings)
    np.savez(folder / f"{city}.npz", **arrays)
    np.savez(
        folder / f"{city}-ours.npz", rows=said.rows, month=said.month, entity=sample.entity_id,
        as_of=sample.as_of_day, label=sample.label_day, event=sample.event_day,
        nuisance=np.array([]) if sample.nuisance is None else sample.nuisance,
        **{f"score-{name}": score for name, score in said.scores.items()},
    )  # fmt: skip
    told = {
        "names": [feature.name for feature in features],
        "categorical": [feature.categorical for feature in features],
        "monotone": monotone_constraints(features),
        "choice": len(choice), "judged": len(judged),
        "offset": sample.nuisance is not None,
        "snapshot": Snapshot.current(folder / f"home-{city}").name[:12],
    }  # fmt: skip
    (folder / f"{city}.json").write_text(json.dumps(told))
    print(f"{city}: {len(sample):,} rows, {len(features)} features, {len(judged)} judged folds")


def judged(city: str, folder: Path) -> list[str]:
    """All rankings of a city's tested rows, ours first, as lines of Markdown."""
    ours, theirs = np.load(folder / f"{city}-ours.npz"), np.load(folder / f"{city}-theirs.npz")
    matrix, told = (
        np.load(folder / f"{city}.npz"),
        json.loads((folder / f"{city}.json").read_text()),
    )
    sample = Sample(
        X=matrix["X"], y=matrix["y"], entity_id=ours["entity"], as_of_day=ours["as_of"],
        label_day=ours["label"], event_day=ours["event"],
        nuisance=ours["nuisance"] if told["offset"] else None,
    )  # fmt: skip
    scores: dict[str, Floats] = {
        name.removeprefix("score-"): ours[name] for name in ours.files if name.startswith("score-")
    } | {name: theirs[name] for name in theirs.files}
    said = Predictions(ours["rows"], ours["month"], scores)
    figures = judge(sample, said, replicates=REPLICATES)
    chosen = json.loads((folder / f"{city}-chosen.json").read_text())
    tested = sample.y[said.rows]
    lines = [
        f"## {city.title()}", "",
        f"Snapshot `{told['snapshot']}`; {len(told['names'])} features; {len(tested):,} rows, "
        f"{int(tested.sum()):,} positives, {told['judged']} folds.", "",
        "| ranking | settings chosen | AUC | AUC within inspector group | lift, top tenth "
        "| ours ahead by | processor seconds |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, one in figures.evaluations.items():
        ahead = "" if name == MODEL else str(figures.advantage[name])
        setting, spent = chosen.get(name, ("", None))
        within = "–" if one.stratified_auc is None else str(one.stratified_auc)
        seconds = "" if spent is None else f"{spent:.0f}"
        title = "**Xinheng (LightGBM)**" if name == MODEL else name
        lines.append(
            f"| {title} | {setting} | {one.auc} | {within} | {one.lift_top_decile:.2f} | {ahead} "
            f"| {seconds} |"
        )
    return [*lines, ""]


def main() -> None:
    """Export, or judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["export", "judge"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("XINHENG_REAL_DATA"))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.what == "export":
        if given.data is None:
            sys.exit("name the folder that holds the cities by --data or XINHENG_REAL_DATA")
        for city in RECEIVED:
            export(city, given.folder, Path(given.data))
        return
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=HERE, check=True, capture_output=True,
        text=True,
    ).stdout.strip()  # fmt: skip
    lines = [
        "# Results", "",
        f"Made by `run.py` at commit `{commit}`. In brackets: 95 % intervals from {REPLICATES} "
        "resamplings of businesses, the same for all rankings; differences are paired, in Chicago "
        "within inspector groups. Processor seconds: the judged fits, one thread.", "",
    ]  # fmt: skip
    for city in RECEIVED:
        lines += judged(city, given.folder)
    (HERE / "results.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
