"""``xinheng explain``: one tier explained to one of its readers."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from training.cli.decisions import edition_of
from training.cli.place import Place
from training.cli.terminal import err, out

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from serving.answers.what_if import Supposed
    from serving.decision.decided import Decision
    from serving.language import Language
    from serving.render.views import View
    from training.decision_plot import PlotKind

_VIEWS = ("registry", "regulator", "subject", "auditor")


@click.command()
@click.argument("business_id")
@click.option("--view", type=click.Choice(_VIEWS), default="regulator", show_default=True)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "html", "json", "pdf"]), default="text",
    show_default=True, help="Plain text, an HTML fragment, the canonical JSON, or a PDF.",
)  # fmt: skip
@click.option(
    "--plot", "kind", type=click.Choice(["waterfall", "force"]),
    help="Draw the points with SHAP instead, for the data scientist; needs --out.",
)  # fmt: skip
@click.option(
    "--out", "file", type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, instead of standard output; for --plot a .png or .svg.",
)  # fmt: skip
@click.option(
    "--repaired", "repaired", multiple=True, metavar="SOURCE:RECORD",
    help="What if this record were repaired? May be repeated.",
)  # fmt: skip
@click.option(
    "--disputed", "disputed", multiple=True, metavar="SOURCE:RECORD",
    help="What if this record were under an objection? May be repeated.",
)  # fmt: skip
@click.option(
    "--set", "values", multiple=True, metavar="FEATURE=NUMBER",
    help="What if this feature had another value? Empty for missing; may be repeated.",
)  # fmt: skip
@click.pass_obj
def explain(  # one option each
    place: Place,
    *,
    business_id: str,
    view: View,
    language: str,
    form: str,
    kind: PlotKind | None,
    file: Path | None,
    repaired: tuple[str, ...],
    disputed: tuple[str, ...],
    values: tuple[str, ...],
) -> None:
    """Explain the tier of BUSINESS_ID to one of its readers, as the service would.

    With a supposition (--repaired, --disputed, --set) the decision that would be is
    explained, after a line that compares the two.
    """
    from training.cli.refused import refusals_told

    _check_target(view, form, kind, file)
    chosen: Language = "en" if language == "en" else "zh"
    with refusals_told(chosen):
        decision = _decided(place, business_id, _supposed(repaired, disputed, values))
    if kind is not None and file is not None:
        from training.decision_plot import draw_decision

        draw_decision(file, decision, kind)
        return
    told = _rendered(decision, view, form, chosen)
    if file is not None:
        file.write_bytes(told)
    elif form == "pdf":
        sys.stdout.buffer.write(told)
    else:
        out.print(told.decode(), markup=False, soft_wrap=True, end="")


def _check_target(view: View, form: str, kind: PlotKind | None, file: Path | None) -> None:
    """Refuse, before anything is computed, what could not be shown or written."""
    if kind is None:
        if form == "pdf" and file is None and sys.stdout.isatty():
            raise click.UsageError("a PDF is not for a terminal: name a file with --out")
        return
    from training.decision_plot import is_drawable

    if file is None or not is_drawable(file):
        raise click.UsageError("--plot needs --out with a file that ends in .png or .svg")
    if view not in ("regulator", "auditor"):
        raise click.UsageError(f"--plot shows every contribution, which the {view} does not see")


def _decided(place: Place, business_id: str, supposed: Supposed | None) -> Decision:
    """The decision, or the one that would be, after a line that compares the two."""
    from serving.answers.answer import answer, subject_of
    from serving.answers.what_if import what_if

    edition = edition_of(place)
    if supposed is None:
        return answer(edition, subject_of(edition, business_id)).decision
    both = what_if(edition, business_id, supposed)
    now, then = both.now.decision, both.then.decision
    err.print(f"now {now.tier} {now.score}, then {then.tier} {then.score}; milder: {both.milder}")
    return then


def _rendered(decision: Decision, view: View, form: str, language: Language) -> bytes:
    """The explanation in the form asked for; text ends with a line end."""
    from serving.render import html, text, view_json

    if form == "pdf":
        from serving.render.pdf import pdf

        return pdf(decision, view, language)
    if form == "json":
        told = view_json(decision, view).decode()
    else:
        told = (html if form == "html" else text)(decision, view, language)
    return (told if told.endswith("\n") else f"{told}\n").encode()


def _supposed(
    repaired: tuple[str, ...], disputed: tuple[str, ...], values: tuple[str, ...]
) -> Supposed | None:
    """The options as a supposition; none without any."""
    from serving.answers.what_if import Supposed

    if not (repaired or disputed or values):
        return None
    return Supposed(
        tuple(map(_record_named, repaired)),
        tuple(map(_record_named, disputed)),
        dict(map(_value_named, values)),
    )


def _record_named(text: str) -> tuple[str, str]:
    source, colon, record_id = text.partition(":")
    if not (source and colon and record_id):
        raise click.BadParameter("expected SOURCE:RECORD, as the explanation names it")
    return source, record_id


def _value_named(text: str) -> tuple[str, float | None]:
    name, equals, number = text.partition("=")
    try:
        value = float(number) if number else None
    except ValueError:
        value = math.nan
    if not equals or (value is not None and not math.isfinite(value)):
        raise click.BadParameter("expected FEATURE=NUMBER, or FEATURE= for missing")
    return name, value
