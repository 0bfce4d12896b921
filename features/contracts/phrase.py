"""A text in the two languages everything is shown in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """One text in both languages; slots such as ``{value}`` stand in both."""

    zh: str
    en: str
