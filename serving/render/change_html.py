"""An account of a change as a fragment of HTML for a page to embed.

Semantic and without a style of its own, as `serving.render.html` is: sections
carry ``data-part``, groups ``data-cause``, tiers ``data-tier``, and bars are
inline SVG without styles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from features.contracts import Phrase
from serving.decision.changed import Change
from serving.decision.points import read
from serving.formats import day_of, day_text
from serving.language import TAGS, Language, say
from serving.render.change_words import (
    CAUSE_WORDS,
    KIND_WORDS,
    STEP_WORDS,
    WORDS,
    because_words,
    group_words,
    rule_effect_words,
)
from serving.render.html import environment
from serving.render.words import LEVEL_WORDS, per_cent

Anchors = Mapping[tuple[str, str, str], int]


def change_html(
    change: Change,
    notes: Sequence[Phrase],
    language: Language,
    *,
    anchors: Anchors | None = None,
    set_text: Callable[[str], str] = str,
) -> str:
    """The account, for the regulator, as one ``<article>``.

    Parameters
    ----------
    notes
        How far the two ends can be believed.
    anchors
        (Source, business, record) → the number in ``#record-<number>`` where the page
        shows that record.
    set_text
        What the page does to every text it sets, such as its punctuation.
    """

    def said(phrase: Phrase) -> str:
        return set_text(say(phrase, language))

    return environment().get_template("change.html.j2").render(
        c=change,
        notes=notes,
        language=language,
        tags=TAGS,
        t=lambda name: said(WORDS[name]),
        say=said,
        date=partial(_date, language),
        anchors=anchors or {},
        causes=CAUSE_WORDS,
        steps=STEP_WORDS,
        kinds=KIND_WORDS,
        levels=LEVEL_WORDS,
        group_words=group_words,
        because=because_words,
        effect=rule_effect_words,
        per_cent=per_cent,
        tenths=read,
        widest=max((abs(read(one.points)) for one in change.causes), default=0) or 1,
    )  # fmt: skip


def _date(language: Language, iso: str) -> str:
    return say(day_text(day_of(iso)), language)
