"""What the service says about one business, from the edition in force.

`Answer` is what ``POST /v1/score`` returns and what the page shows: the decision
that applies and, while a record is disputed, the one that does not. Equal
requests to equal editions give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal

from features.business import BusinessRecords
from features.contracts import Phrase
from serving import canonical, problems
from serving.answers.clocks_told import not_used
from serving.answers.edition import Edition
from serving.answers.overridden import Overridden, overridden
from serving.answers.standing import Standing, published, standing_of
from serving.decision.decide import Decision, NotUsed, decide, decide_with_and_without
from serving.decision.reasons import Evidence
from serving.manifest import Tier
from serving.problems import Problem, Refused, unknown_business
from serving.render.views import View, registry_view, seen, subject_view
from serving.store import Subject

_FIELDS = tuple(one.name for one in fields(Decision))


@dataclass(frozen=True)
class Contested:
    """The disputed records, which of the two decisions applies, and the other one."""

    applies: Literal["with", "without"]
    records: tuple[NotUsed, ...]
    other: Decision


@dataclass(frozen=True)
class Answer:
    """The decision that applies to a business, and what people do about it.

    Parameters
    ----------
    decision
        What model and rules say; an override leaves it as it is.
    contested
        The other decision while a record is disputed.
    override
        The tier that two persons set in place of the decided one, while it holds.
    """

    decision: Decision
    contested: Contested | None
    override: Overridden | None = None

    @property
    def tier(self) -> Tier:
        """The tier in force: the override's, else the decided one."""
        return self.override.tier if self.override else self.decision.tier

    @property
    def document(self) -> dict[str, object]:
        """The decision's fields, ``contested`` and ``override``.

        ``tier`` and ``measures`` are those in force; what an override replaces stands in it.
        """
        document: dict[str, object] = {name: getattr(self.decision, name) for name in _FIELDS}
        return {**document, **self._in_force, "contested": self.contested}

    def seen_by(self, view: View) -> Mapping[str, object]:
        """What `view` may see of it; the auditor's is `document`."""
        if view == "auditor":
            return self.document
        if view == "registry":
            return vars(registry_view(self.decision, self.override))
        contested: Mapping[str, object] | None = None
        if self.contested:
            contested = {"applies": self.contested.applies, "records": self.contested.records}
        if view == "subject":
            told = subject_view(self.decision, self.override)
            return {**vars(told), "contested": contested}
        if self.contested and contested:
            contested = {**contested, "other": seen(self.contested.other, view)}
        decision = seen(self.decision, view)
        assert isinstance(decision, Mapping)  # the regulator's view
        return {**decision, **self._in_force, "contested": contested}

    @property
    def _in_force(self) -> Mapping[str, object]:
        if self.override is None:
            return {"override": None}
        return {
            "tier": self.override.tier,
            "measures": self.override.measures,
            "override": self.override,
        }

    def to_json(self, view: View = "auditor") -> bytes:
        """What `view` may see as canonical JSON."""
        return canonical.encode(self.seen_by(view))


def subject_of(edition: Edition, business_id: str) -> Subject:
    """The business; raises Refused (unknown business) when there is none."""
    subject = edition.store.subject(business_id)
    if subject is None:
        raise Refused(unknown_business())
    return subject


def answer(edition: Edition, subject: Subject) -> Answer:
    """The decision on a business, explained.

    Raises
    ------
    Refused
        The business is known but was not scored (it was not open on the day).
    """
    return answer_of(edition, stands(edition, subject))


def stands(edition: Edition, subject: Subject, records: BusinessRecords | None = None) -> Standing:
    """How a scored business stands now; raises Refused for any other.

    `records` are the business's where they were read before.
    """
    standing = standing_of(edition, subject, records)
    if standing is None:
        raise Refused(_not_scored(edition))
    return standing


def stood(edition: Edition, subject: Subject, records: BusinessRecords) -> Standing:
    """How a scored business stood when everyone was scored; raises Refused for any other."""
    standing = published(edition, subject, records)
    if standing is None:
        raise Refused(_not_scored(edition))
    return standing


def answer_of(edition: Edition, standing: Standing) -> Answer:
    """The decision on a business that stands so, explained."""
    business, day = standing.subject.business, standing.as_of_day
    evidence = _evidence(edition, standing)
    city = edition.catalogue.jurisdiction
    aside = not_used(city, standing.records, standing.not_used, day)
    if standing.without is None:
        decision = decide(
            business, standing.vector, edition.bundle, day, evidence,
            snapshot=standing.data, not_used=aside,
        )  # fmt: skip
        return Answer(decision, None, overridden(edition, decision))
    disputed = not_used(city, standing.records, standing.disputed, day)
    both = decide_with_and_without(
        business, (standing.vector, evidence),
        (standing.without, _evidence(edition, standing, exclude_disputed=True)),
        edition.bundle, day, snapshot=standing.data, not_used=aside, disputed=disputed,
    )  # fmt: skip
    other = both.without_records if both.milder == "with" else both.with_records
    contested = Contested(both.milder, disputed, other)
    return Answer(both.applies, contested, overridden(edition, both.applies))


def _evidence(edition: Edition, standing: Standing, *, exclude_disputed: bool = False) -> Evidence:
    @cache
    def evidence(feature: str) -> tuple[str, ...]:
        return edition.engine.evidence(
            feature, standing.records, standing.as_of_day, exclude_disputed=exclude_disputed
        )

    return evidence


def _not_scored(edition: Edition) -> Problem:
    return Problem(
        problems.NOT_SCORED,
        Phrase(
            f"该经营主体在 {edition.as_of} 不在评分范围内(已注销、歇业或尚未设立),没有类别。",
            f"This business was outside the scoring on {edition.as_of} (closed, suspended or not "
            "yet open) and has no tier.",
        ),
        Phrase(
            "如认为有误,请核对登记记录;更正后在下一批评分中生效。",
            "If that is wrong, check its registration record; a correction counts with the next "
            "scoring.",
        ),
    )
