"""A decision as a fragment of HTML, by view, for a page to embed.

The fragment is semantic and has no style of its own: sections carry
``data-part``, levels ``data-level``, tiers ``data-tier``. Bars are inline SVG
without styles, so that a strict content security policy holds. Everything is
escaped by the template engine.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from features.contracts import Phrase
from serving.decision.decided import Decision
from serving.decision.points import read
from serving.formats import day_of, day_text
from serving.language import LANGUAGES, TAGS, Language, say
from serving.render.case_file import NOTHING_BESIDE, CaseFile
from serving.render.typesetting import MARKS, said
from serving.render.views import View, registry_view, subject_view
from serving.render.words import (
    LEVEL_WORDS,
    WHY_NOT,
    WORDS,
    against_words,
    chance_words,
    flag_words,
    record_name,
    rule_words,
    source_words,
)

_TEMPLATES: dict[View, str] = {
    "registry": "registry.html.j2",
    "subject": "subject.html.j2",
    "regulator": "whole.html.j2",
    "auditor": "whole.html.j2",
}


def html(
    decision: Decision, view: View, language: Language, file: CaseFile = NOTHING_BESIDE
) -> str:
    """What `view` may see of a decision, as one ``<article>``.

    Labels are in `language`; reasons stand in both languages, that one first.
    """
    shown: object = decision
    if view == "registry":
        shown = registry_view(decision, file.override)
    elif view == "subject":
        shown = subject_view(decision, file.override)
    template = environment().get_template(_TEMPLATES[view])
    other = next(one for one in LANGUAGES if one != language)
    return template.render(
        d=shown,
        file=file,
        name=lambda record_id: record_name(record_id, decision.business_id),
        view=view,
        language=language,
        other=other,
        tags=TAGS,
        t=partial(_word, language),
        marks=MARKS[language],
        say=lambda phrase, lang=language: said(phrase, lang),
        date=lambda iso: say(day_text(day_of(iso)), language),
        levels=LEVEL_WORDS,
        why_not=WHY_NOT,
        chance=chance_words,
        effect=rule_words,
        flag=flag_words,
        source_title=source_words,
        against=against_words,
        tenths=read,
        widest=_widest(decision),
        default_rights=WORDS["rights_default"],
    )


@cache
def environment() -> Environment:
    """What fragments are made with: everything escaped, nothing undefined."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _word(language: Language, name: str) -> str:
    phrase: Phrase = WORDS[name]
    return said(phrase, language)


def _widest(decision: Decision) -> int:
    """The largest contribution in tenths: the full width of a bar; at least one."""
    return max((abs(read(one.points)) for one in decision.explanation.contributions), default=1)
