"""Two decisions on one business side by side as lines of text, the milder one marked.

With and without a disputed record; as it is and as it would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from features.contracts import Phrase
from serving.decision.decided import Decision
from serving.language import Language
from serving.render.typesetting import MARKS, said
from serving.render.words import WORDS

Which = Literal["with", "without", "now", "then"]


@dataclass(frozen=True)
class Differs:
    """A feature and its value now and then."""

    feature: str
    meaning: Phrase
    now: Phrase
    then: Phrase


def two_decisions(
    sides: Sequence[tuple[Which, Decision]],
    milder: Which,
    differs: Sequence[Differs],
    language: Language,
) -> Iterator[str]:
    """One line a decision, then the features that differ; for who may see the tier.

    Parameters
    ----------
    sides
        Both decisions, each with what it is.
    milder
        Which of them has the better tier, else the higher score.
    """
    marks = MARKS[language]

    def word(name: str) -> str:
        return said(WORDS[name], language)

    for which, one in sides:
        mark = word("side_milder") if which == milder else ""
        standing = word("side").format(tier=one.tier, score=one.score)
        yield f"{word(f'side_{which}')}{marks.colon}{standing}{mark}"
    if differs:
        told = (
            f"{said(one.meaning, language)} {said(one.now, language)} → {said(one.then, language)}"
            for one in differs
        )
        yield f"{word('side_differs')}{marks.colon}{marks.stop.join(told)}"
