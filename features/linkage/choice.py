"""Which candidate a record is attached to, and what a person has to look at."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from features.contracts import ByName
from features.linkage.decision import LinkDecision
from features.linkage.model import Candidate

_EPOCH = date(1970, 1, 1)


class LinkState(StrEnum):
    """What became of a mention of a business."""

    LINKED = "linked"
    REVIEW = "review"
    UNLINKED = "unlinked"


@dataclass(frozen=True)
class Choice:
    """The candidate a mention is attached to, or would be if a person agreed.

    `decided` is the decision it rests on, if any.
    """

    state: LinkState
    candidate: Candidate | None
    decided: LinkDecision | None = None


def choose(
    candidates: Sequence[Candidate], decisions: Collection[LinkDecision], by_name: ByName
) -> Choice:
    """What becomes of one mention with these candidates.

    The last word on a pair counts: a confirmed one is linked, a refused one is no
    candidate any more. Otherwise the
    likeliest is linked when it reaches `ByName.link_at` and leads the next business
    by `ByName.lead`, and waits for a person when it reaches `ByName.review_at`.
    """
    last = {one.entity_id: one for one in decisions}
    confirmed = [one for one in decisions if one is last[one.entity_id] and one.same]
    if confirmed:
        said = confirmed[-1]
        known = [c for c in candidates if c.entity_id == said.entity_id]
        chosen = known[0] if known else Candidate(said.mention, said.entity_id, "", 0, 0.0, 0.0)
        return Choice(LinkState.LINKED, chosen, said)
    refused = set(last)
    left = sorted(
        (c for c in candidates if c.entity_id not in refused),
        key=lambda c: (-c.weight, c.entity_id),
    )
    if not left or left[0].probability < by_name.review_at:
        return Choice(LinkState.UNLINKED, left[0] if left else None)
    best = left[0]
    ahead = len(left) == 1 or best.weight - left[1].weight >= math.log2(by_name.lead)
    attaches = best.probability >= by_name.link_at and ahead
    return Choice(LinkState.LINKED if attaches else LinkState.REVIEW, best)


def known_from(
    choice: Choice,
    candidates: Sequence[Candidate],
    decisions: Sequence[LinkDecision],
    by_name: ByName,
) -> int:
    """First day (since 1970-01-01) on which it was known whom the mention means.

    What likeness alone would link was known since the roster had the name. What follows
    from what persons said, a pair they confirmed or the next likeliest where they
    refused one, was known no earlier than that.
    """
    assert choice.candidate is not None  # it means somebody
    start = choice.candidate.from_day
    alone = choose(candidates, (), by_name)
    by_itself = alone.state is LinkState.LINKED and alone.candidate == choice.candidate
    if by_itself or not decisions:
        return start
    said = choice.decided or max(decisions, key=lambda one: one.decided_on)
    return max(start, (date.fromisoformat(said.decided_on) - _EPOCH).days)
