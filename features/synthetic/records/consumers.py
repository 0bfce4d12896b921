"""Complaints and reports, online shops, honours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, none_like
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.span import NONE, day, year_of

_RESULTS = ("调解成功", "调解不成", "终止调解", "不受理", "撤回", "属实", "不属实")
_SETTLED, _UNSETTLED, _ENDED, _REFUSED, _WITHDRAWN, _TRUE, _UNTRUE = range(7)
_CATEGORIES = (
    "商品质量",
    "售后服务",
    "虚假宣传",
    "价格争议",
    "合同纠纷",
    "食品安全",
    "预付费",
    "网络退货",
)
_PLATFORMS = ("甲平台(模拟)", "乙平台(模拟)", "丙平台(模拟)", "丁直播(模拟)")
_HONOURS = ("放心消费单位", "放心网店", "无理由退货", "守合同重信用", "行业表彰")
_UNLINKED_SHOPS = 0.10  # run by natural persons without a registration


def consumer_records(chunk: Chunk) -> Iterator[Batch]:
    """Complaints, shops and honours."""
    yield _complaints(chunk)
    yield _shops(chunk)
    yield _honours(chunk)


def _complaints(chunk: Chunk) -> Batch:
    heard, consumers, rng = chunk.history.complaints, chunk.priors.consumers, chunk.rng
    kept = (heard.day >= chunk.span.first) & chunk.alive(heard.business, heard.day)
    kept &= heard.day <= chunk.span.last
    business, days, report = heard.business[kept], heard.day[kept], heard.report[kept]
    founded = heard.founded[kept]
    n = len(business)
    draw = rng.random(n)
    mediated = np.where(
        draw < consumers.settled, _SETTLED, np.where(draw < 0.93, _UNSETTLED, _ENDED)
    )
    result = np.where(report, np.where(founded, _TRUE, _UNTRUE), mediated)
    result = np.where(~founded & (rng.random(n) < consumers.refused), _REFUSED, result)
    result = np.where(~founded & (rng.random(n) < 0.03), _WITHDRAWN, result)
    online = rng.random(n) < np.where(chunk.population.shops[business] > 0, 0.8, 0.1)
    ledger = Ledger(
        "complaints",
        chunk.span,
        {
            "case_no": chunk.serials(n, "甬诉", days),
            **chunk.subject(business, missing=0.05),
            "complainant": pa.array(["某先生"] * n, pa.string()),
            "phone": pa.array(["1380000****"] * n, pa.string()),
            "kind": Coded(report.astype(int), ("消费者投诉", "违法行为举报")),
            "channel": chunk.drawn(
                ("全国12315平台", "政务服务热线", "来信", "来访", "平台转办"),
                (consumers.through_12315, 0.43, 0.01, 0.02, 0.015),
                n,
            ),
            "category": pa.array(_CATEGORIES).take(pa.array(rng.integers(0, 8, n))),
            "online": online.astype(np.int8),
            "amount_fen": np.where(
                report, -1, (np.exp(rng.normal(5.6, 1.4, n)) * 100).astype(np.int64)
            ),
            "received_on": days,
            "closed_on": none_like(n),
            "result": Coded(np.full(n, -1), _RESULTS),
            "to_case": np.full(n, 0, np.int8),
            "malicious": (~founded & (rng.random(n) < consumers.malicious)).astype(np.int8),
            "updated_at": chunk.known(days, 2, 20),
        },
    )
    closed = chunk.later(days, 21, 64)
    rows = np.flatnonzero(closed <= chunk.span.last)
    ledger.amend(
        rows,
        closed[rows] + 1,
        closed_on=closed[rows],
        result=result[rows],
        to_case=founded[rows].astype(np.int8),
    )
    return ledger.batch()


def _shops(chunk: Chunk) -> Batch:
    """One version of each shop for every half-yearly report of its platform."""
    population, rng, span = chunk.population, chunk.rng, chunk.span
    owner = np.repeat(np.arange(len(population)), population.shops)
    n = len(owner)
    opened = np.maximum(
        population.established[owner] + 5, span.last - (rng.random(n) * 2600).astype(np.int32)
    )
    closed = chunk.history.closed[owner]
    closing = rng.random(n) < 0.15
    shut = opened + 60 + (rng.random(n) * 900).astype(np.int32)
    closed = np.where(closing & ((closed == NONE) | (shut < closed)), shut, closed)
    latent = chunk.history.conduct_at(owner, np.full(n, span.last, np.int32), span)
    known = np.maximum(opened + 20, _report_day(opened))
    natural = rng.random(n) < _UNLINKED_SHOPS / (1 + _UNLINKED_SHOPS)
    subject = chunk.subject(owner, missing=0.02)
    absent = pa.scalar(None, pa.string())
    number = chunk.serials(n, "店")
    ledger = Ledger(
        "shops",
        span,
        {
            "shop_id": number,
            "platform": pa.array(_PLATFORMS).take(pa.array(rng.integers(0, 4, n))),
            "shop_name": pc.binary_join_element_wise("模拟旗舰店", number, ""),
            "uscc": pc.if_else(pa.array(natural), absent, subject["uscc"]),
            "business_name": pc.if_else(pa.array(natural), absent, subject["business_name"]),
            "category": chunk.drawn(("服装", "食品", "家电", "文具"), (1, 1, 1, 1), n),
            "live_stream": (rng.random(n) < 0.18).astype(np.int8),
            "licence_shown": _shown(chunk, latent, n),
            "identity_matches": (rng.random(n) > 0.05 * np.exp(0.7 * latent - 0.2)).astype(np.int8),
            "opened_on": opened.astype(np.int32),
            "closed_on": none_like(n),
            "updated_at": known.astype(np.int32),
        },
    )
    halves = [day(y, m, 12) for y in range(2015, 2070) for m in (1, 7)]
    for half in (h for h in halves if span.first <= h <= span.last):
        rows = np.flatnonzero((known < half) & ((closed == NONE) | (closed >= half - 190)))
        gone = closed[rows]
        latent = chunk.history.conduct_at(owner[rows], np.full(len(rows), half, np.int32), span)
        ledger.amend(
            rows,
            chunk.later(np.full(len(rows), half, np.int32), 0, 19),
            closed_on=np.where((gone != NONE) & (gone < half), gone, NONE),
            licence_shown=_shown(chunk, latent, len(rows)),
        )
    return ledger.batch()


def _shown(chunk: Chunk, latent: np.ndarray, n: int) -> np.ndarray:
    return (chunk.rng.random(n) > 0.12 * np.exp(0.7 * latent - 0.2)).astype(np.int8)


def _report_day(opened: np.ndarray) -> np.ndarray:
    """The first half-yearly report after the shop opened."""
    year = year_of(opened)
    january = np.array([day(int(y) + 1, 1, 12) for y in range(1970, 2071)])[year - 1970]
    july = np.array([day(int(y), 7, 12) for y in range(1970, 2071)])[year - 1970]
    return np.where(opened < july, july, january)


def _honours(chunk: Chunk) -> Batch:
    rng, population, span = chunk.rng, chunk.population, chunk.span
    yearly = np.where(
        population.shops > 0, 0.05, np.where(population.exposure > 0.003, 0.035, 0.01)
    )
    granted = chunk.happening(yearly, -0.7, earlier_months=span.warm_up)
    latent = chunk.history.conduct_at(granted.business, granted.day, span)
    granted = granted.chosen(latent < 1.2)
    n, days = len(granted), granted.day
    online = population.shops[granted.business] > 0
    kind = np.where(online & (rng.random(n) < 0.5), 1, rng.choice((0, 2, 3, 4), n))
    ledger = Ledger(
        "honours",
        span,
        {
            "honour_no": chunk.serials(n, "甬誉", days),
            **chunk.subject(granted.business, missing=0.03),
            "kind": Coded(kind, _HONOURS),
            "granted_on": days,
            "valid_until_on": np.where(rng.random(n) < 0.8, days + 1095, NONE).astype(np.int32),
            "revoked_on": none_like(n),
            "updated_at": chunk.known(days, 15),
        },
    )
    later = days + 200 + (rng.random(n) * 700).astype(np.int32)
    now = chunk.history.conduct_at(granted.business, later, span)
    rows = np.flatnonzero((later <= span.last) & (now > 1.0) & (rng.random(n) < 0.3))
    ledger.amend(rows, later[rows] + 1, revoked_on=later[rows])
    return ledger.batch()
