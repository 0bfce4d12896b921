"""A small signed bundle with real LightGBM models, for tests of whatever decides."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import lightgbm
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from features.contracts import Phrase, Reason
from serving.bundle.folder import Bundle, GoldenInput, Parts, load_bundle, write_bundle
from serving.bundle.signing import public_hex
from serving.decision.decide import Business
from serving.manifest import (
    FORMAT,
    Band,
    Calibration,
    FeatureSpec,
    LevelCuts,
    Manifest,
    ModelSpec,
    Place,
    ScoreScale,
    Span,
    TierCuts,
)
from serving.policy import Policy, load_policy

AS_OF_DAY = 19874  # 2024-05-31
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TRUSTED = frozenset({public_hex(KEY)})
BUSINESS = Business("91330200711192037M", "某某食品店", "330203", "H", "sole_trader", 18000)

_PDO, _ANCHOR_SCORE, _ANCHOR_ODDS = 50.0, 600.0, 0.05
_FACTOR = _PDO / math.log(2.0)
_MONOTONE = {"risk_up": 1, "risk_down": -1, "either": 0}


def phrase(zh: str, en: str) -> Phrase:
    return Phrase(zh, en)


def spec(name: str, source: str, group: str, reason: str, **other: object) -> FeatureSpec:
    """A feature of the small catalogue; `other` replaces what most have in common."""
    common: dict[str, object] = {
        "source_title": Phrase(f"来源 {source}", f"Source {source}"),
        "department": source.partition("_")[0],
        "unit": "count",
        "meaning": Phrase(f"指标 {name}", f"Feature {name}"),
        "window": None,
        "direction": "risk_up",
        "categorical": False,
        "labels": (),
        "counts_records": True,
        "missing": "no record",
        "peers": (),
        "positive_reason": None,
    }
    return FeatureSpec(name=name, source=source, group=group, reason=reason, **(common | other))  # type: ignore[arg-type]


FEATURES = (
    spec("penalty_count_36m", "market_penalties", "R03", "R304", window=Span("months", 36)),
    spec(
        "penalty_fines_yuan_36m", "market_penalties", "R03", "R305", unit="yuan",
        window=Span("months", 36),
    ),
    spec("abnormal_current_count", "market_abnormal_list", "R03", "R301"),
    spec("serious_list_current_count", "market_serious_list", "R03", "R303"),
    spec(
        "annual_report_count_36m", "market_annual_reports", "R02", "R206", direction="risk_down",
        window=Span("months", 36), positive_reason="R213",
    ),
    spec(
        "business_age_days", "market_registrations", "R01", "R101", unit="days",
        direction="risk_down", counts_records=False, positive_reason="R104",
    ),
    spec(
        "tax_grade_latest", "tax_grades", "R02", "R208", unit="code", labels=("A", "B", "M", "C"),
        direction="either", categorical=True, counts_records=False,
    ),
    spec(
        "complaint_count_12m_vs_peers", "hotline_complaints", "R05", "R501",
        window=Span("months", 12), peers=("sector", "district"),
    ),
    spec("key_sector_current", "market_permits", "R01", "R901", direction="either"),
    spec(
        "honour_current_count", "market_honours", "R05", "R901", direction="risk_down",
        positive_reason="R506",
    ),
)  # fmt: skip
NAMES = tuple(one.name for one in FEATURES)

REASONS = (
    Reason("R101", Phrase("成立时间较短({value})", "Short operating history ({value})")),
    Reason("R104", Phrase("持续经营{value}", "In business for {value}")),
    Reason(
        "R206",
        Phrase("未按期报送年度报告({window}{value}份)", "Annual reports, {window}: {value}"),
        Phrase("补报年度报告", "File the missing annual report"),
    ),
    Reason("R208", Phrase("纳税信用等级:{value}", "Tax-credit grade: {value}")),
    Reason("R213", Phrase("按期年报", "Reports on time")),
    Reason("R301", Phrase("当前列入经营异常名录", "On the abnormal-operation list")),
    Reason("R303", Phrase("列入严重违法失信名单", "On the serious-violation list")),
    Reason("R304", Phrase("{window}受到行政处罚{value}次", "Penalties, {window}: {value}")),
    Reason("R305", Phrase("{window}罚没{value},{peer}", "Fines, {window}: {value}; {peer}")),
    Reason("R501", Phrase("{window}投诉{value}件,{peer}", "Complaints, {window}: {value}, {peer}")),
    Reason("R506", Phrase("放心网店", "Trusted shop")),
    Reason("R901", Phrase("关键数据缺失", "Key data missing")),
)

POLICY_FILES = {
    "H01.yaml": """
id: H01
title: {zh: 列入严重违法失信名单, en: On the serious-violation list}
reference: 总局令第44号
owner: 信用监管处
confirmed_on: 2026-11-01
versions:
  - effective_from: 2021-09-01
    effective_until: null
    when: [{feature: serious_list_current_count, at_least: 1}]
    effect: {tier: D}
cases:
  - {name: listed, as_of: 2024-05-31, features: {serious_list_current_count: 1},
     model_tier: A, tier: D}
""",
    "H04.yaml": """
id: H04
title: {zh: 列入经营异常名录, en: On the abnormal list}
reference: 条例第三十八条
owner: 信用监管处
confirmed_on: 2026-11-01
versions:
  - effective_from: 2021-09-01
    effective_until: null
    when: [{feature: abnormal_current_count, at_least: 1}]
    effect: {floor: C}
cases:
  - {name: listed, as_of: 2024-05-31, features: {abnormal_current_count: 1},
     model_tier: B, tier: C}
""",
    "H08.yaml": """
id: H08
title: {zh: 重点监管领域, en: Key sector}
reference: 国市监信发〔2022〕6号
owner: 信用监管处
confirmed_on: 2026-11-01
versions:
  - effective_from: 2022-01-13
    effective_until: null
    when: [{feature: key_sector_current, at_least: 1}]
    effect: {flag: key_sector}
cases:
  - {name: food stays A, as_of: 2024-05-31, features: {key_sector_current: 1},
     model_tier: A, tier: A, flags: [key_sector]}
""",
    "H09.yaml": """
id: H09
title: {zh: 成立不足六个月, en: Younger than six months}
reference: 行政处罚法第三十三条
owner: 信用监管处
confirmed_on: 2026-11-01
versions:
  - effective_from: 2021-09-01
    effective_until: null
    when: [{feature: business_age_days, at_most: 182}]
    effect: {no_worse_than: B, flag: insufficient_history}
    yields_to: [H01, H04]
cases:
  - {name: new, as_of: 2024-05-31, features: {business_age_days: 10}, model_tier: D, tier: B}
""",
    "measures.yaml": """
id: measures
title: {zh: 抽查比例, en: Sampling ratios}
reference: 国市监信发〔2022〕6号
owner: 信用监管处
confirmed_on: 2026-11-01
versions:
  - effective_from: 2021-09-01
    effective_until: null
    tiers:
      A: {ratio: 0.01, cap: 1, text: {zh: 无事不扰, en: No check without cause}}
      B: {ratio: 0.02, cap: 1, text: {zh: 常规抽查, en: Normal checks}}
      C: {ratio: 0.1, cap: 2, text: {zh: 重点关注, en: Focused attention}}
      D: {ratio: 0.3, cap: null, text: {zh: 严格监管, en: Strict supervision}}
""",
    "notice.yaml": """
id: notice
title: {zh: 告知, en: Notice}
reference: 浙江省公共信用信息管理条例第三十条
owner: 信用监管处
confirmed_on: 2026-11-01
versions:
  - effective_from: 2021-09-01
    effective_until: null
    subject_sees_tier: false
    rights: {zh: 可提出异议，五个工作日内答复, en: You may object; answer in five days}
""",
}


@dataclass(frozen=True)
class Learned:
    """Models and the synthetic city they learned from."""

    X: NDArray[np.float64]
    texts: Mapping[str, str]
    scores: NDArray[np.int64]  # tenths


def city(n: int, seed: int = 7) -> NDArray[np.float64]:
    """``(n, 10)`` businesses; two columns have missing values."""
    draw = np.random.default_rng(seed)
    penalties = draw.poisson(0.4, n)
    grade = draw.choice([0.0, 1.0, 2.0, 3.0, math.nan], n, p=[0.3, 0.3, 0.15, 0.15, 0.1])
    age = np.where(draw.random(n) < 0.05, math.nan, draw.integers(10, 9000, n))
    return np.column_stack(
        [
            penalties,
            penalties * draw.integers(1, 40, n) * 500.0,
            draw.random(n) < 0.08,
            draw.random(n) < 0.02,
            draw.integers(0, 4, n),
            age,
            grade,
            np.round(draw.normal(0, 2, n), 2),
            draw.random(n) < 0.3,
            draw.random(n) < 0.1,
        ]
    ).astype(np.float64)


@functools.cache
def learned() -> Learned:
    """The models, trained once a process."""
    X = city(1500)
    draw = np.random.default_rng(8)
    risk = -2.5 + 0.8 * X[:, 0] + 1.5 * X[:, 2] - 0.4 * X[:, 4] + 0.3 * X[:, 7] + 2.0 * X[:, 3]
    texts, margins = {}, np.empty(0)
    for outcome, shift in (("complaint", 0.5), ("credit", 0.0)):
        y = (draw.random(len(X)) < 1 / (1 + np.exp(-(risk + shift)))).astype(int)
        booster = lightgbm.train(
            {
                "objective": "binary", "num_leaves": 8, "max_depth": 4, "min_data_in_leaf": 10,
                "num_threads": 1, "seed": 1, "deterministic": True, "verbosity": -1,
                "monotone_constraints": [_MONOTONE[one.direction] for one in FEATURES],
            },
            lightgbm.Dataset(
                X, y, feature_name=list(NAMES), categorical_feature=["tax_grade_latest"],
                free_raw_data=False,
            ),
            num_boost_round=20,
        )  # fmt: skip
        texts[outcome] = booster.model_to_string()
        margins = np.asarray(booster.predict(X, raw_score=True))
    scores = np.rint((scale().offset - scale().factor * margins) * 10).astype(np.int64)
    return Learned(X, texts, scores)


def scale() -> ScoreScale:
    offset = _ANCHOR_SCORE + _FACTOR * math.log(_ANCHOR_ODDS)
    return ScoreScale(_PDO, _ANCHOR_SCORE, _ANCHOR_ODDS, _FACTOR, offset)


def cuts() -> TierCuts:
    """A 60 %, B 30 %, C 7.5 % of the synthetic city."""
    lowest = np.quantile(learned().scores, [0.4, 0.1, 0.025], method="higher").astype(int)
    return TierCuts(*lowest.tolist())


def policy(folder: Path, files: Mapping[str, str] = POLICY_FILES) -> Policy:
    """The policy of `files`, written to and loaded from `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_policy(folder, {one.name: one.labels for one in FEATURES})


def manifest() -> Manifest:
    band = Band(0.9, (0.0, 0.06, 0.35, 0.9), (0.004, 0.1, 0.45, 0.99))
    calibration = Calibration((-5.0, -2.0, 0.0, 3.0), (0.001, 0.08, 0.4, 0.95), band)
    return Manifest(
        format=FORMAT,
        jurisdiction=Place("city", Phrase("某市", "City"), Phrase("元", "yuan"), "Asia/Shanghai"),
        catalogue_fingerprint="c" * 64,
        snapshot="5" * 64,
        matrix="3" * 64,
        trained_as_of="2024-04-30",
        code_version="0.1.0",
        features=FEATURES,
        groups={
            "R01": Phrase("基础属性", "Basic attributes"),
            "R02": Phrase("动态", "Dynamics"),
            "R03": Phrase("监管", "Supervision"),
            "R05": Phrase("社会评价", "Public evaluation"),
        },
        departments={
            "market": Phrase("市场监管局", "Market regulator"),
            "tax": Phrase("税务局", "Tax bureau"),
            "hotline": Phrase("12345热线", "12345 hotline"),
        },
        districts={"330203": Phrase("海曙区", "Haishu")},
        sectors={"H": Phrase("住宿和餐饮业", "Accommodation and catering")},
        models={
            "credit": ModelSpec(
                "models/credit.txt", Phrase("信用风险", "Credit risk"), calibration, 0.1
            ),
            "complaint": ModelSpec(
                "models/complaint.txt", Phrase("投诉激增", "Complaint surge"),
                replace(calibration, band=None), 0.15,
            ),
        },
        score=scale(),
        tiers=cuts(),
        warnings={"complaint": LevelCuts(red=0.5, orange=0.3, yellow=0.1, blue=0.05)},
        references=(),
        files={},
    )  # fmt: skip


def golden(row: NDArray[np.float64]) -> GoldenInput:
    vector = tuple(None if math.isnan(value) else float(value) for value in row)
    return GoldenInput(BUSINESS, AS_OF_DAY, vector, evidence_of(row))


def evidence_of(row: NDArray[np.float64]) -> dict[str, tuple[str, ...]]:
    """Made-up record identifiers: as many as a row's values call for."""
    named = dict(zip(NAMES, row.tolist(), strict=True))
    penalties = tuple(f"penalties:{n}" for n in range(int(named["penalty_count_36m"])))
    return {
        "penalty_count_36m": penalties,
        "penalty_fines_yuan_36m": penalties,
        "abnormal_current_count": ("abnormal:1",) * int(named["abnormal_current_count"]),
        "serious_list_current_count": ("serious:1",) * int(named["serious_list_current_count"]),
        "annual_report_count_36m": tuple(
            f"report:{n}" for n in range(int(named["annual_report_count_36m"]))
        ),
        "business_age_days": ("registration:1",),
        "tax_grade_latest": ("tax:2023",),
        "complaint_count_12m_vs_peers": (
            ("complaint:1",) if named["complaint_count_12m_vs_peers"] > 0 else ()
        ),
        "honour_current_count": ("honour:1",) * int(named["honour_current_count"]),
    }


def parts(folder: Path) -> Parts:
    """The parts of the small bundle; policy files go to ``folder/policy``."""
    X, scores = learned().X, learned().scores
    just_inside = {
        (letter, None): X[
            np.flatnonzero(scores >= lowest)[np.argsort(scores[scores >= lowest])[:40]]
        ]
        for letter, lowest in zip("ABC", (cuts().A, cuts().B, cuts().C), strict=True)
    }
    return Parts(
        manifest=manifest(),
        models=learned().texts,
        reasons=REASONS,
        policy=policy(folder / "policy"),
        reference=just_inside,  # type: ignore[arg-type]  # its keys are tiers
        golden=[golden(X[i]) for i in (0, 1, 2)],
    )


def write(folder: Path) -> Path:
    """Write the small bundle below `folder` and return its own folder."""
    bundles = folder / "bundles"
    return bundles / write_bundle(bundles, parts(folder), KEY)


def loaded(folder: Path) -> Bundle:
    """The small bundle, written, verified and loaded."""
    return load_bundle(write(folder), TRUSTED)
