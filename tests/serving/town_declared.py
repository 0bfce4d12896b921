"""The declarations of the town: its sources, features, outcomes, actions and policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from features.catalogue import Catalogue, load_catalogue
from features.contracts import (
    Action,
    Ahead,
    ByCode,
    ByName,
    CityWide,
    Column,
    Count,
    Dates,
    Days,
    DaysSince,
    Deadline,
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
    OverrideTerm,
    Phrase,
    Reason,
    Repaired,
    Source,
    Sum,
    Wait,
    Within,
)
from features.expressions import col

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
         Column("repaired_on", Kind.DAY, ("修复",), "信用修复日期"),
         Column("called", Kind.TEXT, ("当事人",), "当事人名称")),
        subject=ByCode("code", name=ByName("called")),
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


DEADLINES = (
    Deadline("answer", "disputed", Phrase("应当答复", "to be answered"), 5, "条例第三十条"),
    Deadline("latest", "disputed", Phrase("最迟答复", "at the latest"), 20, "条例第三十一条"),
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
        deadlines=DEADLINES,
        overrides=(OverrideTerm("2024-01-01", 6, "条例第四十条"),),
        actions=ACTIONS,
    )  # fmt: skip


def catalogue(folder: Path) -> Catalogue:
    """The declarations as a folder that `load_catalogue` takes, policy files included."""
    policy = folder / "policy"
    policy.mkdir(parents=True, exist_ok=True)
    for name, text in {"measures": _MEASURES, "notice": _NOTICE, "H01": _LISTED}.items():
        (policy / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "__init__.py").write_text(
        "from tests.serving.town_declared import jurisdiction\n\nJURISDICTION = jurisdiction()\n",
        encoding="utf-8",
    )
    return load_catalogue(str(folder))
