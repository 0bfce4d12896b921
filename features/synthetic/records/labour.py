"""Social insurance each quarter, and the wage-arrears list."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, none_like
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.span import day, year_of

_INSURING = 0.62  # share of units other than sole traders that insure anyone


def labour_records(chunk: Chunk) -> Iterator[Batch]:
    """What the labour bureau holds."""
    yield _insured(chunk)
    yield _wage_arrears(chunk)


def _insured(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    n = len(population)
    insuring = ~population.sole & (rng.random(n) < _INSURING)
    ends, names = quarter_ends(span.first, span.last)
    base = population.size * 6
    growth = np.zeros(n)
    parts = []
    for position, end in enumerate(ends):
        at = np.flatnonzero(insuring & chunk.alive(np.arange(n), np.full(n, end)))
        latent = chunk.history.conduct_at(at, np.full(len(at), end, np.int32), span)
        growth[at] = 0.75 * growth[at] + rng.normal(-0.02 * latent, 0.08)
        owing = rng.random(len(at)) < 0.015 * np.exp(0.9 * latent - 0.4)
        months = np.where(owing, rng.integers(1, 7, len(at)), 0)
        insured = np.maximum(1, np.round(base[at] * np.exp(growth[at])))
        change = np.clip(100 * (np.exp(growth[at]) - 1), -100, 400)
        parts.append((at, np.full(len(at), position), insured, change, months))
    who, quarter, insured, change, months = (np.concatenate(p) for p in zip(*parts, strict=True))
    end = np.array(ends, np.int32)[quarter]
    records = {
        **chunk.subject(who, end, missing=0.0),
        "quarter": Coded(quarter, names),
        "quarter_end_on": end,
        "insured": insured.astype(np.int64),
        "change_percent": np.round(change, 1),
        "months_owed": months.astype(np.int64),
        "updated_at": chunk.known(end, 18),
    }
    return Ledger("insured_staff", span, records).batch()


def quarter_ends(first: int, last: int) -> tuple[list[int], tuple[str, ...]]:
    """The last days of the quarters between two days, and what the quarters are called."""
    ends, names = [], []
    for year in range(*(int(y) for y in year_of(np.array([first, last + 366])))):
        for quarter, (month, of_month) in enumerate(((3, 31), (6, 30), (9, 30), (12, 31)), 1):
            end = day(year, month, of_month)
            if first <= end <= last:
                ends.append(end)
                names.append(f"{year}Q{quarter}")
    return ends, tuple(names)


def _wage_arrears(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    yearly = np.where(population.sole, 0.0001, 0.0009) * population.risk
    listed = chunk.happening(yearly, 1.1, earlier_months=span.warm_up)
    n, days = len(listed), listed.day
    ledger = Ledger(
        "wage_arrears",
        span,
        {
            "decision_no": chunk.serials(n, "甬人社欠", days, "号"),
            **chunk.subject(listed.business, days, missing=0.0),
            "amount_fen": (np.exp(rng.normal(11.5, 1.0, n)) * 100).astype(np.int64),
            "listed_on": days,
            "delisted_on": none_like(n),
            "repaired_on": none_like(n),
            "updated_at": chunk.known(days, 5),
        },
    )
    ends = (days + 180 + rng.exponential(400, n)).astype(np.int32)
    rows = np.flatnonzero(ends <= span.last)
    ledger.amend(rows, ends[rows] + 2, delisted_on=ends[rows], repaired_on=ends[rows])
    return ledger.batch()
