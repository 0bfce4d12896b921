"""Online shops, monitoring leads and what platforms did about them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, Field, Numbers, none_like
from features.synthetic.ledger import Batch, Events, Ledger
from features.synthetic.span import NONE, Floats, Ints, Longs, Span, day, year_of

_PLATFORMS = ("甲平台(模拟)", "乙平台(模拟)", "丙平台(模拟)", "丁直播(模拟)")
_RULES = ("虚假宣传", "刷单炒信", "直播带货违规", "绝对化用语", "未亮照", "价格欺诈", "商标侵权")
_SANCTIONS = ("警示", "下架商品", "店铺降权", "限制经营", "关店")
_NATURAL_PERSONS = 0.09  # of all shops: run without a registration


def online_records(chunk: Chunk) -> Iterator[Batch]:
    """Shops, leads, sanctions."""
    yield _shops(chunk)
    yield _leads(chunk)
    yield _sanctions(chunk)


def _shops(chunk: Chunk) -> Batch:
    """One version of each shop for every half-yearly report of its platform."""
    population, rng, span = chunk.population, chunk.rng, chunk.span
    owner = np.repeat(np.arange(len(population)), population.shops)
    n = len(owner)
    opened = span.last - (rng.random(n) * 2600).astype(np.int32)
    opened = np.maximum(population.established[owner] + 5, opened).astype(np.int32)
    reports = _report_days(span)
    first = reports[np.searchsorted(reports, opened)]
    ledger = Ledger("shops", span, _first_reports(chunk, owner, opened, reports))
    closed = _closed(chunk, owner, opened)
    for position, report in enumerate(reports):
        if not span.first <= report <= span.last:
            continue
        rows = np.flatnonzero((first < report) & ((closed == NONE) | (closed >= report - 190)))
        days = np.full(len(rows), report, np.int32)
        latent = chunk.history.conduct_at(owner[rows], days, span)
        gone = closed[rows]
        ledger.amend(
            rows,
            chunk.later(days, 0, 19),
            closed_on=np.where((gone != NONE) & (gone < report), gone, NONE),
            licence_shown=_shown(chunk, latent),
            reported_half=position,
        )
    return ledger.batch()


def _report_days(span: Span) -> Ints:
    """12 January and 12 July of every year a shop can have opened in, and after."""
    first, last = (int(y) for y in year_of(np.array([span.first - 3650, span.last])))
    return np.array([day(y, m, 12) for y in range(first, last + 2) for m in (1, 7)], np.int32)


def _first_reports(chunk: Chunk, owner: Longs, opened: Ints, reports: Ints) -> dict[str, Field]:
    rng, n = chunk.rng, len(owner)
    position = np.searchsorted(reports, opened)
    first = reports[position]
    latent = chunk.history.conduct_at(owner, first, chunk.span)
    natural = pa.array(rng.random(n) < _NATURAL_PERSONS)
    subject = {
        name: pc.if_else(natural, pa.scalar(None, pa.string()), text)
        for name, text in chunk.subject(owner, opened, missing=0.02).items()
    }
    number = chunk.serials(n, "店")
    return {
        "shop_id": number,
        "platform": chunk.drawn(_PLATFORMS, (5, 3, 2, 2), n),
        "shop_name": pc.binary_join_element_wise("模拟旗舰", number, ""),
        **subject,
        "category": chunk.drawn(("服装", "食品", "家电", "文具"), (4, 3, 2, 1), n),
        "live_stream": (rng.random(n) < 0.18).astype(np.int8),
        "licence_shown": _shown(chunk, latent),
        "identity_matches": (rng.random(n) > 0.05 * np.exp(0.7 * latent - 0.2)).astype(np.int8),
        "reported_half": Coded(position, _halves(reports)),
        "opened_on": opened,
        "closed_on": none_like(n),
        "updated_at": first,
    }


def _halves(reports: Ints) -> tuple[str, ...]:
    """The half year each report is about, such as ``2025H1``."""
    years = year_of(reports)
    january = reports.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12 == 0
    return tuple(
        f"{y - 1}H2" if first else f"{y}H1" for y, first in zip(years, january, strict=True)
    )


def _shop_ids(chunk: Chunk, business: Longs) -> pa.Array:
    """The first shop of each business, as `_shops` numbers them."""
    shops = chunk.population.shops
    return chunk.serials_at((np.cumsum(shops) - shops)[business], "店")


def _closed(chunk: Chunk, owner: Longs, opened: Ints) -> Ints:
    rng, n = chunk.rng, len(owner)
    closed = chunk.history.closed[owner]
    shut = opened + 60 + (rng.random(n) * 900).astype(np.int32)
    sooner = (rng.random(n) < 0.15) & ((closed == NONE) | (shut < closed))
    return np.where(sooner, shut, closed).astype(np.int32)


def _shown(chunk: Chunk, latent: Floats) -> Numbers:
    shown = chunk.rng.random(len(latent)) > 0.12 * np.exp(0.7 * latent - 0.2)
    flags: Numbers = shown.astype(np.int8)
    return flags


def _online(chunk: Chunk, yearly: float, conduct: float) -> Events:
    shops = np.minimum(chunk.population.shops, 4)
    return chunk.happening(yearly * shops.astype(np.float32), conduct)


def _leads(chunk: Chunk) -> Batch:
    found, rng = _online(chunk, 0.16, 0.7), chunk.rng
    n, days = len(found), found.day
    evidence = chunk.serials(n, "模拟证据", days)
    ledger = Ledger(
        "online_leads",
        chunk.span,
        {
            "lead_no": chunk.serials(n, "甬网监", days),
            "shop_id": _shop_ids(chunk, found.business),
            **chunk.subject(found.business, days, missing=0.03),
            "rule": chunk.drawn(_RULES, (0.28, 0.08, 0.10, 0.26, 0.14, 0.08, 0.06), n),
            "evidence_sha256": evidence,
            "captured_on": days,
            "case_no": pa.nulls(n, pa.string()),
            "verdict": Coded(np.zeros(n, np.int64), ("待核实", "属实", "不属实")),
            "updated_at": chunk.known(days, 2),
        },
    )
    verified = chunk.later(days, 5, 40)
    latent = chunk.history.conduct_at(found.business, days, chunk.span)
    true = rng.random(n) < 1 / (1 + np.exp(0.9 - 0.8 * latent))
    rows = np.flatnonzero(verified <= chunk.span.last)
    ledger.amend(rows, verified[rows], verdict=np.where(true[rows], 1, 2))
    return ledger.batch()


def _sanctions(chunk: Chunk) -> Batch:
    taken, rng = _online(chunk, 0.10, 0.9), chunk.rng
    n, days = len(taken), taken.day
    ledger = Ledger(
        "platform_sanctions",
        chunk.span,
        {
            "sanction_no": chunk.serials(n, "平置", days),
            "platform": chunk.drawn(_PLATFORMS, (5, 3, 2, 2), n),
            "shop_id": _shop_ids(chunk, taken.business),
            **chunk.subject(taken.business, days, missing=0.03),
            "kind": chunk.drawn(_SANCTIONS, (0.35, 0.38, 0.14, 0.09, 0.04), n),
            "sanctioned_on": days,
            "lifted_on": none_like(n),
            "updated_at": chunk.known(days, 6),
        },
    )
    rows = np.flatnonzero(rng.random(n) < 0.06)
    lifted = chunk.later(days[rows], 5, 40)
    ledger.amend(rows, lifted + 1, lifted_on=lifted)
    return ledger.batch()
