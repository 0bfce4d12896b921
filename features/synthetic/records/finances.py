"""Tax grades, arrears, judgment defaulters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, none_like
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.span import NONE, day, year_of

_GRADES = ("A级", "B级", "M级", "C级", "D级")
_TAXES = ("增值税", "企业所得税", "城市维护建设税", "个人所得税")


def finance_records(chunk: Chunk) -> Iterator[Batch]:
    """What the tax bureau and the courts hold."""
    yield _grades(chunk)
    yield _arrears(chunk)
    yield _defaulters(chunk)


def _grades(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    n = len(population)
    graded = ~population.sole | (rng.random(n) < 0.05)
    first, last = (int(y) for y in year_of(np.array([span.first, span.last])))
    who, days, years, grades = [], [], [], []
    for year in range(first - 1, last):
        published = day(year + 1, 4, 20)
        if not span.first <= published <= span.last:
            continue
        at = np.flatnonzero(
            graded
            & (population.established < day(year, 10))
            & chunk.alive(np.arange(n), np.full(n, published))
        )
        latent = chunk.history.conduct_at(at, np.full(len(at), published, np.int32), span)
        standing = 0.85 * latent + rng.normal(0, 0.65, len(at))
        grade = np.searchsorted((-1.15, 0.75, 1.65), standing)  # A, B, C, D
        grade = np.array((0, 1, 3, 4))[grade]
        young = population.established[at] > day(year - 1)
        grade = np.where(young & (grade < 3), 2, grade)
        who.append(at)
        days.append(np.full(len(at), published, np.int32))
        years.append(np.full(len(at), year, np.int32))
        grades.append(grade)
    business, published_on = np.concatenate(who), np.concatenate(days)
    records = {
        **chunk.subject(business, published_on, missing=0.0),
        "grade_year": np.concatenate(years),
        "grade": Coded(np.concatenate(grades), _GRADES),
        "published_on": published_on,
        "updated_at": chunk.later(published_on, 1, 20),
    }
    return Ledger("tax_grades", span, records).batch()


def _arrears(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    owing = chunk.happening(
        np.where(population.sole, 0.010, 0.024), 1.2, earlier_months=span.warm_up
    )
    lost = chunk.history.lost[owing.business]
    abnormal = (lost != NONE) & (lost < owing.day) | (rng.random(len(owing)) < 0.15)
    n, days = len(owing), owing.day
    ledger = Ledger(
        "tax_arrears",
        span,
        {
            "notice_no": chunk.serials(n, "甬税欠", days),
            **chunk.subject(owing.business, days, missing=0.01),
            "kind": Coded(abnormal.astype(int), ("欠缴税款", "非正常户")),
            "taxpayer": Coded(population.sole[owing.business].astype(int), ("单位纳税人", "个体")),
            "tax": pa.array(_TAXES).take(pa.array(rng.integers(0, 4, n))),
            "amount_fen": np.where(
                abnormal, -1, (np.exp(rng.normal(10.2, 1.5, n)) * 100).astype(np.int64)
            ),
            "announced_on": days,
            "cleared_on": none_like(n),
            "repaired_on": none_like(n),
            "updated_at": chunk.known(days, 12),
        },
    )
    latent = chunk.history.conduct_at(owing.business, days, span)
    wait = rng.exponential(260 * np.exp(0.5 * np.clip(latent, -2, 3)), n)
    cleared = (days + 20 + wait).astype(np.int32)
    rows = np.flatnonzero(cleared <= span.last)
    ledger.amend(rows, cleared[rows] + 3, cleared_on=cleared[rows])
    return ledger.batch()


def _defaulters(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    named = chunk.happening(
        np.where(population.sole, 0.006, 0.013), 1.1, earlier_months=span.warm_up
    )
    n, days = len(named), named.day
    ledger = Ledger(
        "defaulters",
        span,
        {
            "case_no": chunk.serials(n, "(模拟)浙02执", days, "号"),
            **chunk.subject(named.business, days, missing=0.04),
            "court": pa.array(["宁波市(模拟)人民法院"] * n, pa.string()),
            "obligation": chunk.drawn(("全部未履行", "部分已履行"), (0.8, 0.2), n),
            "amount_fen": (np.exp(rng.normal(11.8, 1.6, n)) * 100).astype(np.int64),
            "published_on": days,
            "removed_on": none_like(n),
            "annulled_on": none_like(n),
            "repaired_on": none_like(n),
            "updated_at": chunk.known(days, 4),
        },
    )
    removed = (days + 60 + np.minimum(rng.exponential(420, n), 670)).astype(np.int32)
    rows = np.flatnonzero(removed <= span.last)
    ledger.amend(rows, removed[rows] + 2, removed_on=removed[rows])
    return ledger.batch()
