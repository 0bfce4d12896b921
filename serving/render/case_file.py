"""What belongs to a decision on a business's file: what people did about it, and its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from features.contracts import Phrase
from serving.decision.decided import Consequence
from serving.manifest import Tier

Status = Literal["used", "disputed", "not_final", "not_used"]


@dataclass(frozen=True)
class FieldTold:
    """One field of a record: its name, its department's heading, what it means and says."""

    name: str
    title: str
    meaning: str
    text: Phrase


@dataclass(frozen=True)
class RecordTold:
    """One record: whose it is, when it happened and became known, what it says.

    `business_id` is the business it concerns: another one where the reason is
    about linked businesses. `linked` says how it was found whom it concerns, none where
    its own code says so. `clocks` say how long it is used and what is due.
    """

    source: str
    title: Phrase
    department: Phrase
    record_id: str
    business_id: str
    happened_on: str
    known_on: str
    status: Status
    linked: Phrase | None
    clocks: tuple[Phrase, ...]
    fields: tuple[FieldTold, ...]


@dataclass(frozen=True)
class SetByPeople:
    """The tier in force in place of the decided one, what follows from it, and who set it."""

    tier: Tier
    measures: Consequence
    said: Phrase


@dataclass(frozen=True)
class CaseFile:
    """What stands beside a decision.

    Parameters
    ----------
    override
        The tier that people set, while it holds.
    objections_open
        How many objections of the business await their decision.
    records
        What the records say that the decision names, newest first; those its reader may see.
    """

    override: SetByPeople | None = None
    objections_open: int = 0
    records: tuple[RecordTold, ...] = ()


NOTHING_BESIDE = CaseFile()
