"""Tell MLflow of a run: what went in, what came out, what the gate said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from training.learn import Learned
from training.registry import Alias, Run, track
from training.settings import TrainSettings


def tracked(
    home: Path,
    city: str,
    learned: Sequence[Learned],
    settings: TrainSettings,
    *,
    bundle: str,
    passed: bool,
    artifacts: Path,
    inputs: Mapping[str, str],
) -> str:
    """Id of the tracked run; the model is champion when it passed, else challenger.

    Parameters
    ----------
    artifacts
        Folder with the card and its plots.
    inputs
        Hashes of what was learnt from.
    """
    alias: Alias = "champion" if passed else "challenger"
    run = Run(
        name=bundle[:12],
        params={**inputs, **_flat(asdict(settings))},
        metrics={
            f"{outcome}/{ranking}/{figure}": value
            for outcome, rankings in figures(learned).items()
            for ranking, found in rankings.items()
            for figure, value in found.items()
        },
        tags={"bundle": bundle, "gate": "passed" if passed else "failed"},
        artifacts=artifacts,
        models={one.outcome.name: one.model.text for one in learned},
    )
    return track(home, city, run, alias).run_id


def figures(learned: Sequence[Learned]) -> dict[str, dict[str, dict[str, float]]]:
    """Outcome → ranking → figure → value, out of time."""
    return {
        one.outcome.name: {
            ranking: evaluation.figures()
            for ranking, evaluation in one.judgement.evaluations.items()
        }
        for one in learned
    }


def _flat(settings: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}_")
        else:
            flat[f"{prefix}{name}"] = str(value)
    return flat
