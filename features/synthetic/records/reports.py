"""Annual reports and the abnormal-operation list that follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, none_like
from features.synthetic.ledger import Batch, Events, Ledger
from features.synthetic.population import COOPERATIVE
from features.synthetic.sightings import UNREACHABLE
from features.synthetic.span import NONE, Bools, Ints, Longs, day, working_day

_CAUSES = (
    "未按规定公示年度报告",
    "未按责令期限公示企业信息",
    "公示信息隐瞒真实情况弄虚作假",
    "通过登记的住所或者经营场所无法联系",
)
_MISSED, _UNREACHABLE = 0, 3
_YEARS_BEFORE = 4  # entries this old can still stand on the list


def report_records(chunk: Chunk) -> Iterator[Batch]:
    """Reports filed in the span, and entries listed in it or still standing."""
    filed: list[tuple[Events, Bools, int]] = []
    entries: list[tuple[Events, Ints, int]] = []
    first = date.fromordinal(chunk.span.first + date(1970, 1, 1).toordinal()).year
    last = date.fromordinal(chunk.span.last + date(1970, 1, 1).toordinal()).year
    for year in range(first - _YEARS_BEFORE, last):
        reports, late, tardy, missed = _year(chunk, year)
        filed.append((reports, late, year))
        entries.append(_listed(chunk, tardy, missed, year))
    entries.append(_unreachable(chunk))
    yield _annual_reports(chunk, filed)
    yield _abnormal_list(chunk, entries)


def _year(chunk: Chunk, year: int) -> tuple[Events, Bools, Events, Longs]:
    """Reports on `year`, filed in the next: events, which are late, who is late, who files none.

    Whoever is late is listed before it files, so those are here too whose report comes
    after the city's last day, or never because they close before.
    """
    population, history, rng = chunk.population, chunk.history, chunk.rng
    n = len(population)
    everyone = np.arange(n)
    due = day(year + 1, 6, 30)
    owing = (population.established < day(year + 1)) & chunk.alive(everyone, np.full(n, due))
    owing &= due <= chunk.span.last
    latent = history.conduct_at(everyone, np.full(n, due, np.int32), chunk.span)
    lost = (history.lost != NONE) & (history.lost < due)
    worse = np.exp(1.2 * latent - 0.72)
    registry = chunk.priors.registry
    draw = rng.random(n)
    miss = np.where(lost, 0.8, np.minimum(registry.report_missed * worse, 0.7))
    missed = owing & (draw < miss)
    late = owing & ~missed & (draw < miss + np.minimum(registry.report_late * worse, 0.2))
    punctual = day(year + 1) + (181 * rng.beta(2.2, 1.0, n)).astype(np.int32)
    tardy = due + 1 + (rng.random(n) * 180).astype(np.int32)
    filed = np.where(late, tardy, punctual).astype(np.int32)
    early = ~owing & (due > chunk.span.last) & (population.established < day(year + 1))
    filing = (owing & ~missed) | (early & (rng.random(n) > registry.report_missed))
    filing &= (filed <= chunk.span.last) & chunk.alive(everyone, filed)
    who = np.flatnonzero(filing)
    slow = np.flatnonzero(late)
    return Events(who, filed[who]), late[who], Events(slow, filed[slow]), np.flatnonzero(missed)


def _listed(chunk: Chunk, tardy: Events, missed: Longs, year: int) -> tuple[Events, Ints, int]:
    """Entries for missing reports and the day each ends."""
    population, rng = chunk.population, chunk.rng
    who = np.concatenate([tardy.business, missed])
    listed = day(year + 1, 7, 1) + rng.integers(4, 22, len(who)).astype(np.int32)
    waiting = rng.exponential(1 / chunk.priors.registry.returns_from_list_yearly, len(missed))
    returned = (listed[len(tardy) :] + 30 + waiting * 365).astype(np.int32)
    ends = np.concatenate([np.maximum(tardy.day, listed[: len(tardy)]) + 3, returned])
    ends = ends.astype(np.int32)
    kept = ~population.sole[who] | (rng.random(len(who)) < 0.6)
    kept &= (listed <= chunk.span.last) & chunk.alive(who, listed)
    return Events(who[kept], listed[kept]), ends[kept], _MISSED


def _unreachable(chunk: Chunk) -> tuple[Events, Ints, int]:
    """Entries for businesses nobody found at their address."""
    history, rng = chunk.history, chunk.rng
    checks = history.checks
    nobody = checks.result == UNREACHABLE
    gone = np.flatnonzero(history.lost != NONE)
    written = gone[rng.random(len(gone)) < 0.45]  # letters came back
    who = np.concatenate([checks.business[nobody], written])
    days = np.concatenate(
        [
            chunk.later(checks.day[nobody], 10, 40),
            chunk.later(history.lost[written], 90, 400),
        ]
    )
    _, first = np.unique(who, return_index=True)
    events = Events(who[first], working_day(days[first]))
    events = events.chosen(
        (events.day <= chunk.span.last) & chunk.alive(events.business, events.day)
    )
    ends = (events.day + 20 + rng.exponential(900, len(events))).astype(np.int32)
    return events, ends, _UNREACHABLE


def _annual_reports(chunk: Chunk, filed: list[tuple[Events, Bools, int]]) -> Batch:
    population, rng = chunk.population, chunk.rng
    who = np.concatenate([events.business for events, _, _ in filed])
    days = np.concatenate([events.day for events, _, _ in filed])
    late = np.concatenate([late for _, late, _ in filed])
    year = np.concatenate([np.full(len(events), y, np.int32) for events, _, y in filed])
    kept = days >= chunk.span.first
    who, days, late, year = who[kept], days[kept], late[kept], year[kept]
    n, sole = len(who), population.sole[who]
    latent = chunk.history.conduct_at(who, days, chunk.span)
    form = np.where(sole, 2, np.where(population.form[who] == COOPERATIVE, 1, 0))
    size = population.size[who]
    company = ~sole
    records = {
        **chunk.subject(who, days, missing=0.0),
        "report_year": year,
        "filed_on": days,
        "reporter": Coded(form, ("企业年报", "合作社年报", "个体年报")),
        "late": late.astype(np.int8),
        "staff": np.maximum(0, rng.poisson(np.minimum(size * np.where(sole, 1.5, 6), 500))),
        "branches": _company(company, rng.poisson(0.08 * size)),
        "investments": _company(company, rng.poisson(0.10 * size)),
        "guarantees": _company(company, rng.poisson(0.05 + 0.03 * np.maximum(latent, 0))),
        "paid_in_percent": np.where(
            company, 100 * rng.beta(2.0 - 0.3 * np.clip(latent, -2, 2), 2.0), np.nan
        ),
        "debt_percent": np.where(
            company, np.maximum(0, 45 + 9 * latent + rng.normal(0, 25, n)), np.nan
        ),
        "revenue_fen": np.where(
            company, (size * 3e8 * np.exp(rng.normal(0, 1, n))).astype(np.int64), -1
        ),
        "all_zero": (
            rng.random(n) < np.where(company, 0.05, 0.02) * np.exp(0.9 * latent - 0.4)
        ).astype(np.int8),
        "has_shop": (population.shops[who] > 0).astype(np.int8),
        "shop_addresses": _addresses(chunk, who),
        "updated_at": chunk.known(days, 2),
    }
    return Ledger("annual_reports", chunk.span, records).batch()


def _addresses(chunk: Chunk, who: Longs) -> pa.Array:
    """The made-up address of each business's shop; empty for those without one."""
    code = chunk.code.take(pa.array(who))
    address = pc.binary_join_element_wise("https://shop.example/", code, "")
    has_shop = pa.array(chunk.population.shops[who] > 0)
    return pc.if_else(has_shop, address, pa.scalar(None, pa.string()))


def _company(company: Bools, values: Longs) -> Ints:
    shown: Ints = np.where(company, values, NONE).astype(np.int32)
    return shown


def _abnormal_list(chunk: Chunk, entries: list[tuple[Events, Ints, int]]) -> Batch:
    who = np.concatenate([events.business for events, _, _ in entries])
    days = np.concatenate([events.day for events, _, _ in entries])
    ends = np.concatenate([ends for _, ends, _ in entries])
    cause = np.concatenate([np.full(len(events), cause) for events, _, cause in entries])
    n = len(who)
    other = (cause == _MISSED) & (chunk.rng.random(n) < 0.06)
    cause = np.where(other, chunk.rng.integers(1, 3, n), cause)
    closed = chunk.history.closed[who]
    ends = np.where((closed != NONE) & (closed < ends), NONE, ends)
    kept = (days >= chunk.span.first) | (ends == NONE) | (ends >= chunk.span.first)
    who, days, ends, cause = who[kept], days[kept], ends[kept], cause[kept]
    n = len(who)
    ledger = Ledger(
        "abnormal_list",
        chunk.span,
        {
            "decision_no": chunk.serials(n, "甬市监异列", days, "号"),
            **chunk.subject(who, days),
            "cause": Coded(cause, _CAUSES),
            "listed_on": days,
            "delisted_on": none_like(n),
            "annulled_on": none_like(n),
            "repaired_on": none_like(n),
            "updated_at": chunk.known(days, 5),
        },
    )
    wrong = chunk.rng.random(n) < 0.01
    rows = np.flatnonzero(wrong)
    annulled = chunk.later(days[rows], 15, 90)
    ledger.amend(rows, annulled + 2, annulled_on=annulled, delisted_on=annulled)
    rows = np.flatnonzero(~wrong & (ends != NONE) & (ends <= chunk.span.last))
    ledger.amend(rows, chunk.known(ends[rows], 4), delisted_on=ends[rows])
    rows = rows[chunk.rng.random(len(rows)) < 0.2]
    repaired = chunk.later(ends[rows], 30, 250)
    ledger.amend(rows, repaired + 1, repaired_on=repaired)
    return ledger.batch()
