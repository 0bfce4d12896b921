"""A business on an earlier day than the scores are of, worked out from their store.

The store holds every record with the days on which it could be used, so the
features of any earlier day come out as they were known then. Two things are
those of the scores' own day: the model (the one in force) and the statistics of
peer groups, which are kept for that day alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from features.business import BusinessRecords
from features.contracts import Phrase
from features.record_changes import Side
from serving import problems
from serving.answers.edition import Edition
from serving.decision.decide import Business, Decision, Vector, decide, decide_with_and_without
from serving.decision.reasons import Evidence
from serving.errors import NothingInForce
from serving.formats import day_text
from serving.problems import Problem, Refused


@dataclass(frozen=True)
class Seen:
    """A decision, and what was held of the business when it was made."""

    decision: Decision
    side: Side


def earlier(edition: Edition, records: BusinessRecords, day: int) -> Seen:
    """What the model in force makes of the business as it was known on `day`.

    Raises
    ------
    Refused
        The business was not open on the day, or no rule was in force.
    """
    if not records.open_on(day):
        raise Refused(_not_open(day))
    try:
        return _decided(edition, records, day)
    except NothingInForce:
        raise Refused(_no_rules(day)) from None


def with_and_without(edition: Edition, records: BusinessRecords, day: int) -> list[Side]:
    """The business with all records on `day`, and without the disputed where that differs."""
    side = Side(records, day, replace(edition.store.peers, held=True))
    without = replace(side, exclude_disputed=True)
    differ = features_of(edition, side) != features_of(edition, without)
    return [side, without] if differ else [side]


def features_of(edition: Edition, side: Side) -> dict[str, float | None]:
    """The features of one side, in catalogue order."""
    return edition.engine.compute(
        side.records, side.day, side.peers, exclude_disputed=side.exclude_disputed
    )


def profile_of(records: BusinessRecords, day: int) -> Business:
    """The business as its profile stood on a day on which it was open."""
    profile = records.profile_at(day)
    assert profile is not None  # it was open
    texts = {
        name: None if profile[name] is None else str(profile[name])
        for name in ("name", "district", "sector", "form")
    }
    opened = profile["established_day"]
    return Business(
        records.entity_id, texts["name"] or "", texts["district"], texts["sector"], texts["form"],
        None if opened is None else int(opened),
    )  # fmt: skip


def _decided(edition: Edition, records: BusinessRecords, day: int) -> Seen:
    sides = with_and_without(edition, records, day)
    subject, snapshot = profile_of(records, day), edition.scores.manifest.inputs.snapshot
    given = [(_vector(edition, side), _evidence(edition, side)) for side in sides]
    if len(sides) == 1:
        decision = decide(subject, given[0][0], edition.bundle, day, given[0][1], snapshot=snapshot)
        return Seen(decision, sides[0])
    both = decide_with_and_without(
        subject, given[0], given[1], edition.bundle, day, snapshot=snapshot
    )
    return Seen(both.applies, sides[0 if both.milder == "with" else 1])


def _vector(edition: Edition, side: Side) -> Vector:
    return features_of(edition, side)


def _evidence(edition: Edition, side: Side) -> Evidence:
    @cache
    def evidence(feature: str) -> tuple[str, ...]:
        return edition.engine.evidence(
            feature, side.records, side.day, exclude_disputed=side.exclude_disputed
        )

    return evidence


def _not_open(day: int) -> Problem:
    on = day_text(day)
    return Problem(
        problems.NOT_SCORED,
        Phrase(
            f"该经营主体在{on.zh}不在评分范围内(尚未设立、尚未获知或已注销),没有类别。",
            f"On {on.en} this business was outside the scoring (not yet open, not yet known, or "
            "closed) and had no tier.",
        ),
        Phrase("请选择该主体存续期间的日期。", "Ask for a day on which it was open."),
    )


def _no_rules(day: int) -> Problem:
    on = day_text(day)
    return Problem(
        problems.NOT_COMPARABLE,
        Phrase(f"{on.zh}没有现行规则可用。", f"No rule of the policy is in force on {on.en}."),
        Phrase("请选择较晚的日期。", "Ask for a later day."),
    )
