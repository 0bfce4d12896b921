"""Why a business's score and tier changed: an account that adds up exactly.

The score is followed from one decision to the other under the earlier model
first, so that what records and time did is told apart from what another model
does to the same numbers; what the limits 0 and 1000 cut off has a line of its
own. Everything is in whole tenths of a point, so printed numbers add up to the
difference of the printed scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from features.contracts import Phrase
from features.moves import Moved
from features.record_changes import CAUSES, Cause, RecordChange, RecordRef
from serving.decision.change_points import FeaturePoints, points_of_moves
from serving.decision.change_rules import Ruled, rule_changes, tier_steps
from serving.decision.changed import (
    CauseGroup,
    CausePart,
    Change,
    ChangedRecord,
    End,
    EndTold,
    FeaturePart,
    ModelChange,
    MovedFeature,
    WarningChange,
)
from serving.decision.content import Bundle
from serving.decision.decide import read_vector
from serving.decision.decided import Decision
from serving.decision.explanation import Subtotal, share_out
from serving.decision.grading import clipped, score_tenths
from serving.decision.points import read, signed
from serving.errors import NotComparable, refusal
from serving.formats import feature_text, iso_day
from serving.manifest import CREDIT

MOST_RECORDS = 50  # named of one group; `record_count` tells how many there are


def change(
    before: End,
    after: End,
    moved: Sequence[Moved],
    records: Iterable[RecordChange],
    titles: Mapping[str, Phrase],
) -> Change:
    """The account of the way from one decision on a business to another.

    Parameters
    ----------
    moved
        What happened to each feature, from `features.moves.moved_features`.
    records
        What happened to the business's own records, counted by a feature or not.
    titles
        Source → its title, of every source of `records` and `moved`.

    Raises
    ------
    NotComparable
        The decisions are about two businesses or rest on different features.
    OurBug
        What is said to have happened does not lead from the one to the other.
    """
    _comparable(before, after)
    old, now = before.decision, after.decision
    X = read_vector(old.vector, before.bundle), read_vector(now.vector, after.bundle)
    scores = _score(before.bundle, X[0]), _score(before.bundle, X[1]), _score(after.bundle, X[1])
    told = points_of_moves(
        before.bundle.explainer.trees, before.bundle.manifest.score, X[0], X[1], moved,
        scores[1] - scores[0],
    )  # fmt: skip
    limit = (clipped(scores[2]) - scores[2]) - (clipped(scores[0]) - scores[0])
    features = _features(after.bundle, told, old, now)
    ends = Ruled(old, before.bundle, before.day), Ruled(now, after.bundle, after.day)
    groups = _groups(told, records, titles)
    model = _model(before.bundle, after.bundle, X[1], scores)
    named = {one.feature for one in features}
    named |= {one.feature for one in model.features} if model else set()
    return Change(
        business_id=now.business_id,
        name=now.business.name,
        before=_standing(before),
        after=_standing(after),
        difference=signed(read(now.score) - read(old.score)),
        causes=groups,
        features=features,
        by_group=_subtotals(after.bundle, features),
        model=model,
        limit=signed(limit),
        tier_steps=tier_steps(*ends, scores),
        rules=rule_changes(*ends),
        policy_changed=before.bundle.policy_name != after.bundle.policy_name,
        warnings=_warnings(old, now),
        told=now.told,
        meanings={name: after.bundle.spec(name).meaning for name in sorted(named)},
    )


def _comparable(before: End, after: End) -> None:
    same = before.decision.business_id == after.decision.business_id
    if not same or before.bundle.manifest.features != after.bundle.manifest.features:
        raise refusal(
            NotComparable, "no common ground", "the two decisions",
            "one business and the same features", "others",
            "compare sets of scores made with the same declarations",
        )  # fmt: skip


def _score(bundle: Bundle, X: NDArray[np.float64]) -> int:
    margin = float(bundle.models[CREDIT].scorer.margins(X)[0])
    return score_tenths(margin, bundle.manifest.score)


def _standing(end: End) -> EndTold:
    one = end.decision
    return EndTold(
        as_of=one.as_of,
        basis=end.basis,
        scores=end.scores,
        score=one.score,
        model_tier=one.model_tier,
        tier=one.tier,
        cutoffs=one.cutoffs,
        bundle=one.provenance.bundle,
        policy=one.provenance.policy,
        snapshot=one.provenance.snapshot,
        vector=one.provenance.vector,
    )


def _features(
    bundle: Bundle, told: Sequence[FeaturePoints], old: Decision, now: Decision
) -> tuple[MovedFeature, ...]:
    """Those with most points first, then by name."""
    currency = bundle.manifest.jurisdiction.currency
    features = []
    for one in sorted(told, key=lambda one: (-abs(one.tenths), one.feature)):
        spec = bundle.spec(one.feature)
        causes: dict[Cause, int] = {}
        for part in one.parts:
            causes[part.mover.cause] = causes.get(part.mover.cause, 0) + part.tenths
        features.append(
            MovedFeature(
                feature=one.feature,
                meaning=spec.meaning,
                group=spec.group,
                department=spec.department,
                before=feature_text(spec, old.vector[one.feature], currency),
                after=feature_text(spec, now.vector[one.feature], currency),
                points=signed(one.tenths),
                parts=tuple(CausePart(cause, signed(n)) for cause, n in sorted(causes.items())),
            )
        )
    return tuple(features)


def _subtotals(bundle: Bundle, features: Sequence[MovedFeature]) -> tuple[Subtotal, ...]:
    totals = dict.fromkeys(bundle.manifest.groups_used, 0)
    for one in features:
        totals[one.group] += read(one.points)
    titles = bundle.manifest.groups_used
    return tuple(Subtotal(key, titles[key], signed(n)) for key, n in totals.items())


@dataclass
class _Gathered:
    """What comes together about one cause and source."""

    tenths: int = 0
    features: dict[str, int] = field(default_factory=dict)
    records: dict[RecordRef, int] = field(default_factory=dict)
    apart: bool = True  # whether each record's own tenths are known


def _groups(
    told: Sequence[FeaturePoints], records: Iterable[RecordChange], titles: Mapping[str, Phrase]
) -> tuple[CauseGroup, ...]:
    """Those with most points first, then by cause in the order of `CAUSES`, source and link."""
    found: dict[tuple[int, str, str], _Gathered] = {}
    for changed in records:
        key = (CAUSES.index(changed.cause), changed.record.source, "")
        found.setdefault(key, _Gathered()).records.setdefault(changed.record, 0)
    for one in told:
        for part in one.parts:
            mover = part.mover
            key = (CAUSES.index(mover.cause), mover.source or "", mover.via or "")
            group = found.setdefault(key, _Gathered())
            group.tenths += part.tenths
            group.features[one.feature] = group.features.get(one.feature, 0) + part.tenths
            group.apart &= len(mover.records) <= 1
            for record in mover.records:
                group.records[record] = group.records.get(record, 0) + part.tenths
    return tuple(
        _group(CAUSES[place], source, via, found[place, source, via], titles)
        for place, source, via in sorted(found, key=lambda key: (-abs(found[key].tenths), key))
    )


def _group(
    cause: Cause, source: str, via: str, group: _Gathered, titles: Mapping[str, Phrase]
) -> CauseGroup:
    newest = sorted(group.records, key=lambda r: (-r.event_day, r.entity_id, r.event_key))
    weight = sorted(group.features.items(), key=lambda one: (-abs(one[1]), one[0]))
    return CauseGroup(
        cause=cause,
        source=source or None,
        title=titles[source] if source else None,
        via=via or None,
        points=signed(group.tenths),
        records=tuple(
            ChangedRecord(
                record.event_key, record.entity_id, iso_day(record.event_day),
                signed(group.records[record]) if group.apart else None,
            )
            for record in newest[:MOST_RECORDS]
        ),
        record_count=len(newest),
        features=tuple(FeaturePart(name, signed(tenths)) for name, tenths in weight),
    )  # fmt: skip


def _model(
    old: Bundle,
    new: Bundle,
    X: NDArray[np.float64],
    scores: tuple[int, int, int],
) -> ModelChange | None:
    """The two models' sharings of the same vector's two scores, one less the other."""
    if old.name == new.name:
        return None
    first = share_out(old.explainer.contributions(X)[0], scores[1], old.manifest.score)
    second = share_out(new.explainer.contributions(X)[0], scores[2], new.manifest.score)
    parts = {
        name: later - earlier
        for name, earlier, later in zip(new.feature_names, first.parts, second.parts, strict=True)
        if later != earlier
    }
    weight = sorted(parts.items(), key=lambda one: (-abs(one[1]), one[0]))
    return ModelChange(
        points=signed(scores[2] - scores[1]),
        base=signed(second.base - first.base),
        features=tuple(FeaturePart(name, signed(tenths)) for name, tenths in weight),
    )


def _warnings(old: Decision, now: Decision) -> tuple[WarningChange, ...]:
    then = {one.outcome: one for one in old.warnings}
    later = {one.outcome: one for one in now.warnings}
    told = []
    for outcome in sorted(then.keys() | later.keys()):
        pair = then.get(outcome), later.get(outcome)
        title = next(one.title for one in reversed(pair) if one)
        first, second = ((one.probability, one.level) if one else (None, None) for one in pair)
        if first != second:
            told.append(WarningChange(outcome, title, (first[0], second[0]), (first[1], second[1])))
    return tuple(told)
