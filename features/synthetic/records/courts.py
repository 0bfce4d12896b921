"""Judgments, major tax cases, customs penalties, labour grades, the housing fund.

They are drawn after all others, so that a city's older records stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, none_like
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.records.labour import quarter_ends
from features.synthetic.span import Ints, day, year_of

_CAUSES = ("买卖合同纠纷", "金融借款合同纠纷", "租赁合同纠纷", "劳动争议")
_INSURING = 0.35  # share of units other than sole traders that pay into the fund


def court_and_fund_records(chunk: Chunk) -> Iterator[Batch]:
    """What courts, tax bureau, customs, labour bureau and fund hold beside the rest."""
    yield _judgments(chunk)
    yield _major_tax_cases(chunk)
    yield _customs_penalties(chunk)
    yield _labour_grades(chunk)
    yield _housing_fund(chunk)


def _judgments(chunk: Chunk) -> Batch:
    span, rng = chunk.span, chunk.rng
    decided = chunk.happening(np.where(chunk.population.sole, 0.008, 0.030), 0.7)
    n, days = len(decided), decided.day
    ledger = Ledger(
        "judgments",
        span,
        {
            "case_no": chunk.serials(n, "(模拟)浙02民初", days, "号"),
            **chunk.subject(decided.business, days, missing=0.05),
            "role": chunk.drawn(("被告", "原告", "第三人"), (0.7, 0.25, 0.05), n),
            "opponents": pa.array(["某某"] * n, pa.string()),
            "cause": pa.array(_CAUSES).take(pa.array(rng.integers(0, 4, n))),
            "court": pa.array(["宁波市(模拟)人民法院"] * n, pa.string()),
            "outcome": chunk.drawn(
                ("败诉", "胜诉", "部分支持", "调解结案"), (0.4, 0.2, 0.2, 0.2), n
            ),
            "amount_fen": _amounts(chunk, n, 11.0),
            "effective_on": days,
            "performed_on": none_like(n),
            "annulled_on": none_like(n),
            "updated_at": chunk.known(days, 7),
        },
    )
    rows = np.flatnonzero(rng.random(n) < 0.5)
    performed = chunk.later(days[rows], 10, 200)
    ledger.amend(rows, performed + 3, performed_on=performed)
    return ledger.batch()


def _major_tax_cases(chunk: Chunk) -> Batch:
    span, rng = chunk.span, chunk.rng
    found = chunk.happening(np.where(chunk.population.sole, 0.00005, 0.0006), 1.3)
    n, days = len(found), found.day
    ledger = Ledger(
        "major_tax_cases",
        span,
        {
            "case_no": chunk.serials(n, "甬税稽", days, "号"),
            **chunk.subject(found.business, days, missing=0.01),
            "legal_representative": pa.array(["某某"] * n, pa.string()),
            "nature": chunk.drawn(
                ("虚开发票", "偷税", "走逃(失联)", "骗税"), (0.5, 0.3, 0.15, 0.05), n
            ),
            "facts": pa.array(["(模拟)违法事实略"] * n, pa.string()),
            "amount_fen": _amounts(chunk, n, 13.0),
            "published_on": days,
            "published_until_on": none_like(n),
            "annulled_on": none_like(n),
            "repaired_on": none_like(n),
            "updated_at": chunk.known(days, 10),
        },
    )
    rows = np.flatnonzero(rng.random(n) < 0.15)
    repaired = chunk.later(days[rows], 180, 700)
    ledger.amend(rows, repaired + 2, repaired_on=repaired)
    return ledger.batch()


def _customs_penalties(chunk: Chunk) -> Batch:
    decided = chunk.happening(np.where(chunk.population.sole, 0.0, 0.0015), 0.8)
    n, days = len(decided), decided.day
    ledger = Ledger(
        "customs_penalties",
        chunk.span,
        {
            "decision_no": chunk.serials(n, "甬关缉违", days, "号"),
            **chunk.subject(decided.business, days, missing=0.0),
            "customs_no": chunk.serials(n, "3302"),
            "nature": chunk.drawn(("违反海关监管规定", "走私行为"), (0.97, 0.03), n),
            "fine_fen": _amounts(chunk, n, 9.0),
            "decided_on": days,
            "final_on": none_like(n),
            "annulled_on": none_like(n),
            "repaired_on": none_like(n),
            "updated_at": chunk.known(days, 15),
        },
    )
    final = days + 61
    ledger.amend(np.arange(n), final + 1, final_on=final)
    return ledger.batch()


def _labour_grades(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    graded = ~population.sole & (rng.random(len(population)) < 0.05)
    first, last = (int(y) for y in year_of(np.array([span.first, span.last])))
    who, published, grades = [np.zeros(0, np.int64)], [none_like(0)], [np.zeros(0, np.int64)]
    for year in range(first, last + 1):
        on = day(year, 3, 25)
        if not span.first <= on <= span.last:
            continue
        at = np.flatnonzero(graded & chunk.alive(np.arange(len(graded)), np.full(len(graded), on)))
        days = np.full(len(at), on, np.int32)
        standing = chunk.history.conduct_at(at, days, span) + rng.normal(0, 0.8, len(at))
        who.append(at)
        published.append(days)
        grades.append(np.searchsorted((0.2, 1.8), standing))
    business, days = np.concatenate(who), np.concatenate(published)
    records = {
        **chunk.subject(business, days, missing=0.0),
        "grade_year": (year_of(days) - 1).astype(np.int32),
        "grade": Coded(np.concatenate(grades), ("A级", "B级", "C级")),
        "published_on": days,
        "updated_at": chunk.later(days, 1, 20),
    }
    return Ledger("labour_grades", span, records).batch()


def _housing_fund(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    paying = ~population.sole & (rng.random(len(population)) < _INSURING)
    ends, names = quarter_ends(span.first, span.last)
    who, quarter = [], []
    for position, end in enumerate(ends):
        at = np.flatnonzero(paying & chunk.alive(np.arange(len(paying)), np.full(len(paying), end)))
        who.append(at)
        quarter.append(np.full(len(at), position))
    business, position = np.concatenate(who), np.concatenate(quarter)
    end_on: Ints = np.array(ends, np.int32)[position]
    latent = chunk.history.conduct_at(business, end_on, span)
    owing = rng.random(len(business)) < 0.01 * np.exp(0.9 * latent - 0.4)
    months = np.where(owing, rng.integers(1, 7, len(business)), 0)
    paid_for = np.maximum(1, np.round(population.size[business] * 4)).astype(np.int64)
    records = {
        **chunk.subject(business, end_on, missing=0.0),
        "quarter": Coded(position, names),
        "quarter_end_on": end_on,
        "paid_for": paid_for,
        "months_owed": months.astype(np.int64),
        "owed_fen": months * paid_for * 120_000,
        "updated_at": chunk.known(end_on, 18),
    }
    return Ledger("housing_fund", span, records).batch()


def _amounts(chunk: Chunk, n: int, log_yuan: float) -> np.ndarray:
    """Amounts in fen around a typical logarithm of yuan."""
    return (np.exp(chunk.rng.normal(log_yuan, 1.4, n)) * 100).astype(np.int64)
