"""Rare records of the environment, customs, emergency, IP and insolvency holders."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from features.jurisdictions.ningbo import codes
from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, none_like
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.span import Floats, Ints, Longs, day, year_of

_MAKING = list(codes.SECTORS).index("C")
_STATUSES = ("AEO高级认证", "其他注册登记和备案企业", "失信企业")


def other_records(chunk: Chunk) -> Iterator[Batch]:
    """Environment grades, customs status, accidents, rulings, bankruptcy."""
    yield _environment(chunk)
    yield _customs(chunk)
    yield _accidents(chunk)
    yield _rulings(chunk)
    yield _insolvency(chunk)


def _environment(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    n = len(population)
    making = (population.section == _MAKING) & ~population.sole
    rated = np.flatnonzero(making & (rng.random(n) < 0.10))
    first, last = (int(y) for y in year_of(np.array([span.first, span.last])))
    who, year, published = [rated[:0]], [rated[:0]], [rated[:0]]
    for graded in range(first - 1, last):
        on = day(graded + 1, 6, 5)
        if span.first <= on <= span.last:
            at = rated[chunk.alive(rated, np.full(len(rated), on))]
            who.append(at)
            year.append(np.full(len(at), graded))
            published.append(np.full(len(at), on))
    business, days = np.concatenate(who), np.concatenate(published).astype(np.int32)
    latent = _latent(chunk, business, days)
    grade = np.searchsorted((-1.2, 1.0, 1.9, 2.8), 0.8 * latent + rng.normal(0, 0.7, len(latent)))
    records = {
        **chunk.subject(business, days, missing=0.0),
        "grade_year": np.concatenate(year).astype(np.int32),
        "grade": Coded(grade, ("绿牌", "蓝牌", "黄牌", "红牌", "黑牌")),
        "published_on": days,
        "repaired_on": none_like(len(days)),
        "updated_at": chunk.known(days, 10),
    }
    return Ledger("environment_grades", span, records).batch()


def _customs(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    trading = ~population.sole & (rng.random(len(population)) < 0.065)
    who = np.flatnonzero(trading)
    since = np.maximum(population.established[who] + 60, span.first - 400)
    known = who[since <= span.last]
    since = since[since <= span.last].astype(np.int32)
    first = np.where(rng.random(len(known)) < 0.03, 0, 1)
    changes = chunk.happening(np.where(trading, 0.012, 0.0), 1.0)
    worse = _latent(chunk, changes.business, changes.day) > 0.8
    business = np.concatenate([known, changes.business])
    days = np.concatenate([since, changes.day])
    status = np.concatenate([first, np.where(worse, 2, 0)])
    records = {
        **chunk.subject(business, days, missing=0.0),
        "customs_no": chunk.serials(len(days), "3302"),
        "status": Coded(status, _STATUSES),
        "status_on": days,
        "updated_at": chunk.known(days, 5),
    }
    return Ledger("customs_status", span, records).batch()


def _accidents(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    risky = np.isin(population.section, [list(codes.SECTORS).index(s) for s in "CEG"])
    happened = chunk.happening(np.where(risky & ~population.sole, 0.0012, 0.00005), 0.9)
    n, days = len(happened), happened.day
    ledger = Ledger(
        "accidents",
        span,
        {
            "accident_no": chunk.serials(n, "甬应急事故", days),
            **chunk.subject(happened.business, days, missing=0.0),
            "grade": chunk.drawn(("一般事故", "较大事故", "重大事故"), (0.93, 0.06, 0.01), n),
            "happened_on": days,
            "responsible": np.zeros(n, np.int8),
            "updated_at": chunk.known(days, 5),
        },
    )
    rows = np.flatnonzero(rng.random(n) < 0.7)
    ledger.amend(rows, chunk.later(days[rows], 60, 150), responsible=1)
    return ledger.batch()


def _rulings(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    ruled = chunk.happening(np.where(population.sole, 0.0002, 0.0009), 0.9)
    n, days = len(ruled), ruled.day
    ledger = Ledger(
        "ip_rulings",
        span,
        {
            "ruling_no": chunk.serials(n, "甬知裁", days, "号"),
            **chunk.subject(ruled.business, days, missing=0.02),
            "ruling": Coded((rng.random(n) < 0.3).astype(int), ("成立", "不成立")),
            "ruled_on": days,
            "final_on": none_like(n),
            "updated_at": chunk.known(days, 6),
        },
    )
    rows = np.flatnonzero(rng.random(n) < 0.85)
    final = days[rows] + 16
    ledger.amend(rows, final + 1, final_on=final)
    return ledger.batch()


def _insolvency(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    filed = chunk.happening(np.where(population.sole, 0.0, 0.0012), 0.9)
    n, days = len(filed), filed.day
    ledger = Ledger(
        "insolvency",
        span,
        {
            "case_no": chunk.serials(n, "(模拟)浙02破", days, "号"),
            **chunk.subject(filed.business, days, missing=0.0),
            "stage": Coded(np.zeros(n, np.int64), ("破产受理", "重整", "批准重整计划", "宣告破产")),
            "filed_on": days,
            "updated_at": chunk.known(days, 4),
        },
    )
    saved = rng.random(n) < 0.25
    rows = np.flatnonzero(saved)
    ledger.amend(rows, chunk.later(days[rows], 60, 200), stage=1)
    ledger.amend(rows, chunk.later(days[rows], 240, 420), stage=2)
    rows = np.flatnonzero(~saved & (rng.random(n) < 0.6))
    ledger.amend(rows, chunk.later(days[rows], 90, 300), stage=3)
    return ledger.batch()


def _latent(chunk: Chunk, business: Longs, days: Ints) -> Floats:
    return chunk.history.conduct_at(business, days, chunk.span)
