"""``xinheng train`` and ``xinheng model``: learn, judge, and say what is in force."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from training.cli.place import Place
from training.cli.terminal import out, progress, table

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from training.settings import TrainSettings


@click.command()
@click.option(
    "--outcome", "outcomes", multiple=True,
    help="Learn only this outcome beside the credit one; may be repeated.",
)  # fmt: skip
@click.option("--seed", default=20240531, show_default=True)
@click.option(
    "--search",
    "trials",
    default=0,
    show_default=True,
    help="Settings tried for each outcome inside its training period; none by default.",
)
@click.option(
    "--stable-features",
    is_flag=True,
    help="Use only features that help in most parts of the businesses (slower).",
)
@click.option("--shap-plots", is_flag=True, help="Add shap's plots to the model card (slower).")
@click.pass_obj
def train(  # noqa: PLR0917  # one argument an option
    place: Place,
    outcomes: tuple[str, ...],
    seed: int,
    trials: int,
    stable_features: bool,
    shap_plots: bool,
) -> None:
    """Learn the credit outcome and the warnings; judge them out of time; seal a bundle.

    Every run is tracked in MLflow under the home folder, compared with its
    challengers (logistic model, scorecard, ranking by past violations), described
    in a model card, and registered.
    """
    from training.settings import TrainSettings

    settings = TrainSettings(
        outcomes=outcomes or None, seed=seed, search_trials=trials,
        stable_features=stable_features, shap_plots=shap_plots,
    )  # fmt: skip
    trained(place, settings)


def trained(place: Place, settings: TrainSettings) -> None:
    """Train with `settings` and show how the models did."""
    from features.snapshot import Snapshot
    from training.train import train as run

    with progress("models") as report:
        result = run(place.catalogue, Snapshot.current(place.home), place.home, report, settings)
    table(
        "out of time", ["outcome", "model", "AUC", "95 % interval", "lift in top decile"],
        [list(row) for row in result.rows()],
    )  # fmt: skip
    table("gate", ["rule", "asks", "found", ""], [list(row) for row in result.applied()])
    out.print(f"bundle {result.bundle}\nmodel card {result.card}", soft_wrap=True)
    refused = [rule.name for rule in result.rules if rule.holds is False]
    told = f"refused by: {'; '.join(refused)}" if refused else "takes over as champion"
    out.print(told, soft_wrap=True)


@click.command()
@click.pass_obj
def model(place: Place) -> None:
    """Show the bundle in force: outcomes, tier cut-offs, hashes."""
    from features.durable import pointed
    from features.errors import Fault, YourInput

    name = pointed(place.home / "bundles" / "CURRENT")
    if name is None:
        raise YourInput(
            str(Fault("no bundle", str(place.home), "a trained model", "none", "xinheng train"))
        )
    manifest = json.loads((place.home / "bundles" / name / "manifest.json").read_bytes())
    out.print_json(
        json.dumps(
            {
                "bundle": name,
                **{k: manifest[k] for k in ("trained_as_of", "score", "tiers", "warnings")},
                "models": sorted(manifest["models"]),
                "features": len(manifest["features"]),
            }
        )
    )
