"""The cases as the page ``docs/feature-semantics.md``.

python -m tests.features.spec.page      # writes it anew
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from features.contracts import Feature
from features.page import condition_text, measure_text, window_text
from tests.features.spec import knowledge, measures, others, windows
from tests.features.spec.case import Case

SUBJECTS = (windows, knowledge, measures, others)
_NOTHING = re.compile(r"(?m)(?<=\| )-(?= *(?:\||$))")
PAGE = Path(__file__).parents[3] / "docs" / "feature-semantics.md"


def markdown() -> str:
    """The page; the same cases give the same text."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# What features mean"
    yield ""
    yield "Every table below is a test that all engines pass (`tests/features/spec`). A record is"
    yield "known on the day it happened unless `known_day` says otherwise; `–` in the place of a"
    yield "value means missing; codes are positions in the labels of the small city of the tests."
    for subject in SUBJECTS:
        yield from ("", f"## {subject.TITLE}")
        for case in subject.CASES:
            yield from _case(case)


def _case(case: Case) -> Iterator[str]:
    yield from ("", f"**{case.says}**", "")
    yield from (f"- `{one.name}`: {_said(one)}" for one in case.features)
    yield from ("", "```")
    for source, table in case.records.items():
        yield from (source, *_lines(table), "")
    if "\n" in case.profiles:
        yield from ("profiles", *_lines(case.profiles), "")
    yield from ("expected", *_lines(case.expected), "```")


def _said(feature: Feature) -> str:
    parts = [measure_text(feature.measure), f"over {feature.source}"]
    if feature.where is not None:
        parts.append(f"where {condition_text(feature.where)}")
    if feature.window is not None:
        parts.append(window_text(feature.window))
    if feature.scale != 1:
        parts.append(f"divided by {feature.scale:,}")
    if feature.via is not None:
        parts.append(f"of businesses with the same {feature.via}")
    if feature.peers:
        parts.append(f"less the mean of the same {' and '.join(feature.peers)}")
    return ", ".join(parts)


def _lines(table: str) -> list[str]:
    return _NOTHING.sub("–", textwrap.dedent(table)).strip().splitlines()


if __name__ == "__main__":
    PAGE.write_text(markdown(), encoding="utf-8")
