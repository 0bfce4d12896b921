"""A decision as plain text, in one language, by view; equal decisions, equal text."""

from __future__ import annotations

from collections.abc import Iterator

from serving.decision.decided import Decision
from serving.language import Language
from serving.render.case_file import NOTHING_BESIDE, CaseFile
from serving.render.lines import Line, lines
from serving.render.typesetting import MARKS
from serving.render.views import View


def text(
    decision: Decision, view: View, language: Language, file: CaseFile = NOTHING_BESIDE
) -> str:
    """What `view` may see of a decision, as plain text that ends with a line end."""
    written = (_written(line, language) for line in lines(decision, view, language, file))
    return "".join(f"{one}\n" for line in written for one in line)


def _written(line: Line, language: Language) -> Iterator[str]:
    if line.kind == "heading":
        yield ""
    amount = f"{MARKS[language].colon}{line.amount}" if line.kind == "row" else ""
    yield f"{' ' * line.indent}{line.text}{amount}"
