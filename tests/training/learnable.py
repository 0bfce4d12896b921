"""A town with enough made-up history to learn from: 300 businesses, four years.

Some businesses are careless: they are penalised often, and found wanting.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

import features
from features.catalogue import Catalogue
from features.contracts import Ahead, AtRecords, Evidence, Phrase, Segment
from features.snapshot import MANIFEST, DeliveredFile, Snapshot, SnapshotFile, SnapshotManifest
from tests.features.worlds import write_world
from tests.training.small_town import catalogue, outcome
from training.calendar import day_of
from training.fit import FitSettings
from training.limits import load_limits
from training.settings import TrainSettings

FIRST, LAST = day_of(date(2020, 1, 1)), day_of(date(2023, 12, 31))
SETTINGS = TrainSettings(
    least_positives=20,
    replicates=20,
    reference_rows=5,
    track=False,
    fit=FitSettings(
        learning_rate=0.1, max_rounds=60, patience=60, min_rows_in_leaf=5, min_hessian_in_leaf=0.5
    ),
)
# The bounds that Ningbo declares.
LIMITS = load_limits(
    Path(features.__file__).parent / "jurisdictions" / "ningbo" / "policy", date(2026, 1, 1)
)
POLICY = {
    "H01.yaml": """
id: H01
title: {zh: 屡次处罚, en: Penalised again and again}
reference: a law
owner: the office
confirmed_on: 2026-11-01
versions:
  - effective_from: 2020-01-01
    effective_until: null
    when: [{feature: penalties_count_36m, at_least: 12}]
    effect: {tier: D}
cases:
  - {name: often, as_of: 2023-05-31, features: {penalties_count_36m: 12}, model_tier: C, tier: D}
""",
    "measures.yaml": """
id: measures
title: {zh: 抽查比例, en: Sampling ratios}
reference: a law
owner: the office
confirmed_on: 2026-11-01
versions:
  - effective_from: 2020-01-01
    effective_until: null
    tiers:
      A: {ratio: 0.01, cap: 1, text: {zh: 无事不扰, en: No check without cause}}
      B: {ratio: 0.02, cap: 1, text: {zh: 常规抽查, en: Normal checks}}
      C: {ratio: 0.1, cap: 2, text: {zh: 重点关注, en: Focused attention}}
      D: {ratio: 0.3, cap: null, text: {zh: 严格监管, en: Strict supervision}}
""",
    "gate.yaml": """
id: gate
title: {zh: 准入条件, en: What a new model must pass}
reference: a decision
owner: the office
confirmed_on: 2026-11-01
versions:
  - effective_from: 2020-01-01
    effective_until: null
    single_feature_auc: 0.97
    behind_challenger: 0.01
    calibration_share: 0.25
    calibration_floor: 0.005
    segment_ratio: 2
    same_reason_refitted: 0.5
    same_reason_month: 0.5
    tier_share: 0.2  # many of so few businesses score alike
    moved_two_tiers: 0.02
    score_psi: 0.25
""",
    "scale.yaml": """
id: scale
title: {zh: 评分尺度, en: Score scale}
reference: a decision
owner: the office
confirmed_on: 2026-11-01
versions:
  - effective_from: 2020-01-01
    effective_until: null
    pdo: 50
    anchor_score: 600
    anchor_odds: 0.05
    tier_shares: {A: 0.60, B: 0.30, C: 0.075, D: 0.025}
    warning_shares: {red: 0.005, orange: 0.015, yellow: 0.03, blue: 0.10}
    certainty: 0.9
""",
}


def learnable(cohort: AtRecords | None, folder: Path) -> Catalogue:
    """The town's declarations; with a monthly cohort, penalties also give a warning."""
    town = catalogue(cohort)
    (folder / "policy").mkdir(parents=True, exist_ok=True)
    for name, text in POLICY.items():
        (folder / "policy" / name).write_text(text, encoding="utf-8")
    known = Segment("known", Phrase("处罚", "Penalised"), by="penalties_count_36m", edges=(1, 6))
    city = replace(town.jurisdiction, name="town", segments=(known,))
    if cohort is None:
        severe = outcome(Evidence("penalties"), horizon=Ahead(90))
        warning = replace(severe, name="any_penalty", title=Phrase("处罚", "Any penalty"))
        never = replace(warning, name="never", evidence=(Evidence("checks"),))
        city = replace(city, outcomes=(*city.outcomes, warning, never))
    return Catalogue(city, folder)


def written(
    town: Catalogue,
    folder: Path,
    seed: int = 3,
    silent_for: int = 0,
    worse_from: int | None = None,
) -> Snapshot:
    """The town's records, as if delivered on the last day.

    From `worse_from` on everybody is penalised five times a year more.
    """
    rng = np.random.default_rng(seed)
    names = [f"business {n:03}" for n in range(300)]
    careless = rng.random(len(names)) < 0.2
    rows: dict[str, list[dict[str, object]]] = {"penalties": [], "checks": []}
    monthly = not isinstance(town.jurisdiction.cohort, AtRecords)
    for name, risky in zip(names, careless.tolist(), strict=True):
        days = rng.integers(FIRST, LAST, rng.poisson(12 if risky else 1.5)).tolist()
        rows["penalties"] += [_record("p", name, day, severity=2) for day in days]
        for day in [] if monthly else rng.integers(FIRST, LAST, 40).tolist():
            who = int(rng.integers(0, 3))
            failed = int(rng.random() < (0.5 if risky else 0.05) + 0.1 * who)
            rows["checks"].append(_record("c", name, day, failed=failed, inspector=who))
    for name in names if worse_from is not None else []:
        more = rng.integers(worse_from, LAST, rng.poisson((LAST - worse_from) / 73)).tolist()
        rows["penalties"] += [_record("p", name, day, severity=2) for day in more]
    last = LAST - silent_for
    rows = {
        kind: [r for r in kept if int(str(r["event_day"])) < last] for kind, kept in rows.items()
    }
    rows["penalties"].append(_record("p", names[0], last, severity=1))
    if not monthly:
        rows["checks"].append(_record("c", names[0], last, failed=0, inspector=0))
    profiles = [{"entity_id": name, "from_day": FIRST, "to_day": LAST + 999} for name in names]
    write_world(folder, town, rows, profiles)  # type: ignore[arg-type]  # its cells are plain
    return _with_manifest(town, folder, f"{seed}-{silent_for}-{worse_from}")


def _record(kind: str, name: str, day: int, **values: object) -> dict[str, object]:
    key = f"{kind}:{name}:{day}:{sorted(values.items())}"
    return {"event_key": key, "entity_id": name, "event_day": day, **values}


def _with_manifest(town: Catalogue, folder: Path, batch: str) -> Snapshot:
    """Other records make another manifest, so that no matrix is taken for theirs."""
    some = SnapshotFile(0, "")
    received = date(2023, 12, 31).isoformat()
    manifest = SnapshotManifest(
        jurisdiction=town.jurisdiction.name,
        catalogue=town.fingerprint,
        businesses=300,
        contracts={},
        clocks={},
        sources={source.name: some for source in town.jurisdiction.sources},
        profiles=some,
        batches=(batch,),
        deliveries=(DeliveredFile("penalties", "p.csv", "1", "1", "1", received),),
        resolved=(),
        mentions=some,
        linkage="",
        decisions=(),
        reconciliations=(),
    ).to_bytes()
    (folder / MANIFEST).write_bytes(manifest)
    return Snapshot(hashlib.sha256(manifest).hexdigest(), folder)
