"""Permits, rights, equity and exits: what a business may, holds, and how it leaves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from features.synthetic.chunk import Chunk
from features.synthetic.conduct import key_sector
from features.synthetic.delivery import Coded, none_like
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.span import NONE, Ints

_CERTIFICATES = ("食品经营许可证", "食品生产许可证", "药品经营许可证", "医疗器械经营许可证")
_STATUS = ("有效", "注销", "撤销", "吊销")
_VALID, _CANCELLED, _WITHDRAWN = 0, 1, 3
_FIVE_YEARS, _TEN_YEARS = 1826, 3652


def standing_records(chunk: Chunk) -> Iterator[Batch]:
    """Permits, trademarks and patents, equity, exits."""
    yield _permits(chunk)
    yield _rights(chunk)
    yield _equity(chunk)
    yield _exits(chunk)


def _permits(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    wanted = np.flatnonzero(key_sector(population) | (rng.random(len(population)) < 0.02))
    who = np.concatenate([wanted, wanted[rng.random(len(wanted)) < 0.25]])
    n = len(who)
    first = chunk.later(population.established[who], 8, 60)
    # The permit now in force was granted in the last five years, or with the business.
    age = (rng.random(n) * _FIVE_YEARS).astype(np.int32)
    granted = np.maximum(first, span.first - age).astype(np.int32)
    until = granted + _FIVE_YEARS
    ledger = Ledger(
        "permits",
        span,
        {
            **chunk.subject(who, granted, missing=0.01),
            "decision_no": chunk.serials(n, "甬许准", granted, "号"),
            "category": pa.array(["普通"] * n, pa.string()),
            "certificate": chunk.drawn(_CERTIFICATES, (0.78, 0.08, 0.09, 0.05), n),
            "permit_no": chunk.serials(n, "JY", granted),
            "granted_on": granted,
            "valid_from_on": granted,
            "valid_until_on": until,
            "authority": pa.array(["宁波市(模拟)市场监督管理局"] * n, pa.string()),
            "status": Coded(np.zeros(n, np.int64), _STATUS),
            "updated_at": chunk.known(granted, 6),
        },
    )
    latent = chunk.history.conduct_at(who, np.minimum(until, span.last), span)
    closed = chunk.history.closed[who]
    open_then = (closed == NONE) | (closed > until)
    renewed = open_then & (until < span.last) & (rng.random(n) > 0.10 * np.exp(0.6 * latent))
    rows = np.flatnonzero(renewed)
    days = chunk.later(until[rows], -40, 60)
    ledger.amend(rows, days, valid_until_on=until[rows] + _FIVE_YEARS)
    rows = np.flatnonzero((rng.random(n) < 0.004 * np.exp(1.0 * latent)) & ~renewed)
    days = span.first + (rng.random(len(rows)) * (span.last - span.first)).astype(np.int32)
    ledger.amend(rows, np.maximum(days, granted[rows] + 30), status=_WITHDRAWN)
    rows = np.flatnonzero((closed != NONE) & ~renewed)
    ledger.amend(rows, chunk.known(closed[rows], 20), status=_CANCELLED)
    return ledger.batch()


def _rights(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    yearly = np.where(population.sole, 0.01, 0.06) * population.size
    granted = chunk.happening(np.minimum(yearly, 2.0), -0.15, earlier_months=span.warm_up)
    n, days = len(granted), granted.day
    kind = rng.choice(4, n, p=(0.72, 0.08, 0.15, 0.05))
    records = {
        "right_no": chunk.serials(n, "权", days),
        **chunk.subject(granted.business, days, missing=0.03),
        "kind": Coded(kind, ("注册商标", "发明专利", "实用新型", "外观设计")),
        "granted_on": days,
        "valid_until_on": days + _TEN_YEARS,
        "invalidated_on": none_like(n),
        "updated_at": chunk.known(days, 12),
    }
    return Ledger("ip_rights", span, records).batch()


def _equity(chunk: Chunk) -> Batch:
    population, span, rng = chunk.population, chunk.span, chunk.rng
    yearly = np.where(population.sole, 0.0, 0.012)
    held = chunk.happening(yearly, 0.8, earlier_months=span.warm_up)
    n, days = len(held), held.day
    ledger = Ledger(
        "equity",
        span,
        {
            "register_no": chunk.serials(n, "甬股", days),
            **chunk.subject(held.business, days, missing=0.0),
            "kind": Coded((rng.random(n) < 0.4).astype(int), ("股权冻结", "股权出质")),
            "holder": pa.array(["某某"] * n, pa.string()),
            "percent": np.round(100 * rng.beta(1.2, 1.6, n), 2),
            "registered_on": days,
            "released_on": none_like(n),
            "updated_at": chunk.known(days, 4),
        },
    )
    released = (days + 90 + rng.exponential(600, n)).astype(np.int32)
    rows = np.flatnonzero(released <= span.last)
    ledger.amend(rows, released[rows] + 2, released_on=released[rows])
    return ledger.batch()


def _exits(chunk: Chunk) -> Batch:
    history, rng = chunk.history, chunk.rng
    who = np.flatnonzero(history.closed != NONE)
    left: Ints = history.closed[who]
    n = len(who)
    kind = np.where(history.revoked[who], 2, (rng.random(n) < 0.6).astype(int))
    records = {
        "approval_no": chunk.serials(n, "甬登销", left, "号"),
        **chunk.subject(who, left, missing=0.0),
        "kind": Coded(kind, ("普通注销", "简易注销", "吊销营业执照")),
        "left_on": left,
        "annulled_on": none_like(n),
        "updated_at": chunk.known(left, 3),
    }
    return Ledger("exits", chunk.span, records).batch()
