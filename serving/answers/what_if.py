"""What would be decided if a record were repaired or disputed, or a number were another.

Both decisions come from the same call: the one that applies now and the one that
would, with the features that differ and which of the two is milder. Nothing is
stored, and nothing about the supposition reaches an answer to anybody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from features.as_of import seen
from features.business import BusinessRecords
from features.contracts import CityWide, Phrase
from features.marks import Key, Mark, marked
from serving import canonical
from serving.answers.answer import Answer, answer_of, stands, subject_of
from serving.answers.edition import Edition
from serving.answers.standing import Standing, Vector
from serving.decision.decide import Decision, mildness
from serving.formats import feature_text, is_day
from serving.problems import (
    INVALID_REQUEST,
    UNKNOWN_REFERENCE,
    FieldFault,
    Problem,
    ProblemType,
    Refused,
)
from serving.render.two_decisions import Differs
from serving.render.views import View
from serving.render.words import WORDS
from serving.store import Left


@dataclass(frozen=True)
class Supposed:
    """What is supposed of a business on the day of the scores.

    Parameters
    ----------
    repaired, disputed
        Own records taken as repaired, or as under an objection opened that day.
    values
        Feature → the number it is taken to have; None for missing.
    """

    repaired: tuple[Key, ...] = ()
    disputed: tuple[Key, ...] = ()
    values: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class WhatIf:
    """The decision now, the one that would be, and which is milder.

    The milder has the better tier, else the higher score; ``now`` where they are equal.
    """

    now: Answer
    then: Answer
    milder: Literal["now", "then"]
    differs: tuple[Differs, ...]

    @property
    def decision(self) -> Decision:
        """The decision that would be."""
        return self.then.decision

    def to_json(self, view: View = "auditor") -> bytes:
        """``now`` and ``then`` as ``POST /v1/score`` answers, ``milder``, ``differs``, ``role``.

        The two decisions are as `view` may see them.
        """
        return canonical.encode(
            {
                "now": self.now.seen_by(view),
                "then": self.then.seen_by(view),
                "milder": self.milder,
                "differs": self.differs,
                "role": WORDS["role"],
            }
        )


def what_if(edition: Edition, business_id: str, supposed: Supposed) -> WhatIf:
    """Both decisions on a business.

    Raises
    ------
    Refused
        The business is unknown or not scored; a record is none of its own in use; a
        feature is not the model's; what is to be a day is none. Every such fault is told.
    """
    standing = stands(edition, subject_of(edition, business_id))
    if faults := tuple(_unknown(edition, standing, supposed)):
        raise Refused(_unusable(UNKNOWN_REFERENCE, faults))
    if faults := tuple(_no_days(edition, supposed)):
        raise Refused(_unusable(INVALID_REQUEST, faults))
    now, then = answer_of(edition, standing), answer_of(edition, _then(edition, standing, supposed))
    milder = mildness(then.decision) > mildness(now.decision)
    return WhatIf(now, then, "then" if milder else "now", tuple(_differs(edition, now, then)))


def _then(edition: Edition, standing: Standing, supposed: Supposed) -> Standing:
    """How the business would stand."""
    day = standing.as_of_day
    records = _changed(standing, supposed)
    repaired = dict.fromkeys(supposed.repaired)
    disputed = {(one.source, one.event_key): one for one in standing.disputed}
    disputed |= {key: Left(*key, "disputed") for key in supposed.disputed}
    contested = supposed.disputed or standing.without is not None
    return replace(
        standing,
        records=records,
        vector=_vector(edition, records, day, supposed),
        without=_vector(edition, records, day, supposed, exclude_disputed=True)
        if contested
        else None,
        not_used=(*standing.not_used, *(Left(*key, "repaired") for key in repaired)),
        disputed=tuple(one for key, one in disputed.items() if key not in repaired),
    )


def _unknown(edition: Edition, standing: Standing, supposed: Supposed) -> Iterator[FieldFault]:
    attached = {
        source.name
        for source in edition.catalogue.jurisdiction.sources
        if not isinstance(source.subject, CityWide)
    }
    records, day = standing.records, standing.as_of_day
    for name, keys in (("repaired", supposed.repaired), ("disputed", supposed.disputed)):
        for place, (source, record_id) in enumerate(keys):
            rows = records.own.get(source, ()) if source in attached else ()
            if not any(row["event_key"] == record_id and seen(row, day) for row in rows):
                yield FieldFault(f"{name}.{place}", "a record of the business in use", "another")
    features = {spec.name for spec in edition.bundle.manifest.features}
    for place, feature in enumerate(supposed.values):
        if feature not in features:
            yield FieldFault(f"values.{place}", "a feature of the model", "another name")


def _no_days(edition: Edition, supposed: Supposed) -> Iterator[FieldFault]:
    dates = {spec.name for spec in edition.bundle.manifest.features if spec.unit == "date"}
    for place, (feature, value) in enumerate(supposed.values.items()):
        if feature in dates and value is not None and not is_day(value):
            yield FieldFault(f"values.{place}", "days since 1970-01-01", "no such day")


def _changed(standing: Standing, supposed: Supposed) -> BusinessRecords:
    """The records as they would stand; those of linked businesses stay as they are."""
    day = standing.as_of_day
    repaired = (Mark(*key, repaired_day=day) for key in supposed.repaired)
    disputed = (Mark(*key, disputed_day=day) for key in supposed.disputed)
    return marked(standing.records, (*repaired, *disputed))


def _vector(
    edition: Edition,
    records: BusinessRecords,
    day: int,
    supposed: Supposed,
    *,
    exclude_disputed: bool = False,
) -> Vector:
    values = edition.engine.compute(
        records, day, edition.store.peers, exclude_disputed=exclude_disputed
    )
    values |= supposed.values
    # None becomes NaN.
    return np.array([values[name] for name in edition.store.features], dtype=np.float64)


def _differs(edition: Edition, now: Answer, then: Answer) -> Iterator[Differs]:
    currency = edition.bundle.manifest.jurisdiction.currency
    before, after = now.decision.vector, then.decision.vector
    for spec in edition.bundle.manifest.features:
        was, would = before[spec.name], after[spec.name]
        if was != would:
            yield Differs(
                spec.name,
                spec.meaning,
                feature_text(spec, was, currency),
                feature_text(spec, would, currency),
            )


def _unusable(kind: ProblemType, faults: tuple[FieldFault, ...]) -> Problem:
    return Problem(
        kind,
        Phrase(
            f"有 {len(faults)} 处假设与该经营主体的记录或模型的指标不符。",
            f"{len(faults)} supposition(s) name no record of the business or no feature.",
        ),
        Phrase(
            "记录编号与来源见该主体的 explanation;指标名称见 /v1/model。",
            "See the business's explanation for its records, and /v1/model for the features.",
        ),
        faults[:20],
    )
