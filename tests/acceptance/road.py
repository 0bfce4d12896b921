"""The real road for one case: delivered rows → snapshot → features → decision → explanation.

The city is Ningbo as declared. Only the model is small: each counted penalty costs
points, whoever decided it, so that a case can say which class follows.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import lightgbm
import numpy as np

from features.builder import build
from features.catalogue import Catalogue, load_catalogue
from features.engines.single import engine_of
from features.ingest import Reconciliation, ingest
from features.snapshot import Snapshot
from serving.answers.answer import Answer
from serving.answers.edition import Edition
from serving.answers.explained import Explained, explain
from serving.batch import score_everyone
from serving.bundle.folder import Bundle, GoldenInput, Parts, load_bundle, write_bundle
from serving.decision.decide import Business
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
from serving.store import Store
from tests.features.worlds import day, spine_of
from tests.serving.bundles import KEY, TRUSTED

Cells = Mapping[str, object]
# Synthetic codes: whose records a case is about, and a twin nothing was ever heard of.
BUSINESS, TWIN = "91330203MA29DJ4P1Q", "91330206MA283DDB2R"
_COUNTED = ("penalty_count_36m", "penalty_elsewhere_count_36m")
_EVERY_ROW: Mapping[str, Cells] = {
    "registrations": {
        "企业类型": "有限责任公司", "行政区划代码": "330203", "行业门类": "批发和零售业",
        "行业代码": 5292, "成立日期": "2018-03-01", "登记状态": "存续",
    },
    "penalties": {
        "行政相对人代码_1(统一社会信用代码)": BUSINESS, "行政相对人名称": "宁波某某商贸有限公司",
        "处罚机关": "宁波市海曙区市场监督管理局", "违法行为类型": "广告",
        "处罚类别": "罚款", "罚款金额(万元)": "1", "处罚程序": "普通程序",
    },
    "penalties_elsewhere": {
        "行政相对人代码_1(统一社会信用代码)": BUSINESS, "行政相对人名称": "宁波某某商贸有限公司",
        "处罚机关": "宁波市消防救援支队", "违法行为类型": "消防安全",
        "处罚类别": "罚款", "罚款金额(万元)": "1", "处罚程序": "普通程序",
    },
}  # fmt: skip


@cache
def catalogue(city: str) -> Catalogue:
    """Ningbo, or the city of the other finality policy."""
    if city == "ningbo":
        return load_catalogue("ningbo")
    return load_catalogue(str(load_catalogue("ningbo").folder / "published"))


class Road:
    """One workspace that deliveries come to, and the decisions it gives."""

    def __init__(self, folder: Path, city: str = "ningbo") -> None:
        self.catalogue = catalogue(city)
        self.home = folder / "home"
        self._folder = folder
        self._number = 0
        twins = [
            {"统一社会信用代码": code, "企业名称": name}
            for code, name in ((BUSINESS, "宁波某某商贸有限公司"), (TWIN, "宁波某乙商贸有限公司"))
        ]
        self.deliver(dt.date(2018, 3, 2), {"registrations": twins})

    def deliver(self, received: dt.date, rows: Mapping[str, Sequence[Cells]]) -> Reconciliation:
        """One delivery: source → rows by the department's own headings."""
        self._number += 1
        folder = self._folder / f"delivery {self._number}"
        folder.mkdir()
        for name, some in rows.items():
            source = self.catalogue.jurisdiction.source(name)
            whole = [{**_EVERY_ROW.get(name, {}), **row} for row in some]
            headings = list(dict.fromkeys(h for row in whole for h in row))
            path = folder / f"{source.files.removesuffix('*')}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, headings, restval="")
                writer.writeheader()
                writer.writerows(whole)
        return ingest(self.catalogue, self.home, folder, received)

    def on(self, when: dt.date) -> Told:
        """What is decided and explained as of a day, from the records held now."""
        edition = self.edition(when)
        return Told(explain(edition, BUSINESS), explain(edition, TWIN))

    def edition(self, when: dt.date, held: Snapshot | None = None) -> Edition:
        """The scores of a day, from the records held now or in an earlier snapshot."""
        snapshot = held or Snapshot.current(self.home)
        pairs = [(BUSINESS, day(when.isoformat())), (TWIN, day(when.isoformat()))]
        matrix = build(self.catalogue, snapshot, spine_of(pairs), self.home)
        bundle = _bundle(self.catalogue, self.home)
        scores = score_everyone(self.catalogue, snapshot, bundle, matrix, self.home)
        store = Store(scores.store, self.catalogue)
        return Edition(scores, bundle, self.catalogue, store, engine_of(self.catalogue))


@dataclass(frozen=True)
class Told:
    """The explanation of the business, and of its twin without records."""

    explained: Explained
    twin: Explained

    @property
    def answer(self) -> Answer:
        """The decision that applies, and what is contested."""
        return self.explained.answer

    @property
    def counted(self) -> int:
        """How many penalties the decision counts."""
        return sum(int(self.answer.decision.vector[name] or 0) for name in _COUNTED)

    @property
    def class_(self) -> str:
        """The final class."""
        return str(self.answer.decision.tier)

    @property
    def moved(self) -> bool:
        """Whether the score differs from the twin's."""
        return self.answer.decision.score != self.twin.answer.decision.score

    def aside(self) -> dict[str, tuple[str, str, str]]:
        """Decision number → why it is left aside, and what its clock says (zh, en)."""
        told = {}
        for one in self.answer.decision.not_used:
            clock = one.clock
            said = ("", "") if clock is None else (clock.zh, clock.en)
            told[one.record_id.split("|")[0]] = (one.why, *said)
        return told

    def clocks(self) -> dict[str, tuple[str, str, str]]:
        """Decision number → status of a cited record, and what its clocks say (zh, en)."""
        return {
            one.record_id.split("|")[0]: (
                one.status, "\n".join(c.zh for c in one.clocks),
                "\n".join(c.en for c in one.clocks),
            )
            for one in self.explained.records
        }  # fmt: skip


@cache
def _models(city: str) -> tuple[str, tuple[float, ...]]:
    """A model by which every counted penalty costs points, and its margin for 0 to 3 of them."""
    names = [feature.name for feature in catalogue(city).jurisdiction.features]
    places = [names.index(name) for name in _COUNTED]
    draw = np.random.default_rng(11)
    X = np.zeros((4_000, len(names)))
    X[:, places] = draw.integers(0, 4, (len(X), len(places)))
    chance = 1 / (1 + np.exp(4.0 - 1.5 * X[:, places].sum(axis=1)))
    booster = lightgbm.train(
        {"objective": "binary", "num_leaves": 16, "max_depth": 4, "min_data_in_leaf": 20,
         "num_threads": 1, "seed": 1, "deterministic": True, "verbosity": -1},
        lightgbm.Dataset(X, (draw.random(len(X)) < chance).astype(int), feature_name=names),
        num_boost_round=60,
    )  # fmt: skip
    some = np.zeros((4, len(names)))
    some[:, places[0]] = range(4)
    margins = np.asarray(booster.predict(some, raw_score=True))
    return booster.model_to_string(), tuple(float(one) for one in margins)


def _bundle(city: Catalogue, home: Path) -> Bundle:
    """The signed bundle of the small model: none is class A, one B, two C, three D."""
    declared = city.jurisdiction
    text, margins = _models("ningbo")
    factor = 50.0 / math.log(2.0)
    scale = ScoreScale(50.0, 600.0, 0.05, factor, 600.0 + factor * math.log(0.05))
    tenths = [round((scale.offset - scale.factor * one) * 10) for one in margins]
    cuts = TierCuts(*((better + worse) // 2 for better, worse in itertools.pairwise(tenths)))
    credit = declared.outcome("credit")
    manifest = Manifest(
        format=FORMAT,
        jurisdiction=place_of(city),
        catalogue_fingerprint=city.fingerprint,
        snapshot="none",
        matrix="none",
        trained_as_of="2024-12-31",
        code_version="0.1.0",
        features=feature_specs(city),
        groups=declared.groups,
        departments=declared.departments,
        districts=declared.districts,
        sectors=declared.sectors,
        models={
            "credit": ModelSpec(
                "models/credit.txt", credit.title,
                Calibration((-6.0, -2.0, 0.0, 3.0), (0.001, 0.08, 0.4, 0.95)), 0.1,
            )
        },
        score=scale,
        tiers=cuts,
        warnings={},
        references={},
        files={},
    )  # fmt: skip
    n = len(declared.features)
    none, one, two = np.zeros((1, n)), np.zeros((1, n)), np.zeros((1, n))
    place = [f.name for f in declared.features].index(_COUNTED[0])
    one[0, place], two[0, place] = 1, 2
    labels = {spec.name: spec.labels for spec in manifest.features}
    parts = Parts(
        manifest=manifest,
        models={"credit": text},
        reasons=declared.reasons,
        policy=load_policy(city.policy_folder, labels),
        reference={("A", None): none, ("B", None): one, ("C", None): two},
        golden=[GoldenInput(Business("GOLDEN", "示例"), 20_000, (0.0,) * n, {})],
    )
    name = write_bundle(home / "bundles", parts, KEY)
    return load_bundle(home / "bundles" / name, TRUSTED)
