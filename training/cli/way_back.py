"""``xinheng way-back``: what a business may do, and when better tiers are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from training.cli.decisions import edition_of
from training.cli.place import Place
from training.cli.terminal import out

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from serving.render.way_back import WayBackView


@click.command("way-back")
@click.argument("business_id")
@click.option(
    "--view", type=click.Choice(["regulator", "subject"]), default="regulator", show_default=True
)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The canonical JSON of the view.")
@click.pass_obj
def way_back(
    place: Place, business_id: str, view: WayBackView, language: str, as_json: bool
) -> None:
    """What BUSINESS_ID may lawfully do, and when better tiers are reached, as the service would."""
    from serving.answers.way_back import way_back_of
    from serving.language import Language
    from serving.render.way_back import way_back_json, way_back_text
    from training.cli.refused import refusals_told

    chosen: Language = "en" if language == "en" else "zh"
    with refusals_told(chosen):
        found, _ = way_back_of(edition_of(place), business_id)
    told = way_back_json(found, view).decode() if as_json else way_back_text(found, view, chosen)
    out.print(told, markup=False, soft_wrap=True, end="" if told.endswith("\n") else "\n")
