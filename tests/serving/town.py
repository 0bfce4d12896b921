"""A town of a few dozen businesses: declarations, a snapshot, a matrix, a bundle, scores."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import lightgbm
import numpy as np

from features.builder import Matrix, build
from features.catalogue import Catalogue, load_catalogue
from features.contracts import (
    Action,
    Ahead,
    ByCode,
    CityWide,
    Column,
    Count,
    Dates,
    Days,
    DaysSince,
    Direction,
    Evidence,
    Feature,
    Jurisdiction,
    Kind,
    Latest,
    Link,
    Max,
    Monthly,
    Months,
    Nearby,
    OnRecords,
    Outcome,
    Phrase,
    Reason,
    Repaired,
    Source,
    Sum,
    Wait,
    Within,
)
from features.expressions import col
from serving.batch import score_everyone
from serving.bundle.folder import Bundle, GoldenInput, Parts, load_bundle, write_bundle
from serving.decision.decide import Business
from serving.manifest import (
    FORMAT,
    Calibration,
    LevelCuts,
    Manifest,
    ModelSpec,
    ScoreScale,
    TierCuts,
    feature_specs,
    place_of,
)
from serving.policy import load_policy
from serving.settings import Settings
from serving.store.scores import Scores
from tests.features.worlds import Cell, World, day, spine_of, write_world
from tests.serving.bundles import KEY, TRUSTED

AS_OF = "2024-05-31"
AS_OF_DAY = day(AS_OF)
N = 48
# What the tests ask about.
CLEAN, FINED, LISTED, DISPUTING, REPAIRED, UNNAMED, CLOSED = (
    "TOWN-001", "TOWN-002", "TOWN-003", "TOWN-004", "TOWN-005", "TOWN-006", "TOWN-CLOSED",
)  # fmt: skip
_MEASURES = """
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
"""
_NOTICE = """
id: notice
title: {zh: 告知, en: Notice}
reference: 浙江省公共信用信息管理条例第三十条
owner: 信用监管处
confirmed_on: 2026-11-01
versions:
  - effective_from: 2021-09-01
    effective_until: null
    subject_sees_tier: false
    rights: {zh: 可以提出异议, en: You may object}
"""
_LISTED = """
id: H01
title: {zh: 列入严重违法失信名单, en: On the serious-violation list}
reference: 总局令第44号
owner: 信用监管处
confirmed_on: 2026-11-01
versions:
  - effective_from: 2021-09-01
    effective_until: null
    when: [{feature: serious_list_count, at_least: 1}]
    effect: {tier: D}
cases:
  - {name: listed, as_of: 2024-05-31, features: {serious_list_count: 1}, model_tier: A, tier: D}
"""


def _source(
    name: str, department: str, title: str, columns: Sequence[Column], **other: object
) -> Source:
    common: dict[str, object] = {
        "legal_basis": "条例第一条",
        "files": f"{name}*.csv",
        "key": ("number",),
        "subject": ByCode("code"),
        "dates": Dates(event="happened_on", trust="exact"),
    }
    base = (
        Column("number", Kind.TEXT, ("编号",), "文书编号", required=True),
        Column("code", Kind.TEXT, ("代码",), "统一社会信用代码"),
        Column("happened_on", Kind.DAY, ("日期",), "日期", required=True),
    )
    return Source(
        name=name, department=department, title=Phrase(title, name.replace("_", " ")),
        columns=(*base, *columns), **(common | other),  # type: ignore[arg-type]
    )  # fmt: skip


_PLACE = (
    Column("latitude", Kind.DECIMAL, ("纬度",), "纬度"),
    Column("longitude", Kind.DECIMAL, ("经度",), "经度"),
)
_KINDS = ("警告", "罚款", "吊销")
SOURCES = (
    _source(
        "registrations", "market", "登记",
        (Column("name", Kind.TEXT, ("名称",), "名称"),
         Column("address", Kind.TEXT, ("住所",), "住所")),
        profile={"name": "name"},
    ),
    _source(
        "penalties", "market", "行政处罚",
        (Column("kind", Kind.CODE, ("种类",), "处罚种类", labels=_KINDS),
         Column("fine_fen", Kind.MONEY, ("罚款",), "罚款金额"),
         Column("grounds", Kind.MASK, ("事由",), "违法事由", labels=("食品", "广告")),
         Column("person", Kind.TEXT, ("法定代表人",), "法定代表人", personal=True),
         Column("repaired_on", Kind.DAY, ("修复",), "信用修复日期")),
        dates=Dates(event="happened_on", trust="exact", repaired="repaired_on"),
    ),
    _source("serious_list", "market", "严重违法失信名单", ()),
    _source(
        "complaints", "hotline", "投诉", (Column("amount_fen", Kind.MONEY, ("金额",), "金额"),)
    ),
    _source("burglaries", "police", "盗窃", _PLACE, subject=Nearby("latitude", "longitude", 500)),
    _source(
        "weather", "sky", "天气", (Column("degrees", Kind.DECIMAL, ("气温",), "气温"),),
        subject=CityWide(),
    ),
)  # fmt: skip


def _feature(name: str, source: str, measure: object, meaning: str, **other: object) -> Feature:
    common: dict[str, object] = {
        "direction": Direction.RISK_UP, "missing": "无记录", "group": "R03", "reason": "R304",
        "legal_basis": "条例第一条",
    }  # fmt: skip
    return Feature(
        name=name, source=source, measure=measure,  # type: ignore[arg-type]
        meaning=Phrase(meaning, name.replace("_", " ")), **(common | other),  # type: ignore[arg-type]
    )  # fmt: skip


FEATURES = (
    _feature("penalty_count_36m", "penalties", Count(), "近三年处罚次数", window=Months(36)),
    _feature(
        "penalty_fines_yuan_36m", "penalties", Sum("fine_fen"), "近三年罚款", window=Months(36),
        unit="yuan", scale=100, reason="R305",
    ),
    _feature(
        "penalty_kind_latest", "penalties", Latest("kind"), "最近处罚种类", unit="code",
        categorical=True, direction=Direction.EITHER, reason="R306",
    ),
    _feature("serious_list_count", "serious_list", Count(), "严重违法失信名单", reason="R303"),
    _feature(
        "complaint_count_12m_vs_peers", "complaints", Count(), "近一年投诉(与同业比)",
        window=Months(12), peers=("sector",), group="R05", reason="R501",
    ),
    _feature("complaint_count_90d", "complaints", Count(), "近九十天投诉", window=Days(90),
             group="R05", reason="R502"),
    _feature(
        "business_age_days", "registrations", DaysSince("first"), "成立天数", unit="days",
        direction=Direction.RISK_DOWN, group="R01", reason="R101", positive_reason="R104",
    ),
    _feature("burglary_count_90d", "burglaries", Count(), "周边盗窃", window=Days(90),
             group="R01", reason="R404"),
    _feature("degrees_max_7d", "weather", Max("degrees"), "近七天最高气温", window=Days(7),
             unit="degrees", scale=1_000_000, direction=Direction.EITHER, group="R01",
             reason="R404"),
    _feature("linked_penalty_count", "penalties", Count(), "关联主体处罚次数", via="same_address",
             group="R04", reason="R402"),
)  # fmt: skip
_REASONS = {
    "R101": ("成立时间较短({value})", "Short history ({value})"),
    "R104": ("持续经营{value}", "In business for {value}"),
    "R303": ("列入严重违法失信名单", "On the serious-violation list"),
    "R304": ("{window}受到行政处罚{value}次", "Penalties, {window}: {value}"),
    "R305": ("{window}罚款{value},{peer}", "Fines, {window}: {value}; {peer}"),
    "R306": ("最近一次处罚为{value}", "Latest penalty: {value}"),
    "R402": ("关联主体受到处罚{value}次", "Penalties of linked businesses: {value}"),
    "R404": ("周边情况:{value}", "Surroundings: {value}"),
    "R501": ("投诉{value}件,{peer}", "Complaints: {value}; {peer}"),
    "R502": ("{window}投诉{value}件", "Complaints, {window}: {value}"),
}

ACTIONS = (
    Action(
        name="repair_penalty",
        phrase=Phrase("申请信用修复", "Apply for credit repair"),
        condition=Phrase("已履行处罚决定", "The decision is fulfilled"),
        legal_basis="条例第二条",
        at=Phrase("市场监管局", "the market regulator"),
        effort=2,
        about=OnRecords("penalties"),
        effects=(Repaired(),),
        takes=Within(days=10),
        waits=(Wait("happened_on", "条例第三条", "2020-01-01", months=3),),
    ),
)


def jurisdiction() -> Jurisdiction:
    """The town's declarations."""
    return Jurisdiction(
        name="town",
        title=Phrase("小镇", "Town"),
        timezone="Asia/Shanghai",
        identity="plain",
        currency=Phrase("元", "yuan"),
        departments={
            "market": Phrase("市场监管局", "Market regulator"),
            "hotline": Phrase("12345热线", "Hotline"),
            "police": Phrase("公安局", "Police"),
            "sky": Phrase("气象局", "Weather office"),
        },
        sources=SOURCES,
        links=(Link("same_address", "registrations", "address", max_size=5),),
        features=FEATURES,
        outcomes=(
            Outcome(
                "credit", Phrase("信用风险", "Credit risk"), (Evidence("penalties"),),
                Ahead(365), past="penalty_count_36m",
            ),
            Outcome(
                "surge", Phrase("投诉激增", "Complaint surge"),
                (Evidence("complaints", col("amount_fen") > 0),), Ahead(90),
                past="complaint_count_90d",
            ),
        ),
        reasons=tuple(Reason(code, Phrase(*texts)) for code, texts in _REASONS.items()),
        roster=("registrations",),
        cohort=Monthly(),
        groups={
            "R01": Phrase("基础属性", "Basics"),
            "R03": Phrase("监管", "Supervision"),
            "R04": Phrase("关联", "Associates"),
            "R05": Phrase("社会评价", "Public"),
        },
        districts={"E": Phrase("东区", "East"), "W": Phrase("西区", "West")},
        sectors={"F": Phrase("食品", "Food"), "T": Phrase("贸易", "Trade")},
        actions=ACTIONS,
    )  # fmt: skip


def catalogue(folder: Path) -> Catalogue:
    """The declarations as a folder that `load_catalogue` takes, policy files included."""
    policy = folder / "policy"
    policy.mkdir(parents=True, exist_ok=True)
    for name, text in {"measures": _MEASURES, "notice": _NOTICE, "H01": _LISTED}.items():
        (policy / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "__init__.py").write_text(
        "from tests.serving.town import jurisdiction\n\nJURISDICTION = jurisdiction()\n",
        encoding="utf-8",
    )
    return load_catalogue(str(folder))


def _rows() -> dict[str, list[dict[str, Cell]]]:
    """Records of every business, made by arithmetic; the named ones by hand."""
    rows: dict[str, list[dict[str, Cell]]] = {source.name: [] for source in SOURCES}

    def add(source: str, entity: str | None, on: str | int, **other: Cell) -> None:
        event = day(on) if isinstance(on, str) else on
        number = f"{source}:{len(rows[source]) + 1:04d}"
        row: dict[str, Cell] = {
            "entity_id": entity, "event_key": number, "event_day": event, "number": number,
            "code": entity, "happened_on": event,
        }  # fmt: skip
        rows[source].append(row | other)

    for i in range(1, N + 1):
        entity = f"TOWN-{i:03d}"
        name = None if entity == UNNAMED else f"小镇{'食品' if i % 2 else '贸易'}{i:03d}号有限公司"
        add("registrations", entity, AS_OF_DAY - 100 - 37 * i, name=name, address=f"{i // 2} 号")
        for k in range(0 if i < 10 else (i * 7) % 4):
            add("penalties", entity, AS_OF_DAY - 60 - 170 * k - i, kind=(i + k) % 3,
                fine_fen=50_000 * (k + 1), grounds=1 + (i + k) % 3)  # fmt: skip
        for k in range(0 if i < 4 else (i * 5) % 3):
            add("complaints", entity, AS_OF_DAY - 20 - 90 * k, amount_fen=100 * i)
        for k in range(i % 5):
            add("burglaries", entity, AS_OF_DAY - 10 * k - 1, distance_m=40 * k, latitude=29,
                longitude=121)  # fmt: skip
    for k in range(4):
        add("penalties", FINED, f"2024-0{k + 1}-10", kind=1, fine_fen=300_000, grounds=3)
    add("serious_list", LISTED, "2024-02-01")
    add("penalties", DISPUTING, "2024-03-01", kind=2, fine_fen=900_000, grounds=1)
    add("penalties", DISPUTING, "2024-03-02", kind=2, fine_fen=900_000, grounds=1,
        disputed_day=day("2024-05-20"))  # fmt: skip
    add("penalties", REPAIRED, "2023-03-01", kind=1, fine_fen=10_000, grounds=1,
        repaired_day=day("2024-04-01"))  # fmt: skip
    add("penalties", CLEAN, "2024-05-01", kind=1, fine_fen=77_700, grounds=1,
        known_day=day("2024-06-15"))  # fmt: skip
    for k in range(10):
        add("weather", None, AS_OF_DAY - k, degrees=20_000_000 + k)
    return rows


def district_of(entity: str) -> str:
    """The district of a business that is open."""
    return "EW"[int(entity[-3:]) % 2]


def _profiles() -> list[dict[str, Cell]]:
    people: list[dict[str, Cell]] = []
    for i in range(1, N + 1):
        entity = f"TOWN-{i:03d}"
        name = None if entity == UNNAMED else f"小镇{'食品' if i % 2 else '贸易'}{i:03d}号有限公司"
        people.append(
            {
                "entity_id": entity, "name": name, "district": district_of(entity),
                "sector": "FT"[i % 2], "form": "company",
                "established_day": AS_OF_DAY - 100 - 37 * i,
                "from_day": AS_OF_DAY - 100 - 37 * i, "to_day": None,
            }
        )  # fmt: skip
    closed = day("2024-01-31")
    people.append(
        {
            "entity_id": CLOSED, "name": "已注销商行", "district": "E", "sector": "F",
            "form": "company", "established_day": 10_000, "closed_day": closed,
            "from_day": 10_000, "to_day": closed,
        }
    )  # fmt: skip
    return people


@dataclass(frozen=True)
class Town:
    """Everything the town's tests stand on; `home` is a workspace with published scores."""

    home: Path
    catalogue: Catalogue
    world: World
    matrix: Matrix
    bundle: Bundle
    scores: Scores


def build_town(folder: Path) -> Town:
    """The whole road: records, matrix, models, bundle, scores, all below `folder`."""
    home = folder / "home"
    city = catalogue(folder / "declared")
    world = write_world(folder / "snapshot", city, _rows(), _profiles())
    pairs = [(f"TOWN-{i:03d}", AS_OF_DAY) for i in range(1, N + 1)]
    matrix = build(city, world.snapshot, spine_of(pairs), home)
    name = write_bundle(home / "bundles", parts_of(city, world, matrix), KEY)
    bundle = load_bundle(home / "bundles" / name, TRUSTED)
    scores = score_everyone(city, world.snapshot, bundle, matrix, home)
    return Town(home, city, world, matrix, bundle, scores)


_kept: list[TemporaryDirectory[str]] = []


@functools.cache
def town() -> Town:
    """The town, built once a process; tests only read it."""
    _kept.append(TemporaryDirectory(prefix="town-"))
    return build_town(Path(_kept[-1].name))


def settings_of(one: Town) -> Settings:
    """How a service of the town runs."""
    return Settings(
        jurisdiction=str(one.catalogue.folder), home=one.home, trusted_keys=tuple(TRUSTED),
        is_demo=True,
    )  # fmt: skip


def numbers(matrix: Matrix) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The matrix as float64, NaN missing."""
    table = matrix.read(matrix.features)
    columns = [column.to_numpy(zero_copy_only=False) for column in table.columns]
    return np.ascontiguousarray(np.column_stack(columns), dtype=np.float64)


def parts_of(city: Catalogue, world: World, matrix: Matrix) -> Parts:
    """What the town's bundle is made of."""
    X = np.repeat(numbers(matrix), 20, axis=0)
    draw = np.random.default_rng(3)
    risk = -2.0 + 0.9 * X[:, 0] + 0.7 * X[:, 4] + 0.3 * X[:, 9] + 2.0 * X[:, 3]
    texts: dict[str, str] = {}
    margins = np.empty(0)
    for outcome in ("surge", "credit"):
        y = (draw.random(len(X)) < 1 / (1 + np.exp(-risk))).astype(int)
        booster = lightgbm.train(
            {"objective": "binary", "num_leaves": 8, "max_depth": 4, "min_data_in_leaf": 5,
             "num_threads": 1, "seed": 1, "deterministic": True, "verbosity": -1},
            lightgbm.Dataset(X, y, feature_name=list(matrix.features),
                             categorical_feature=["penalty_kind_latest"]),
            num_boost_round=25,
        )  # fmt: skip
        texts[outcome] = booster.model_to_string()
        margins = np.asarray(booster.predict(numbers(matrix), raw_score=True))
    factor = 50.0 / math.log(2.0)
    scale = ScoreScale(50.0, 600.0, 0.05, factor, 600.0 + factor * math.log(0.05))
    tenths = np.rint((scale.offset - scale.factor * margins) * 10).astype(int)
    cuts = TierCuts(*(int(q) for q in np.quantile(tenths, [0.5, 0.2, 0.05], method="higher")))
    just_inside = {
        (letter, None): numbers(matrix)[np.flatnonzero(tenths >= lowest)[:8]]
        for letter, lowest in zip("ABC", (cuts.A, cuts.B, cuts.C), strict=True)
    }
    calibration = Calibration((-6.0, -2.0, 0.0, 3.0), (0.001, 0.08, 0.4, 0.95))
    titles = {one.name: one.title for one in city.jurisdiction.outcomes}
    manifest = Manifest(
        format=FORMAT,
        jurisdiction=place_of(city),
        catalogue_fingerprint=city.fingerprint,
        snapshot=world.snapshot.name,
        matrix=matrix.name,
        trained_as_of="2024-04-30",
        code_version="0.1.0",
        features=feature_specs(city),
        groups=city.jurisdiction.groups,
        departments=city.jurisdiction.departments,
        districts=city.jurisdiction.districts,
        sectors=city.jurisdiction.sectors,
        models={
            name: ModelSpec(f"models/{name}.txt", titles[name], calibration, 0.2) for name in texts
        },
        score=scale,
        tiers=cuts,
        warnings={"surge": LevelCuts(red=0.5, orange=0.3, yellow=0.1, blue=0.05)},
        references=(),
        files={},
    )
    first = numbers(matrix)[0].tolist()
    vector = tuple(None if math.isnan(value) else value for value in first)
    labels = {one.name: one.labels for one in manifest.features}
    return Parts(
        manifest=manifest,
        models=texts,
        reasons=city.jurisdiction.reasons,
        policy=load_policy(city.policy_folder, labels),
        reference=just_inside,  # type: ignore[arg-type]  # its keys are tiers
        golden=[GoldenInput(Business("GOLDEN", "示例"), AS_OF_DAY, vector, {})],
    )


def vector_of(one: Town, entity_id: str) -> Mapping[str, float | None]:
    """A business's features as the batch engine built them."""
    row = one.matrix.read().filter(
        one.matrix.read(["entity_id"])["entity_id"].to_numpy(zero_copy_only=False) == entity_id
    )
    (values,) = row.select(list(one.matrix.features)).to_pylist()
    return dict(values)
