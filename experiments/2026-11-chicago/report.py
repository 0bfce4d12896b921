"""Write the study's results once as a table to be read and once as data."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from figures import FIGURES

from features.snapshot import Snapshot
from training.concordance import Interval
from training.study import Study

_TITLES = {
    "model": "**Xinheng** (knows no inspector)",
    "actual_order": "(a) actual order of the visits",
    "past_violations": "(b) past violations",
    "logistic": "(c) logistic, same features, C 0.1",
    "logistic_strong": "(c) logistic, same features, C 0.001",
    "scorecard": "points scorecard, same features",
    "city_without_inspector": "(d) city's features, no inspector",
    "city_with_inspector": "(d) city's features and inspector",
    "model_told_inspector": "Xinheng and inspector (a schedule, no credit score)",
    "no_offset": "Xinheng trained without the inspector offset",
    "with_surroundings": "Xinheng with surroundings",
}
# Code that the results depend on.
_CODE = ("features", "training", "serving", "experiments")
_HEADS = ("AUC", "AUC within inspector group", "lift, top decile", "days earlier")


@dataclass(frozen=True)
class Window:
    """Months that are judged together, both included, as ``YYYY-MM``."""

    name: str
    first: str
    last: str
    what: str


@dataclass(frozen=True)
class Result:
    """Figures of every ranking of one outcome in one window."""

    outcome: str
    window: Window
    figures: Mapping[str, Mapping[str, Interval]]


@dataclass(frozen=True)
class Code:
    """The commit a process runs, and how many of its files are not as committed."""

    commit: str
    uncommitted_changes: int

    @classmethod
    def now(cls) -> Code:
        """As the checkout stands."""
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", *_CODE)
        return cls(_git("rev-parse", "HEAD"), len(changed.splitlines()))


@dataclass(frozen=True)
class Origin:
    """What the results were made from."""

    code: Code
    snapshot: Snapshot
    delivered: Path
    settings: Mapping[str, object]

    def data(self) -> dict[str, object]:
        """Commit, hashes and settings, as they go into the result.

        Raises RuntimeError when the checkout changed while the study ran.
        """
        if Code.now() != self.code:
            raise RuntimeError("the code changed during the run: its results have no commit")
        return {
            **vars(self.code),
            "catalogue": self.snapshot.manifest.catalogue,
            "snapshot": self.snapshot.name,
            "data_sha256": {
                path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(self.delivered.glob("*.parquet"))
            },
            "settings": dict(self.settings),
        }


def write(folder: Path, results: Sequence[Result], study: Study, origin: Origin) -> None:
    """Write ``results.md`` and ``results.json`` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    made_from = {**origin.data(), "matrix": study.matrix}
    data = {
        "origin": made_from,
        "months": [vars(month) | {"auc": dict(month.auc)} for month in study.months],
        "results": [_data(result) for result in results],
    }
    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / "results.json").write_text(text + "\n", encoding="utf-8")
    (folder / "results.md").write_text(
        "\n".join(_page(results, study, made_from)), encoding="utf-8"
    )


def _git(*arguments: str) -> str:
    here = Path(__file__).parent
    done = subprocess.run(
        ["git", *arguments], cwd=here.parents[1], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _data(result: Result) -> dict[str, object]:
    model = result.figures["model"]
    return {
        "outcome": result.outcome,
        "window": vars(result.window),
        "figures": {
            name: {figure: _triple(found[figure]) for figure in FIGURES}
            for name, found in result.figures.items()
        },
        "model_minus": {
            name: {figure: _triple(model[figure].minus(found[figure])) for figure in FIGURES}
            for name, found in result.figures.items()
            if name != "model"
        },
    }


def _triple(interval: Interval) -> list[float]:
    return [round(x, 5) for x in (interval.value, interval.low, interval.high)]


def _page(results: Sequence[Result], study: Study, origin: Mapping[str, object]) -> Iterator[str]:
    yield "# Results\n"
    yield f"Commit `{str(origin['commit'])[:12]}`, snapshot `{str(origin['snapshot'])[:12]}`, "
    yield "made by `run.py`. "
    yield "In brackets: 95 % intervals from resampling businesses, the same for all "
    yield "rankings. “Advantage” is Xinheng minus the other, paired, within inspector groups.\n"
    for result in results:
        yield from _table(result)
    yield "## Month by month (credit)\n"
    yield study.table()


def _table(result: Result) -> Iterator[str]:
    window = result.window
    yield f"## {result.outcome}: {window.first} to {window.last} — {window.what}\n"
    yield f"| ranking | {' | '.join(_HEADS)} | advantage |"
    yield "|" + "---|" * (len(_HEADS) + 2)
    model = result.figures["model"]
    for name, title in _TITLES.items():
        found = result.figures.get(name)
        if found is None:
            continue
        cells = [
            _cell(found[figure], 3 if "auc" in figure else 1 if "days" in figure else 2)
            for figure in FIGURES
        ]
        ahead = model["stratified_auc"].minus(found["stratified_auc"])
        yield f"| {title} | {' | '.join(cells)} | {'' if name == 'model' else _cell(ahead, 3)} |"
    yield ""


def _cell(interval: Interval, decimals: int) -> str:
    value, low, high = (f"{x:.{decimals}f}" for x in (interval.value, interval.low, interval.high))
    return f"{value} ({low} to {high})"
