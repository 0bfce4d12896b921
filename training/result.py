"""What a training run made, kept beside its model card."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from training.gate import HOLDS, Rule

RESULT = "result.json"


@dataclass(frozen=True)
class TrainingResult:
    """What a run made.

    Parameters
    ----------
    bundle
        Name of the bundle.
    run
        Folder with the model card, its plots and ``result.json``.
    promoted
        Whether the gate let it take over, so that ``bundles/CURRENT`` names it.
    rules
        The gate's rules as applied.
    figures
        Outcome → ranking → figure → value, out of time.
    left_out
        Outcome → why it was not learnt.
    as_of
        Day on which everyone was scored to set the tiers, ISO.
    population
        Name of the matrix of everyone open on that day.
    mlflow_run
        Id of the tracked run; none when tracking was off.
    repeated
        Whether an earlier run with the same inputs was found.
    """

    bundle: str
    run: Path
    promoted: bool
    rules: tuple[Rule, ...]
    figures: Mapping[str, Mapping[str, Mapping[str, float]]]
    left_out: Mapping[str, str]
    as_of: str
    population: str
    mlflow_run: str | None
    repeated: bool = False

    @property
    def card(self) -> Path:
        """The model card as one HTML file."""
        return self.run / "model_card.html"

    def applied(self) -> Iterator[tuple[str, str, str, str]]:
        """Each rule of the gate, its bound, its figure, and whether it holds."""
        for rule in self.rules:
            yield rule.name, rule.asks, rule.found, HOLDS[rule.holds]

    def rows(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Outcome, ranking, AUC, its 95 % interval, lift in the top tenth."""
        for outcome, rankings in self.figures.items():
            for ranking, figures in rankings.items():
                interval = f"{figures['auc_low']:.3f}–{figures['auc_high']:.3f}"
                lift = f"{figures['lift_top_decile']:.2f}"
                yield outcome, ranking, f"{figures['auc']:.3f}", interval, lift


def save(result: TrainingResult, folder: Path) -> None:
    """Write ``result.json`` into the run's folder."""
    content = {k: v for k, v in asdict(result).items() if k not in ("run", "repeated")}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)
    (folder / RESULT).write_text(text + "\n", encoding="utf-8")


def repeated(folder: Path) -> TrainingResult:
    """The result of an earlier run with the same inputs."""
    content = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    rules = tuple(Rule(**rule) for rule in content.pop("rules"))
    return TrainingResult(**content, rules=rules, run=folder, repeated=True)
