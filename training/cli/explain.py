"""``xinheng explain``: one tier explained to one of its readers."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from training.cli.decisions import edition_of
from training.cli.place import Place
from training.cli.terminal import err, out

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from serving.answers.explained import Explained
    from serving.answers.what_if import Supposed, WhatIf
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

    While a record is disputed, and with a supposition (--repaired, --disputed, --set),
    there are two decisions: both are told, the milder one marked, before one of them is
    explained. As JSON the auditor gets the decision itself, which `reproduce` makes again;
    otherwise it is what the API answers.
    """
    from training.cli.refused import refusals_told

    _check_target(view, form, kind, file)
    chosen: Language = "en" if language == "en" else "zh"
    with refusals_told(chosen):
        told_of = _told(place, business_id, _supposed(repaired, disputed, values))
    if kind is not None and file is not None:
        from training.decision_plot import draw_decision

        draw_decision(file, told_of.decision, kind)
        return
    told = _rendered(told_of, view, form, chosen)
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


def _told(place: Place, business_id: str, supposed: Supposed | None) -> Explained | WhatIf:
    """The explained answer, or both answers of the supposition."""
    from serving.answers.explained import explain
    from serving.answers.what_if import what_if

    edition = edition_of(place)
    if supposed is None:
        return explain(edition, business_id)
    return what_if(edition, business_id, supposed)


def _rendered(told: Explained | WhatIf, view: View, form: str, language: Language) -> bytes:
    """The explanation in the form asked for; text ends with a line end."""
    from serving.answers.what_if import WhatIf
    from serving.render import html, text
    from serving.render.case_file import CaseFile

    answer = told.then if isinstance(told, WhatIf) else told.answer
    decision = answer.decision
    file = CaseFile(answer.override) if isinstance(told, WhatIf) else told.case_file(view)
    both = "".join(f"{line}\n" for line in _both(told, view, language))
    if form == "json":
        if isinstance(told, WhatIf):
            return told.to_json(view) + b"\n"
        return (decision.to_json() if view == "auditor" else answer.to_json(view)) + b"\n"
    if form == "text":
        return (f"{both}\n" if both else "").encode() + text(
            decision, view, language, file
        ).encode()
    err.print(both, markup=False, soft_wrap=True, end="")
    if form == "pdf":
        from serving.render.pdf import pdf

        return pdf(decision, view, language, file)
    return f"{html(decision, view, language, file).rstrip()}\n".encode()


def _both(told: Explained | WhatIf, view: View, language: Language) -> Iterator[str]:
    """Both decisions and which is milder, where there are two and the reader sees tiers."""
    from serving.answers.what_if import WhatIf
    from serving.render.two_decisions import two_decisions
    from serving.render.typesetting import said
    from serving.render.words import WORDS

    answer = told.then if isinstance(told, WhatIf) else told.answer
    if view == "subject" and not answer.decision.told.subject_sees_tier:
        return
    if isinstance(told, WhatIf):
        yield from two_decisions(
            [("now", told.now.decision), ("then", told.then.decision)],
            told.milder, told.differs, language,
        )  # fmt: skip
        yield said(WORDS["supposed_explained"], language)
    if answer.contested is not None:
        applies = answer.contested.applies
        pair = (answer.decision, answer.contested.other)
        with_, without = pair if applies == "with" else pair[::-1]
        yield from two_decisions([("with", with_), ("without", without)], applies, (), language)
        yield said(WORDS["contested_applies"], language)


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
