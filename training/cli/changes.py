"""``xinheng changes``: why a business's score and tier changed since a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from training.cli.decisions import edition_of, settings_of
from training.cli.place import Place
from training.cli.terminal import out

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from serving.render.change_text import ChangeView


@click.command()
@click.argument("business_id")
@click.option(
    "--from", "since", metavar="DAY|SCORES",
    help="A day, or the name of a published set of scores.  [default: month end before --to]",
)  # fmt: skip
@click.option(
    "--to", "until", metavar="DAY|SCORES", help="The same.  [default: the scores in force]"
)
@click.option(
    "--view", type=click.Choice(["regulator", "subject"]), default="regulator", show_default=True
)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The canonical JSON of the API.")
@click.pass_obj
def changes(  # noqa: PLR0917  # one parameter for each word of the command
    place: Place,
    business_id: str,
    since: str | None,
    until: str | None,
    view: ChangeView,
    language: str,
    as_json: bool,
) -> None:
    """Say why the score and the tier of BUSINESS_ID changed, to the tenth of a point.

    Which records arrived, ended or aged out, what time alone did, what another
    model or other rules did: apart, with the points of each.
    """
    from serving.answers.changes import changes as account
    from serving.answers.past import PastEditions
    from serving.language import Language
    from serving.render.change_text import change_text
    from training.cli.refused import refusals_told

    chosen: Language = "en" if language == "en" else "zh"
    with refusals_told(chosen):
        told = account(
            edition_of(place), PastEditions(settings_of(place)), business_id, since, until
        )
    text = (
        told.to_json().decode() + "\n"
        if as_json
        else change_text(told.change, told.notes, view, chosen)
    )
    out.print(text, markup=False, soft_wrap=True, end="")
