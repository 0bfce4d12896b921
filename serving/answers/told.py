"""An answer about a business as bytes, for one view, and what the audit record says of it.

The registry sees the tier and its flags, which the grade alone decides: no explanation
is worked out for it. What stands as it was published does not change while its edition
is in force; its answers are kept, so that asking again costs a look-up and the record.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from serving import canonical
from serving.answers.answer import answer_of, stands, subject_of
from serving.answers.edition import Edition
from serving.answers.overridden import override_of
from serving.answers.standing import Standing
from serving.decision.decide import read_vector, vector_name
from serving.decision.grades import grade
from serving.formats import iso_day
from serving.manifest import Tier
from serving.render.views import OVERRIDDEN, RegistryView, View


@dataclass(frozen=True)
class Noted:
    """What the audit record says of a decision: hash of its numbers, tier in force."""

    inputs: str
    tier: Tier


@dataclass(frozen=True)
class Told:
    """The answer's canonical JSON, as one view may see it."""

    body: bytes
    noted: Noted


def told(edition: Edition, business_id: str, view: View) -> Told:
    """The decision on a business as `view` may see it; raises Refused.

    The same bytes as ``answer(…).to_json(view)``.
    """
    may_keep = edition.is_as_published(business_id)
    kept = edition.kept.get((business_id, view)) if may_keep else None
    if isinstance(kept, Told):
        return kept
    standing = stands(edition, subject_of(edition, business_id))
    made = _tier(edition, standing) if view == "registry" else _whole(edition, standing, view)
    if may_keep:
        edition.kept.put((business_id, view), made, len(made.body))
    return made


def _whole(edition: Edition, standing: Standing, view: View) -> Told:
    made = answer_of(edition, standing)
    return Told(made.to_json(view), Noted(made.decision.provenance.vector, made.tier))


def _tier(edition: Edition, standing: Standing) -> Told:
    """The registry's answer; of a contested business's two grades the milder one's."""
    bundle, business = edition.bundle, standing.subject.business
    vectors = [standing.vector, *([] if standing.without is None else [standing.without])]
    rows = [read_vector(vector, bundle) for vector in vectors]
    graded = grade(
        bundle, [business] * len(rows), np.vstack(rows), standing.as_of_day,
        contested=len(rows) > 1,
    )  # fmt: skip
    # The first of equals is the one with all records.
    given, row = max(zip(graded, rows, strict=True), key=lambda both: both[0].mildness)
    tier, flags = given.tier, given.ruling.flags
    held = override_of(edition, business.business_id)
    if held is not None:
        tier, flags = held.proposed.tier, (*flags, OVERRIDDEN)
    body = canonical.encode(
        RegistryView(business.business_id, iso_day(standing.as_of_day), tier, flags)
    )
    return Told(body, Noted(vector_name(row), tier))
