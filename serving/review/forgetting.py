"""Forgetting what people wrote about a business, without changing what follows from it.

An act is never changed, but for this: on request the words in it are deleted, those
of its sender's request too. Who of the officials acted, when, about which records
and with what outcome stays, because tiers rest on it. What is not decided yet keeps
its words: nobody could decide it without them, and a tier that two persons set is
defended by their reasons for as long as it holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serving import canonical
from serving.review.acts import Act
from serving.review.objections import objections_of
from serving.review.overrides import overrides_of

if TYPE_CHECKING:  # a cluster's workers read no store
    from serving.database import Database

_WORDS = ("grounds", "reasons")
FORGOTTEN = ""


@dataclass(frozen=True)
class Forgotten:
    """How many acts lost their words, and how many keep them because their case is open."""

    acts: int
    open: int


def forget_words(database: Database, business_id: str, today: int) -> Forgotten:
    """Delete the words of every act about a business whose case is over.

    A write that made such an act cannot be answered again: its name counts as used.
    Raises Unavailable.

    Parameters
    ----------
    today
        Local day, days since 1970-01-01.
    """
    with database.erasing() as rows:
        found = rows.all(
            "SELECT no, business_id, case_id, kind, day, content FROM act WHERE business_id = ?",
            business_id,
        )
        acts = [Act(*row) for row in sorted(found)]
        open_cases = _open_cases(acts, today)
        over = [one for one in acts if one.case_id not in open_cases]
        rows.each(
            "UPDATE act SET content = ?, request = ?, answer = ? WHERE no = ?",
            [(_without_words(one.content), FORGOTTEN, FORGOTTEN, one.no) for one in over],
        )
    return Forgotten(len(over), len(acts) - len(over))


def _open_cases(acts: list[Act], today: int) -> set[str]:
    holding = ("proposed", "in_force")
    return {one.objection_id for one in objections_of(acts) if one.is_open} | {
        one.override_id for one in overrides_of(acts) if one.state(today) in holding
    }


def _without_words(content: str) -> str:
    """The content without words, and without the name under which the business came."""
    told = json.loads(content)
    told |= {name: FORGOTTEN for name in _WORDS if name in told}
    if told["by"]["role"] == "subject":
        told["by"] |= {"name": FORGOTTEN}
    return canonical.encode(told).decode()
