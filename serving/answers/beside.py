"""What people did about a listed business, beside the tier that was published of it.

Lists and their filters show published scores; an open objection or an override
counts in answers about the business at once and is named here.
"""

from __future__ import annotations

from dataclasses import dataclass

from serving.answers.edition import Edition, today_of
from serving.formats import iso_day
from serving.manifest import Tier
from serving.review import in_force, objections_of, overrides_of


@dataclass(frozen=True)
class Beside:
    """Open objections, and the tier of an override with its last day."""

    objections_open: int
    tier: Tier | None
    until: str | None


def beside(edition: Edition, business_id: str) -> Beside | None:
    """What is to be said beside the published tier, or none."""
    acts = edition.acts(business_id)
    if not acts:
        return None
    is_open = sum(one.is_open for one in objections_of(acts))
    held = in_force(overrides_of(acts), today_of(edition))
    if held is None:
        return Beside(is_open, None, None) if is_open else None
    return Beside(is_open, held.proposed.tier, iso_day(held.proposed.until_day))
