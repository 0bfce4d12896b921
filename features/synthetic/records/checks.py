"""Checks, samples, and the serious-violation list."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from features.synthetic.chunk import Chunk
from features.synthetic.conduct import key_sector
from features.synthetic.delivery import Coded, none_like
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.sightings import BLIND, BY_TIER, CORRECTED, PENDING

_RESULTS = (
    "未发现问题",
    "责令改正",
    "发现问题待后续处理",
    "查无下落",
    "不配合检查情节严重",
    "未按规定公示应当公示的信息",
    "公示信息隐瞒真实情况弄虚作假",
    "未发现开展本次抽查涉及的经营活动",
)
_DRAWN_BY = ("信用风险分类抽查", "不定向抽查", "投诉举报核查", "专项检查")
_PRODUCTS = ("糕点", "蔬菜", "水产制品", "白酒", "插座", "儿童服装", "电动自行车", "塑料餐具")


def check_records(chunk: Chunk) -> Iterator[Batch]:
    """Checks, samples and the serious list."""
    yield _checks(chunk)
    yield _samples(chunk)
    yield _serious(chunk)


def _checks(chunk: Chunk) -> Batch:
    checks, rng = chunk.history.checks, chunk.rng
    kept = (checks.day >= chunk.span.first) & (checks.day <= chunk.span.last)
    kept &= chunk.alive(checks.business, checks.day)
    business, days, result = checks.business[kept], checks.day[kept], checks.result[kept]
    drawn_by = checks.drawn_by[kept]
    n = len(business)
    drawn = (drawn_by == BY_TIER) | (drawn_by == BLIND)
    tiers = Coded(np.where(drawn_by == BY_TIER, checks.tier[kept], -1), ("A", "B", "C", "D"))
    ledger = Ledger(
        "random_checks",
        chunk.span,
        {
            "check_no": chunk.serials(n, "甬检", days, "号"),
            "task_no": chunk.serials(n, "甬抽任务", days),
            **chunk.subject(business, days, missing=0.005),
            "item_level": Coded(
                key_sector(chunk.population)[business].astype(int), ("一般检查事项", "重点检查事项")
            ),
            "drawn_by": Coded(drawn_by, _DRAWN_BY),
            "class_at_draw": pa.array(tiers.words).take(
                pa.array(tiers.position, mask=tiers.position < 0)
            ),
            "inclusion_probability": np.where(drawn, checks.probability[kept], np.nan),
            "inspectors": pa.array(["某甲;某乙"] * n, pa.string()),
            "checked_on": days,
            "result": Coded(result, _RESULTS),
            "corrected_on": none_like(n),
            "repaired_on": none_like(n),
            "disputed_on": none_like(n),
            "settled_on": none_like(n),
            "updated_at": chunk.known(days, 20),
        },
    )
    corrected = np.isin(result, (CORRECTED, PENDING)) & (rng.random(n) < 0.8)
    rows = np.flatnonzero(corrected)
    done = chunk.later(days[rows], 22, 90)
    ledger.amend(rows, done + 1, corrected_on=done)
    rows = np.flatnonzero((result >= CORRECTED) & (rng.random(n) < 0.02))
    disputed = chunk.later(days[rows], 22, 60)
    ledger.amend(rows, disputed + 1, disputed_on=disputed)
    settled = chunk.later(disputed, 5, 28)
    ledger.amend(rows, settled + 1, settled_on=settled)
    return ledger.batch()


def _samples(chunk: Chunk) -> Batch:
    population, rng = chunk.population, chunk.rng
    key = key_sector(population)
    making = (population.industry_class >= 1300) & (population.industry_class < 4400)
    yearly = np.where(key, 0.13, np.where(making, 0.05, 0.003))
    taken = chunk.happening(yearly, 0.1)
    reported = chunk.later(taken.day, 18, 50)
    kept = (reported <= chunk.span.last) & chunk.alive(taken.business, reported)
    taken, reported = taken.chosen(kept), reported[kept]
    n, business = len(taken), taken.business
    latent = chunk.history.conduct_at(business, taken.day, chunk.span)
    failed = rng.random(n) < np.minimum(0.032 * np.exp(1.1 * latent - 0.6), 0.6)
    items = pa.array(["", "微生物超标", "标签不合格", "重金属超标", "绝缘性能"])
    product = rng.integers(0, len(_PRODUCTS), n)
    ledger = Ledger(
        "samples",
        chunk.span,
        {
            "sample_no": chunk.serials(n, "甬抽样", reported),
            **chunk.subject(business, reported),
            "kind": Coded(np.where(product < 4, 0, 1), ("食品安全监督抽检", "产品质量监督抽查")),
            "product": pa.array(_PRODUCTS).take(pa.array(product)),
            "item": items.take(pa.array(np.where(failed, rng.integers(1, 5, n), 0))),
            "sampled_on": taken.day,
            "reported_on": reported,
            "verdict": Coded(failed.astype(int), ("合格", "不合格")),
            "recheck": np.zeros(n, np.int8),
            "annulled_on": none_like(n),
            "repaired_on": none_like(n),
            "updated_at": chunk.known(reported, 15),
        },
    )
    cleared = failed & (rng.random(n) < 0.04)
    rows = np.flatnonzero(cleared)
    annulled = chunk.later(reported[rows], 20, 60)
    ledger.amend(rows, annulled + 1, annulled_on=annulled, recheck=1)
    return ledger.batch()


def _serious(chunk: Chunk) -> Batch:
    population, rng = chunk.population, chunk.rng
    yearly = np.where(population.sole, 0.0009, 0.0030)
    listed = chunk.happening(yearly, 1.2, earlier_months=chunk.span.warm_up)
    _, first = np.unique(listed.business, return_index=True)
    one = np.zeros(len(listed), np.bool_)
    one[first] = True
    listed = listed.chosen(one)
    n, days = len(listed), listed.day
    ledger = Ledger(
        "serious_list",
        chunk.span,
        {
            "decision_no": chunk.serials(n, "甬市监严列", days, "号"),
            **chunk.subject(listed.business, days, missing=0.0),
            "article": pa.array(["总局令第44号(模拟条款)"] * n, pa.string()),
            "listed_on": days,
            "delisted_on": none_like(n),
            "exit_kind": Coded(np.full(n, -1), ("期满移出", "信用修复移出", "撤销列入")),
            "annulled_on": none_like(n),
            "repaired_on": none_like(n),
            "updated_at": chunk.known(days, 5),
        },
    )
    early = rng.random(n) < 0.2
    ends = np.where(early, days + 370 + rng.integers(0, 500, n), days + 1096).astype(np.int32)
    rows = np.flatnonzero(early & (ends <= chunk.span.last))
    ledger.amend(rows, ends[rows] + 2, delisted_on=ends[rows], repaired_on=ends[rows], exit_kind=1)
    rows = np.flatnonzero(~early & (ends <= chunk.span.last))
    ledger.amend(rows, ends[rows] + 2, delisted_on=ends[rows], exit_kind=0)
    return ledger.batch()
