"""``xinheng train`` and ``xinheng model``: learn, judge, and say what is in force."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from training.cli.place import Place
from training.cli.terminal import out, progress, table

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from training.settings import TrainSettings

REFUSED = 5  # exit code of a run whose model the gate refuses


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
@click.option(
    "--new-businesses", default=0, show_default=True, metavar="PARTS",
    help="Judge on businesses never learnt from, in so many parts (slower); 0: as they come.",
)  # fmt: skip
@click.option(
    "--from-draws",
    is_flag=True,
    help="Learn the credit outcome from drawn checks, by inverse probability.",
)
@click.option("--shap-plots", is_flag=True, help="Add shap's plots to the model card (slower).")
@click.pass_obj
def train(  # noqa: PLR0917  # one argument an option
    place: Place,
    outcomes: tuple[str, ...],
    seed: int,
    trials: int,
    stable_features: bool,
    new_businesses: int,
    from_draws: bool,
    shap_plots: bool,
) -> int:
    """Learn the credit outcome and the warnings; judge them out of time; seal a bundle.

    Every run is tracked in MLflow under the home folder, compared with its
    challengers (logistic model, scorecard, ranking by past violations), described
    in a model card, and registered. Exit code 5 when the gate refuses the model.
    """
    from training.settings import TrainSettings

    settings = TrainSettings(
        outcomes=outcomes or None, seed=seed, search_trials=trials,
        stable_features=stable_features, new_businesses=new_businesses,
        from_draws=from_draws, shap_plots=shap_plots,
    )  # fmt: skip
    return exit_code(place, settings)


def exit_code(place: Place, settings: TrainSettings) -> int:
    """Train with `settings`: 0, or `REFUSED` where the gate refuses the model."""
    return 0 if trained(place, settings) else REFUSED


def trained(place: Place, settings: TrainSettings) -> bool:
    """Train with `settings`, show how the models did; whether they take over."""
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
    return result.promoted


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
