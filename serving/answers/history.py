"""Score and tier of a business on past month ends, worked out with the model in force.

Not what was published then: the same model is asked about each day's knowledge,
so that what moves along the line is the business and not the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from features.business import BusinessRecords
from features.contracts import Phrase
from serving import canonical
from serving.answers.answer import subject_of
from serving.answers.earlier import features_of, profile_of, with_and_without
from serving.answers.edition import Edition
from serving.answers.which import month_end_before
from serving.decision.grades import Grade, grade
from serving.decision.points import unsigned
from serving.errors import NothingInForce
from serving.formats import day_of, day_text, iso_day
from serving.manifest import TIERS, Level, Tier

MOST_MONTHS = 36


@dataclass(frozen=True)
class Moment:
    """The business on one day: score, tiers, the rules that applied, gravest warning."""

    as_of: str
    score: str
    model_tier: Tier
    tier: Tier
    rules: tuple[str, ...]
    level: Level | None


@dataclass(frozen=True)
class History:
    """The business on its past month ends, latest first.

    Days on which it was not open, or for which the policy holds no rule, are left out.
    """

    business_id: str
    as_of: str
    bundle: str
    note: Phrase
    moments: tuple[Moment, ...]

    def to_json(self) -> bytes:
        """The history as canonical JSON."""
        return canonical.encode(self)


def history(edition: Edition, business_id: str, months: int) -> History:
    """The business on the day of the scores and on `months` month ends before it.

    Raises
    ------
    Refused
        The business is unknown.
    """
    subject = subject_of(edition, business_id)
    days = [edition.store.as_of_day]
    for _ in range(months):
        days.append(day_of(month_end_before(days[-1])))
    records = edition.store.records(subject, since_day=days[-1])
    return History(
        business_id, edition.as_of, edition.bundle.name, _note(edition),
        tuple(_moments(edition, records, days)),
    )  # fmt: skip


def _moments(edition: Edition, records: BusinessRecords, days: list[int]) -> Iterator[Moment]:
    for day in days:
        if not records.open_on(day):
            continue
        try:
            held = _grade(edition, records, day)
        except NothingInForce:
            continue
        yield Moment(
            iso_day(day), unsigned(held.tenths), held.model_tier, held.tier, held.rules, held.level
        )


def _grade(edition: Edition, records: BusinessRecords, day: int) -> Grade:
    """The milder of the grades with and without disputed records."""
    vectors = [
        list(features_of(edition, side).values())
        for side in with_and_without(edition, records, day)
    ]
    # None becomes NaN.
    X = np.array(vectors, dtype=np.float64)
    subject = profile_of(records, day)
    grades = grade(edition.bundle, [subject] * len(X), X, day, contested=len(X) > 1)
    return max(grades, key=lambda one: (-TIERS.index(one.tier), one.tenths))


def _note(edition: Edition) -> Phrase:
    on = day_text(edition.store.as_of_day)
    return Phrase(
        f"各月末结果均按当时已知的记录,用现行模型重新计算,不是当时公布的结果;"
        f"同行平均值按{on.zh}计。",
        "Each month end is worked out anew from what was known then with the model in force; it is "
        f"not what was published then. Averages of peers are those of {on.en}.",
    )
