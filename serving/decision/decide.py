"""Decide: from a business's numbers to its tier, its warnings and the reasons why.

`decide` is pure: no clock, no files, no network. The same arguments give the
same bytes (`Decision.to_json`), today and in ten years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.contracts import Phrase
from serving import canonical
from serving.decision.content import Bundle, better
from serving.decision.decided import (
    Business,
    Completeness,
    Consequence,
    Decision,
    Disputed,
    EarlyWarning,
    FiredRule,
    NotUsed,
    ProbabilityInterval,
    Provenance,
    Told,
    WhyNot,
)
from serving.decision.explanation import FromReference, Shared, share_out
from serving.decision.grades import Grade, grade
from serving.decision.grading import interval, score_tenths
from serving.decision.points import read, unsigned
from serving.decision.reasons import (
    MOST_RECORDS,
    MOST_WARNING_REASONS,
    Chosen,
    Cited,
    Evidence,
    choose,
)
from serving.errors import VectorRefused, refusal
from serving.formats import iso_day
from serving.manifest import CREDIT, TIERS, Manifest, TierCuts
from serving.policy import Applied

__all__ = [
    "Business",
    "Decision",
    "Disputed",
    "NotUsed",
    "Vector",
    "WhyNot",
    "decide",
    "decide_with_and_without",
    "mildness",
    "read_vector",
]

Vector = Mapping[str, float | None] | Sequence[float | None] | NDArray[np.float64]


def decide(
    subject: Business,
    vector: Vector,
    bundle: Bundle,
    as_of_day: int,
    evidence: Evidence,
    *,
    snapshot: str | None = None,
    not_used: Sequence[NotUsed] = (),
    contested: bool = False,
) -> Decision:
    """The decision on one business as of one day.

    Parameters
    ----------
    subject
        The business as its profile stood on that day.
    vector
        Its features: name → number, or the numbers in the bundle's order. None
        and NaN are missing.
    bundle
        From `serving.bundle.folder.load_bundle`.
    as_of_day
        Days since 1970-01-01, local calendar; chooses the policy in force.
    evidence
        Feature name → identifiers of the records it counted.
    snapshot, not_used
        What the numbers were computed from and without, for the record.
    contested
        Whether this is one of two decisions, with and without a disputed record.

    Raises
    ------
    VectorRefused
        The numbers are not the bundle's features.
    NothingInForce
        The policy holds no rule or measure for that day.
    """
    manifest = bundle.manifest
    X = read_vector(vector, bundle)
    values = [
        None if missing else v
        for v, missing in zip(X[0].tolist(), np.isnan(X[0]).tolist(), strict=True)
    ]
    [given] = grade(bundle, [subject], X, as_of_day, contested=contested)
    on = date.fromisoformat(iso_day(as_of_day))
    told = bundle.policy.told(on)

    shared = _shared(bundle, CREDIT, X, given)
    reference = _from_reference(bundle, X, given, subject.sector) or FromReference(shared)
    chosen = choose(bundle, values, reference, evidence)
    warnings = _warnings(bundle, X, values, given, evidence)
    rules = tuple(_fired(bundle, applied, evidence) for applied in given.ruling.applied)
    measure = given.measure

    return Decision(
        business_id=subject.business_id,
        business=subject,
        district=manifest.districts.get(subject.district or ""),
        sector=manifest.sectors.get(subject.sector or ""),
        as_of=on.isoformat(),
        score=unsigned(given.tenths),
        cutoffs=_cutoffs(manifest.tiers),
        model_tier=given.model_tier,
        tier=given.tier,
        probability=f"{given.chances[CREDIT][0]:.4f}",
        interval=_interval(bundle, CREDIT, given),
        event=bundle.models[CREDIT].spec.title,
        warnings=warnings,
        rules=rules,
        flags=given.ruling.flags,
        explanation=bundle.explanations.of(values, given.unclipped, shared, reference),
        reasons=chosen.reasons,
        positives=chosen.positives,
        measures=Consequence(measure.text, measure.ratio, measure.cap, measure.reference or ""),
        told=Told(told.subject_sees_tier, told.rights) if told else Told(False, None),
        completeness=Completeness(sum(v is not None for v in values), len(values)),
        not_used=tuple(sorted(not_used, key=lambda r: (r.source, r.record_id, r.why))),
        sources=_titles(manifest, _all_cited(chosen, warnings), rules, not_used),
        vector=dict(zip(bundle.feature_names, values, strict=True)),
        provenance=Provenance(
            bundle=bundle.name,
            catalogue=manifest.catalogue_fingerprint,
            snapshot=snapshot,
            policy=bundle.policy_name,
            code_version=manifest.code_version,
            vector=vector_name(X),
        ),
    )


def decide_with_and_without(
    subject: Business,
    with_records: tuple[Vector, Evidence],
    without_records: tuple[Vector, Evidence],
    bundle: Bundle,
    as_of_day: int,
    *,
    snapshot: str | None = None,
    not_used: Sequence[NotUsed] = (),
    disputed: Sequence[NotUsed] = (),
) -> Disputed:
    """Both decisions on a business that disputes some of its records.

    Parameters
    ----------
    with_records, without_records
        Vector and evidence with all records, and with the disputed ones left out.
    not_used, disputed
        Records neither uses, and records only the first uses.

    Returns
    -------
    Disputed
        The milder has the better tier, else the higher score, else the records.
    """
    first = decide(
        subject, with_records[0], bundle, as_of_day, with_records[1],
        snapshot=snapshot, not_used=not_used, contested=True,
    )  # fmt: skip
    second = decide(
        subject, without_records[0], bundle, as_of_day, without_records[1],
        snapshot=snapshot, not_used=[*not_used, *disputed], contested=True,
    )  # fmt: skip
    return Disputed(first, second, "without" if mildness(second) > mildness(first) else "with")


def read_vector(vector: Vector, bundle: Bundle) -> NDArray[np.float64]:
    """The numbers in the bundle's order, ``(1, n_features)``, NaN where missing.

    Raises
    ------
    VectorRefused
        There are other features than the bundle's, or infinite numbers.
    """
    names = bundle.feature_names
    if isinstance(vector, Mapping):
        if vector.keys() != set(names):
            odd = sorted(vector.keys() ^ set(names))
            raise _unfit("its features", f"{len(odd)} too many or too few: {', '.join(odd[:5])}")
        vector = [vector[name] for name in names]
    # NumPy reads None as NaN; adding zero leaves one zero, not two.
    X = np.array([vector], dtype=np.float64) + 0.0
    if X.shape != (1, len(names)):
        raise _unfit(f"{len(names)} numbers", f"{len(vector)}")
    if np.isinf(X).any():
        infinite = [names[i] for i in np.flatnonzero(np.isinf(X[0]))]
        raise _unfit("finite numbers", f"infinite {', '.join(infinite[:5])}")
    return X


def vector_name(X: NDArray[np.float64]) -> str:
    """SHA-256 of the numbers as little-endian doubles in the bundle's order, hex."""
    one_nan = np.where(np.isnan(X), np.nan, X)
    return canonical.sha256(one_nan.astype("<f8").tobytes())


def _shared(bundle: Bundle, outcome: str, X: NDArray[np.float64], given: Grade) -> Shared:
    """An outcome's log-odds, in tenths on the score's scale, shared out from the expectation."""
    row = bundle.models[outcome].explainer.contributions(X)[0]
    scale = bundle.manifest.score
    return share_out(row, score_tenths(given.margins[outcome], scale), scale)


def _from_reference(
    bundle: Bundle, X: NDArray[np.float64], given: Grade, sector: str | None
) -> FromReference | None:
    """The score shared out from the better tier's reference set; none without one."""
    above = better(given.model_tier)
    pinned = bundle.references.of(above, sector) if above else None
    if pinned is None:
        return None
    row = pinned.explainer.contributions(X)[0]
    shared = share_out(row, given.unclipped, bundle.manifest.score)
    return FromReference(shared, pinned.tier, pinned.sector, pinned.count, pinned.typical)


def _warnings(
    bundle: Bundle,
    X: NDArray[np.float64],
    values: Sequence[float | None],
    given: Grade,
    evidence: Evidence,
) -> tuple[EarlyWarning, ...]:
    """Every outcome's probability; those that reach a level with their reasons."""
    told = []
    for outcome in sorted(bundle.manifest.warnings):
        chance, level = given.chances[outcome]
        reasons: tuple[Cited, ...] = ()
        if level is not None:
            shared = FromReference(_shared(bundle, outcome, X, given))
            reasons = choose(bundle, values, shared, evidence, (MOST_WARNING_REASONS, 0)).reasons
        title = bundle.models[outcome].spec.title
        between = _interval(bundle, outcome, given)
        told.append(EarlyWarning(outcome, title, f"{chance:.4f}", between, level, reasons))
    return tuple(told)


def _interval(bundle: Bundle, outcome: str, given: Grade) -> ProbabilityInterval | None:
    calibration = bundle.models[outcome].spec.calibration
    ends = interval(given.margins[outcome], calibration)
    if ends is None or calibration.band is None:
        return None
    low, high = (f"{end / 10_000:.4f}" for end in ends)
    return ProbabilityInterval(low, high, calibration.band.certainty)


def _all_cited(chosen: Chosen, warnings: Sequence[EarlyWarning]) -> tuple[Cited, ...]:
    of_warnings = (reason for warning in warnings for reason in warning.reasons)
    return (*chosen.reasons, *chosen.positives, *of_warnings)


def _fired(bundle: Bundle, applied: Applied, evidence: Evidence) -> FiredRule:
    records = dict.fromkeys(record for name in applied.reads for record in evidence(name))
    return FiredRule(
        id=applied.rule.id,
        title=applied.rule.title,
        effect=applied.version.effect,
        overruled_by=applied.overruled_by,
        reference=applied.reference,
        record_ids=tuple(records)[:MOST_RECORDS],
        sources=tuple(sorted({bundle.spec(name).source for name in applied.reads})),
    )


def _titles(
    manifest: Manifest,
    cited: Sequence[Cited],
    rules: Sequence[FiredRule],
    not_used: Sequence[NotUsed],
) -> dict[str, Phrase]:
    named = {one.source for one in cited}
    named.update(one.source for one in not_used)
    named.update(source for rule in rules for source in rule.sources)
    titles = manifest.source_titles
    return {source: titles[source] for source in sorted(named & titles.keys())}


def _cutoffs(cuts: TierCuts) -> dict[str, str]:
    return {"A": unsigned(cuts.A), "B": unsigned(cuts.B), "C": unsigned(cuts.C)}


def mildness(decision: Decision) -> tuple[int, int]:
    """Greater the milder: by tier, then by score."""
    return (-TIERS.index(decision.tier), read(decision.score))


def _unfit(expected: str, got: str) -> VectorRefused:
    return refusal(
        VectorRefused, "unfit vector", "the bundle's features", expected, got,
        "compute it with the catalogue the bundle was trained on",
    )  # fmt: skip
