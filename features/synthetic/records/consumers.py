"""Complaints and reports, alerts on their growth, honours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, none_like
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.span import NONE

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
_HONOURS = ("放心消费单位", "放心网店", "无理由退货", "守合同重信用", "行业表彰")
_ALERT_COUNT, _ALERT_FACTOR = 10, 3


def consumer_records(chunk: Chunk) -> Iterator[Batch]:
    """Complaints, alerts and honours."""
    yield _complaints(chunk)
    yield _alerts(chunk)
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
            **chunk.subject(business, days, missing=0.05),
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


def _alerts(chunk: Chunk) -> Batch:
    """The centre's own rule: ten in 30 days and three times the monthly mean before."""
    heard, span = chunk.history.complaints, chunk.span
    months = span.months
    counts = np.zeros((len(chunk.population), months), np.int64)
    np.add.at(counts, (heard.business, span.month_index(heard.day)), 1)
    before = np.cumsum(counts, 1) - counts
    mean = before / np.maximum(np.arange(months), 1)
    business, month = np.nonzero((counts >= _ALERT_COUNT) & (counts > _ALERT_FACTOR * mean))
    days = (np.array(span.starts)[month + 1]).astype(np.int32)
    kept = (month >= span.warm_up) & (days <= span.last) & chunk.alive(business, days)
    business, month, days = business[kept], month[kept], days[kept]
    records = {
        "alert_no": chunk.serials(len(days), "甬诉警", days),
        **chunk.subject(business, days, missing=0.0),
        "complaints_30d": counts[business, month],
        "alerted_on": days,
        "updated_at": days + 1,
    }
    return Ledger("complaint_alerts", span, records).batch()


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
            **chunk.subject(granted.business, days, missing=0.03),
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
