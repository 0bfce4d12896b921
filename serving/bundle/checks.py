"""What makes a manifest contradict itself or its files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from features.contracts import Direction, Reason
from features.errors import Fault
from serving.decision.grading import HIGHEST
from serving.decision.reasons import SLOTS, slots
from serving.formats import UNITS
from serving.manifest import (
    CREDIT,
    LEVELS,
    TIERS,
    Band,
    FeatureSpec,
    LevelCuts,
    Manifest,
    ModelSpec,
)

MOST_FEATURES = 2000
DOCUMENTS = ("golden.json", "policy.json", "reasons.json", "reference.npy")


def manifest_faults(manifest: Manifest) -> Iterator[Fault]:
    """Every way in which the manifest does not hold together."""
    yield from _feature_faults(manifest)
    yield from _score_faults(manifest)
    for outcome, model in manifest.models.items():
        yield from _model_faults(outcome, model)
    if CREDIT not in manifest.models:
        yield _fault("no credit model", "models", CREDIT, "none")
    for outcome, cuts in manifest.warnings.items():
        yield from _warning_faults(manifest, outcome, cuts)
    expected = {*DOCUMENTS, *(model.file for model in manifest.models.values())}
    if set(manifest.files) != expected:
        odd = ", ".join(sorted(set(manifest.files) ^ expected))
        yield _fault("odd files", "files", "models, reasons, policy, reference, golden", odd)
    yield from _reference_faults(manifest)


def phrase_faults(manifest: Manifest, reasons: Sequence[Reason]) -> Iterator[Fault]:
    """Features whose reason has no phrase, and phrases nobody can fill."""
    phrases: Mapping[str, Reason] = {reason.code: reason for reason in reasons}
    if len(phrases) != len(reasons):
        yield _fault("repeated code", "reasons.json", "each code once", "one more than once")
    for reason in reasons:
        for slot in sorted(slots(reason.phrase) - SLOTS):
            yield _fault("unknown slot", reason.code, " or ".join(sorted(SLOTS)), slot)
    for spec in manifest.features:
        for code in filter(None, (spec.reason, spec.positive_reason)):
            if code not in phrases:
                yield _fault("missing phrase", spec.name, "a phrase for its code", code)


def _feature_faults(manifest: Manifest) -> Iterator[Fault]:
    features = manifest.features
    if not 0 < len(features) <= MOST_FEATURES:
        yield _fault(
            "odd number of features", "features", f"1 to {MOST_FEATURES}", str(len(features))
        )
    names = [spec.name for spec in features]
    if len(set(names)) != len(names):
        yield _fault("repeated feature", "features", "each name once", "one more than once")
    for spec in features:
        yield from _spec_faults(manifest, spec)


def _spec_faults(manifest: Manifest, spec: FeatureSpec) -> Iterator[Fault]:
    if spec.group not in manifest.groups:
        yield _fault("unknown group", spec.name, "a titled group", spec.group)
    if spec.department not in manifest.departments:
        yield _fault("unknown department", spec.name, "a titled department", spec.department)
    if spec.unit not in UNITS:
        yield _fault("unknown unit", spec.name, ", ".join(sorted(UNITS)), spec.unit)
    if spec.direction not in set(Direction):
        yield _fault("unknown direction", spec.name, ", ".join(Direction), spec.direction)


def _score_faults(manifest: Manifest) -> Iterator[Fault]:
    scale, cuts = manifest.score, manifest.tiers
    if not (scale.pdo > 0 and scale.anchor_odds > 0):
        yield _fault("unusable scale", "score", "pdo and anchor_odds above 0", "0 or less")
    else:
        factor = scale.pdo / math.log(2.0)
        offset = scale.anchor_score + factor * math.log(scale.anchor_odds)
        if not (math.isclose(scale.factor, factor) and math.isclose(scale.offset, offset)):
            yield _fault(
                "contradictory scale", "score", "factor = pdo / ln 2 and its offset", "other values"
            )
    if not HIGHEST >= cuts.A > cuts.B > cuts.C > 0:
        yield _fault("disordered cut-offs", "tiers", f"{HIGHEST} >= A > B > C > 0", "another order")


def _model_faults(outcome: str, model: ModelSpec) -> Iterator[Fault]:
    where = f"models.{outcome}"
    if model.file != f"models/{outcome}.txt" or not outcome.isidentifier():
        yield _fault("odd file", where, f"models/{outcome}.txt", "another")
    margin, chance = model.calibration.margin, model.calibration.probability
    if not 0 < len(margin) == len(chance):
        yield _fault(
            "uneven knots", where, "as many margins as probabilities",
            f"{len(margin)} and {len(chance)}",
        )  # fmt: skip
        return
    if any(left >= right for left, right in pairwise(margin)):
        yield _fault("disordered knots", where, "rising margins", "equal or falling ones")
    if any(left > right for left, right in pairwise(chance)):
        yield _fault("falling calibration", where, "probabilities that never fall", "a fall")
    if not all(0.0 <= one <= 1.0 for one in (*chance, model.base_rate)):
        yield _fault("no probability", where, "0 to 1", "a number outside")
    if model.calibration.band is not None:
        yield from _band_faults(where, model.calibration.band, chance)


def _band_faults(where: str, band: Band, chance: Sequence[float]) -> Iterator[Fault]:
    if not 0.0 < band.certainty < 1.0:
        yield _fault("unusable certainty", where, "between 0 and 1", "a number outside")
    if not len(band.lower) == len(band.upper) == len(chance):
        yield _fault(
            "uneven band", where, f"{len(chance)} knots on either side",
            f"{len(band.lower)} and {len(band.upper)}",
        )  # fmt: skip
        return
    if not all(
        0.0 <= low <= p <= high <= 1.0
        for low, p, high in zip(band.lower, chance, band.upper, strict=True)
    ):
        yield _fault(
            "band beside its curve", where, "0 <= lower <= probability <= upper <= 1 at every knot",
            "another order",
        )  # fmt: skip
    if any(a > b for side in (band.lower, band.upper) for a, b in pairwise(side)):
        yield _fault("falling band", where, "ends that never fall", "a fall")


def _warning_faults(manifest: Manifest, outcome: str, cuts: LevelCuts) -> Iterator[Fault]:
    where = f"warnings.{outcome}"
    if outcome not in manifest.models or outcome == CREDIT:
        yield _fault("no model", where, "an outcome with a model, not the tier's", "none")
    levels = [getattr(cuts, level) for level in LEVELS]
    if not all(1.0 >= graver >= milder > 0.0 for graver, milder in pairwise(levels)):
        yield _fault(
            "disordered levels", where, "1 >= red >= orange >= yellow >= blue > 0", "another order"
        )


def _reference_faults(manifest: Manifest) -> Iterator[Fault]:
    after = 0
    seen: set[tuple[str, str | None]] = set()
    for number, rows in enumerate(manifest.references):
        where = f"references.{number}"
        if rows.tier == TIERS[-1] or rows.first != after or rows.count < 1:
            yield _fault(
                "odd reference rows", where,
                "tiers A to C, one after another, at least one row each", "another division",
            )  # fmt: skip
        if rows.sector is not None and rows.sector not in manifest.sectors:
            yield _fault("unknown sector", where, "a titled sector", rows.sector)
        if (rows.tier, rows.sector) in seen:
            yield _fault("repeated reference", where, "each tier and sector once", "one again")
        seen.add((rows.tier, rows.sector))
        after = rows.first + rows.count
    for tier in sorted({tier for tier, _ in seen} - {tier for tier, sector in seen if not sector}):
        yield _fault(
            "no reference for other sectors", "references", f"rows of all for {tier}", "none"
        )


def _fault(what: str, where: str, expected: str, got: str) -> Fault:
    return Fault(what, f"manifest: {where}", expected, got, "train and sign the bundle anew")
