"""A model of stumps written by hand, whose scores can be worked out on paper.

Every stump costs a business 50 points where its feature is above a threshold. A
missing value costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from features.catalogue import Catalogue
from features.contracts import Phrase
from serving.decision.content import Bundle, assemble
from serving.manifest import (
    FORMAT,
    Calibration,
    Manifest,
    ModelSpec,
    ScoreScale,
    TierCuts,
    feature_specs,
    place_of,
)
from serving.policy import load_policy

POINTS = 50  # of each stump
# With nothing against it a business has 600 points: tier A; each stump costs one tier.
CUTS = TierCuts(A=6000, B=5500, C=5000)


def model_text(names: Sequence[str], stumps: Sequence[tuple[str, float]]) -> str:
    """LightGBM's own text of one tree a stump: ``log 2`` above the threshold, 0 below."""
    trees = [_tree(number, names.index(name), above) for number, (name, above) in enumerate(stumps)]
    header = [
        *("tree", "version=v4", "num_class=1", "num_tree_per_iteration=1", "label_index=0"),
        f"max_feature_idx={len(names) - 1}",
        "objective=binary sigmoid:1",
        f"feature_names={' '.join(names)}",
        f"feature_infos={' '.join('[-1:1]' for _ in names)}",
        f"tree_sizes={' '.join(str(len(tree)) for tree in trees)}",
    ]
    return "\n".join(header) + "\n\n" + "".join(trees) + "end of trees\n"


def _tree(number: int, feature: int, above: float) -> str:
    return "\n".join(
        [
            f"Tree={number}",
            *("num_leaves=2", "num_cat=0", f"split_feature={feature}", "split_gain=1"),
            f"threshold={above!r}",
            "decision_type=10",  # a missing value goes left, where nothing is lost
            *("left_child=-1", "right_child=-2", f"leaf_value=0 {math.log(2)!r}"),
            *("leaf_weight=1 1", "leaf_count=1 1", "internal_value=0", "internal_weight=2"),
            *("internal_count=2", "is_linear=0", "shrinkage=1", "", "", ""),
        ]
    )


def bundle_of(
    city: Catalogue, folder: Path, stumps: Sequence[tuple[str, float]], policy: dict[str, str]
) -> Bundle:
    """The bundle of a model of `stumps` and a policy of files, in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in policy.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    features = feature_specs(city)
    factor = POINTS / math.log(2.0)
    jurisdiction = city.jurisdiction
    manifest = Manifest(
        format=FORMAT,
        jurisdiction=place_of(city),
        catalogue_fingerprint=city.fingerprint,
        snapshot="5" * 64,
        matrix="3" * 64,
        trained_as_of="2026-04-30",
        code_version="0.1.0",
        features=features,
        groups=jurisdiction.groups,
        departments=jurisdiction.departments,
        districts=jurisdiction.districts,
        sectors=jurisdiction.sectors,
        models={
            "credit": ModelSpec(
                "models/credit.txt", Phrase("信用", "Credit"),
                Calibration((-1.0, 1.0), (0.1, 0.9)), 0.1,
            )
        },
        score=ScoreScale(float(POINTS), 600.0, 1.0, factor, 600.0),
        tiers=CUTS,
        warnings={},
        references={},
        files={},
    )  # fmt: skip
    names = [one.name for one in features]
    return assemble(
        "b" * 64, "d" * 64, manifest,
        texts={"credit": model_text(names, stumps)},
        reasons=jurisdiction.reasons,
        policy=load_policy(folder, {one.name: one.labels for one in features}),
        reference=np.empty((0, len(names))),
    )  # fmt: skip
