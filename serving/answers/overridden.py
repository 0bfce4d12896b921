"""The tier that two persons set in place of the decided one, as an answer tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from features.contracts import Phrase
from serving.answers.edition import Edition, today_of
from serving.decision.decided import Consequence, Decision
from serving.formats import day_text, iso_day
from serving.manifest import Tier
from serving.render.case_file import SetByPeople
from serving.review import By, Override, in_force, overrides_of


@dataclass(frozen=True)
class Overridden(SetByPeople):
    """An override in force.

    Parameters
    ----------
    decided_tier, decided_measures
        What model and rules say, and what would follow from it.
    until
        Last day it holds.
    """

    override_id: str
    decided_tier: Tier
    decided_measures: Consequence
    reasons: str
    proposed_on: str
    proposed_by: By
    confirmed_on: str
    confirmed_by: By
    until: str


def overridden(edition: Edition, decision: Decision) -> Overridden | None:
    """The override that holds on the day of asking, or none.

    It expires by its date alone: the next day the decided tier is in force again.
    """
    held = override_of(edition, decision.business_id)
    if held is None or held.confirmed is None or held.confirmed_day is None:
        return None
    proposed = held.proposed
    on = date.fromisoformat(decision.as_of)
    measure = edition.bundle.policy.measure(proposed.tier, decision.flags, on)
    return Overridden(
        override_id=held.override_id,
        tier=proposed.tier,
        measures=Consequence(measure.text, measure.ratio, measure.cap, measure.reference or ""),
        decided_tier=decision.tier,
        decided_measures=decision.measures,
        reasons=proposed.reasons,
        proposed_on=iso_day(held.proposed_day),
        proposed_by=proposed.by,
        confirmed_on=iso_day(held.confirmed_day),
        confirmed_by=held.confirmed.by,
        until=iso_day(proposed.until_day),
        said=_said(decision.tier, proposed.tier, proposed.by, held.confirmed.by,
                   proposed.until_day),
    )  # fmt: skip


def override_of(edition: Edition, business_id: str) -> Override | None:
    """The override of a business that holds on the day of asking, or none."""
    acts = () if edition.today is None else edition.acts(business_id)
    return in_force(overrides_of(acts), today_of(edition)) if acts else None


def _said(decided: Tier, tier: Tier, first: By, second: By, until_day: int) -> Phrase:
    until = day_text(until_day)
    return Phrase(
        f"经 {first.name} 提出、{second.name} 确认,由{decided}类人工调整为{tier}类,"
        f"有效期至{until.zh}",
        f"Overridden from {decided} to {tier} by {first.name} and {second.name} until {until.en}",
    )
