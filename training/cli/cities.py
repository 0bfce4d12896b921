"""``xinheng jurisdictions`` and ``xinheng status``: what there is and how far it is."""

from __future__ import annotations

from importlib import resources

import click

from features.catalogue import load_catalogue
from features.durable import pointed
from training.cli.place import Place
from training.cli.terminal import table


@click.command()
def jurisdictions() -> None:
    """List the built-in cities; any other is a folder of declarations."""
    names = sorted(
        entry.name
        for entry in resources.files("features.jurisdictions").iterdir()
        if entry.is_dir() and entry.joinpath("__init__.py").is_file()
    )
    rows = []
    for name in names:
        city = load_catalogue(name).jurisdiction
        rows.append(
            [name, f"{city.title.zh} {city.title.en}", str(len(city.sources)),
             str(len(city.features)), str(len(city.outcomes))]
        )  # fmt: skip
    table("built-in cities", ["name", "city", "sources", "features", "outcomes"], rows)


@click.command()
@click.pass_obj
def status(place: Place) -> None:
    """Say what is in force in the home folder: snapshot, bundle, scores."""
    rows = []
    for step, folder in (("records", "records"), ("bundle", "bundles"), ("scores", "scores")):
        name = pointed(place.home / folder / "CURRENT")
        rows.append([step, name[:16] if name else "none yet"])
    table(f"{place.catalogue.jurisdiction.title.en} in {place.home}", ["step", "in force"], rows)
