"""Which of the two languages an answer is written in.

>>> choose("en-GB,en;q=0.9,zh;q=0.1", "zh")
'en'
>>> choose("fr", "zh")
'zh'
"""

from __future__ import annotations

from typing import Literal

from features.contracts import Phrase

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
TAGS = {"zh": "zh-CN", "en": "en"}


def choose(accept_language: str | None, default: Language) -> Language:
    """The reader's preferred language by Accept-Language (RFC 9110), else `default`.

    A malformed header counts as none; ``*`` stands for the default.
    """
    best: tuple[float, Language] | None = None
    for item in (accept_language or "").split(",")[:16]:
        tag, _, parameter = item.strip().partition(";")
        language = default if tag == "*" else tag.split("-")[0].lower()
        quality = _quality(parameter)
        if language in LANGUAGES and quality > 0 and (best is None or quality > best[0]):
            best = (quality, language)
    return best[1] if best else default


def say(phrase: Phrase, language: Language) -> str:
    """The phrase in one language."""
    return phrase.zh if language == "zh" else phrase.en


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name == "q" else 0.0
    except ValueError:
        return 0.0
