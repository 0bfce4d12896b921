"""How a reason is written down.

Slots: ``{value}`` the observed value with its unit, ``{window}`` its period,
``{peer}`` the comparison (its clause is left out where there is none). Counts
carry no unit of their own, so the phrase says what is counted.
"""

from __future__ import annotations

from features.contracts import Phrase, Reason

# "Key data missing" is never one of the principal reasons. Facts that only ever
# speak for a business name it as their adverse code: having no honour is
# nobody's reason for a worse tier.
NOT_CITED = "R901"


def reason(code: str, zh: str, en: str, advice: tuple[str, str] | None = None) -> Reason:
    """A reason code, its text in both languages, and what the business can do."""
    return Reason(code, Phrase(zh, en), Phrase(*advice) if advice else None)
