"""Penalty decisions: kind, amount, authority, and how long they are published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from features.jurisdictions.ningbo import codes
from features.synthetic.chunk import Chunk
from features.synthetic.conduct import key_sector
from features.synthetic.delivery import Coded
from features.synthetic.ledger import Events
from features.synthetic.span import Bools, Floats, Ints, Longs, day, working_day

# Publication by level: market regulators from 25 December 2025, others from 1 April 2026.
NEW_RULES = {"penalties": day(2025, 12, 25), "penalties_elsewhere": day(2026, 4, 1)}
_MONTH_DAYS = 30.4375
_LOW_FINE_FEN = 300_000
_SERIOUS_FINE_FEN = 5_000_000

KINDS = (
    "罚款",
    "罚款;没收违法所得、没收非法财物",
    "没收违法所得、没收非法财物",
    "通报批评",
    "罚款;责令停产停业",
    "暂扣许可证件",
    "罚款;吊销许可证件",
    "警告",
    "不予处罚",
    "警告;罚款",
)
_FINE, _FINE_AND_CONFISCATION, _CONFISCATION, _CRITICISM = range(4)
_STOP, _SUSPEND, _REVOKE, _WARNING, _NO_PENALTY, _WARNING_AND_FINE = range(4, 10)
_HEAVIER = (_STOP, _SUSPEND, _REVOKE)
_FINED = (_FINE, _FINE_AND_CONFISCATION, _STOP, _REVOKE, _WARNING_AND_FINE)
_SUMMARY_ELSEWHERE = 0.12

_MARKET_VIOLATIONS = (
    "经营不符合食品安全标准的食品",
    "发布虚假广告",
    "生产销售不符合标准产品",
    "未明码标价",
    "侵犯注册商标专用权",
    "虚假宣传",
    "侵害消费者权益",
    "提交虚假材料取得登记",
    "未经许可从事经营活动",
    "特种设备与计量",
    "刷单炒信",
    "未公示营业执照",
)
_MARKET_SHARES = (0.30, 0.10, 0.14, 0.08, 0.06, 0.06, 0.06, 0.03, 0.07, 0.06, 0.02, 0.02)
_FOOD_SHARES = (0.72, 0.05, 0.03, 0.05, 0.01, 0.02, 0.04, 0.01, 0.05, 0.01, 0.005, 0.005)
_OTHER_AUTHORITIES = (
    ("宁波市生态环境局", "环境保护"),
    ("宁波市消防救援支队", "消防安全"),
    ("宁波市应急管理局", "安全生产"),
    ("国家税务总局宁波市税务局稽查局", "税收"),
    ("宁波市人力资源和社会保障局", "劳动保障"),
    ("宁波市交通运输局", "道路运输违法"),
    ("宁波市综合行政执法局", "市容环境卫生"),
)
_OTHER_SHARES = (0.10, 0.24, 0.07, 0.13, 0.05, 0.22, 0.19)


@dataclass(frozen=True)
class Decisions:
    """Decisions of one source on the day they are taken; one row each."""

    events: Events
    kind: Longs
    summary: Bools
    fine_fen: Longs
    confiscated_fen: Longs
    violation: Coded
    authority: pa.Array

    def __len__(self) -> int:
        return len(self.events)

    @property
    def heavier(self) -> Bools:
        """Beyond money: business stopped, licence suspended or revoked."""
        return np.isin(self.kind, _HEAVIER)

    @property
    def light(self) -> Bools:
        """Criticism or a low fine."""
        light: Bools = (self.kind == _CRITICISM) | (
            (self.fine_fen <= _LOW_FINE_FEN) & ~self.heavier
        )
        return light

    def until(self, source: str) -> Ints:
        """Last day of publication under the rule in force on the day of the decision."""
        old = np.where(self.light & (source == "penalties"), 3, 36)
        new = self.events.day >= NEW_RULES[source]
        return self._after(np.where(new, self._months(), old))

    def until_by_level(self) -> Ints:
        """Last day of publication under the levels: 3, 12 or 36 months."""
        return self._after(self._months())

    def _months(self) -> Longs:
        serious = self.heavier | (self.fine_fen >= _SERIOUS_FINE_FEN)
        return np.where(serious, 36, np.where(self.light, 3, 12))

    def _after(self, months: Longs) -> Ints:
        until: Ints = (self.events.day + months * _MONTH_DAYS).astype(np.int32)
        return until


def market_decisions(chunk: Chunk) -> Decisions:
    """What became of the violations the market regulators detected."""
    found, rng = chunk.history.detections, chunk.rng
    decided = working_day(chunk.later(found.day, 15, 110))
    kept = (decided >= chunk.span.first) & (decided <= chunk.span.last)
    kept &= chunk.alive(found.business, decided)
    events = Events(found.business[kept], decided[kept])
    n = len(events)
    violation = np.where(
        key_sector(chunk.population)[events.business],
        rng.choice(len(_MARKET_VIOLATIONS), n, p=_FOOD_SHARES),
        rng.choice(len(_MARKET_VIOLATIONS), n, p=_MARKET_SHARES),
    )
    bureau = [f"宁波市{p.zh}市场监督管理局" for p in codes.DISTRICTS.values()]
    authority = pa.array(bureau).take(pa.array(chunk.population.district[events.business]))
    return _decided(
        chunk,
        events,
        found.latent[kept],
        summary_share=chunk.priors.supervision.summary,
        violation=Coded(violation, _MARKET_VIOLATIONS),
        authority=authority,
    )


def other_decisions(chunk: Chunk) -> Decisions:
    """Decisions of all other departments."""
    supervision = chunk.priors.supervision
    weight = np.where(chunk.population.sole, 0.5, 1.7) * chunk.population.risk
    events = chunk.happening(supervision.elsewhere_yearly * weight, supervision.elsewhere_conduct)
    latent = chunk.history.conduct_at(events.business, events.day, chunk.span)
    events = Events(events.business, np.minimum(working_day(events.day), chunk.span.last))
    which = chunk.rng.choice(len(_OTHER_AUTHORITIES), len(events), p=_OTHER_SHARES)
    return _decided(
        chunk,
        events,
        latent,
        summary_share=_SUMMARY_ELSEWHERE,
        violation=Coded(which, tuple(violation for _, violation in _OTHER_AUTHORITIES)),
        authority=pa.array([a for a, _ in _OTHER_AUTHORITIES]).take(pa.array(which)),
    )


def _decided(
    chunk: Chunk,
    events: Events,
    latent: Floats,
    *,
    summary_share: float,
    violation: Coded,
    authority: pa.Array,
) -> Decisions:
    n, rng, supervision = len(events), chunk.rng, chunk.priors.supervision
    summary = rng.random(n) < summary_share * np.exp(-0.25 * latent)
    heavier = rng.random(n) < supervision.heavier * np.exp(0.4 * latent)
    kind = rng.choice(4, n, p=(0.60, 0.26, 0.06, 0.08))
    kind = np.where(heavier, rng.choice(_HEAVIER, n), kind)
    kind = np.where(summary, rng.choice((_WARNING, _FINE, _WARNING_AND_FINE), n), kind)
    kind = np.where(rng.random(n) < supervision.no_penalty, _NO_PENALTY, kind)
    sole = chunk.population.sole[events.business]
    # Mean about 7,500 yuan: 10.535 bn yuan in 1.4062 m cases of 2023.
    amount = np.exp(rng.normal(7.5, 1.3, n) + 0.35 * latent + np.where(sole, -0.5, 0.2))
    amount = np.clip(np.round(amount / 100) * 100, 100, 2_000_000)
    # Summary procedure: at most 200 yuan for a person, 3,000 for an organisation.
    small = np.where(sole, rng.choice((50, 100, 200), n), rng.choice((500, 1000, 2000, 3000), n))
    fine = np.where(np.isin(kind, _FINED), np.where(summary, small, amount), 0)
    taken = np.isin(kind, (_FINE_AND_CONFISCATION, _CONFISCATION))
    confiscated = np.where(taken, np.round(np.exp(rng.normal(6.8, 1.4, n)), 2), 0)
    return Decisions(
        events,
        kind,
        summary,
        (fine * 100).astype(np.int64),
        np.round(confiscated * 100).astype(np.int64),
        violation,
        authority,
    )
