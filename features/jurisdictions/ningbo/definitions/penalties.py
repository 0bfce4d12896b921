"""R03: final penalties by ordinary procedure.

Summary-procedure and warning-only decisions and decisions not to punish never
count: the sources say so. Whether a decision must be final is
`features.jurisdictions.ningbo.finality`.
"""

from __future__ import annotations

from features.contracts import (
    Change,
    Count,
    DaysSince,
    Direction,
    Distinct,
    Feature,
    Max,
    Months,
    Phrase,
    Repeats,
    Sum,
    family,
)
from features.expressions import col
from features.jurisdictions.ningbo.sources.penalty_words import HEAVIER

_SOURCES = (
    (
        "penalty",
        "penalties",
        "市场监管",
        "market-regulation",
        "《行政处罚法》第四十八条;《市场监督管理行政处罚信息公示规定》",
    ),
    (
        "penalty_elsewhere",
        "penalties_elsewhere",
        "其他部门",
        "other departments'",
        "《浙江省公共信用信息管理条例》第十一条",
    ),
)
_NONE = "no counted penalty"


def _of(prefix: str, source: str, zh: str, en: str, basis: str) -> tuple[Feature, ...]:
    penalty = family(
        Feature,
        source=source,
        group="R03",
        legal_basis=basis,
        missing=_NONE,
        direction=Direction.RISK_UP,
    )
    counts = tuple(
        penalty(
            name=f"{prefix}_count_{n}m",
            measure=Count(),
            window=Months(n),
            meaning=Phrase(f"近{n}个月{zh}处罚次数", f"{en.capitalize()} penalties in {n} months"),
            reason="R304",
        )
        for n in (6, 12, 24, 36)
    )
    return (
        *counts,
        penalty(
            name=f"{prefix}_fines_yuan_36m",
            measure=Sum("fine_fen"),
            window=Months(36),
            unit="yuan",
            scale=100,
            meaning=Phrase(f"近36个月{zh}罚款合计", f"{en.capitalize()} fines in 36 months"),
            reason="R305",
        ),
        penalty(
            name=f"{prefix}_fine_yuan_max_36m",
            measure=Max("fine_fen"),
            window=Months(36),
            unit="yuan",
            scale=100,
            meaning=Phrase(f"近36个月{zh}单次最高罚款", f"Largest {en} fine in 36 months"),
            reason="R305",
        ),
        penalty(
            name=f"{prefix}_confiscated_yuan_36m",
            measure=Sum("confiscated_fen"),
            window=Months(36),
            unit="yuan",
            scale=100,
            meaning=Phrase(f"近36个月{zh}没收合计", f"Confiscated by {en} decisions in 36 months"),
            reason="R305",
        ),
        penalty(
            name=f"{prefix}_heavier_count_36m",
            measure=Count(),
            where=col("kinds").has_any(*HEAVIER),
            window=Months(36),
            meaning=Phrase(f"近36个月{zh}较重处罚次数", f"Heavier {en} penalties in 36 months"),
            reason="R306",
        ),
        penalty(
            name=f"{prefix}_violations_distinct_36m",
            measure=Distinct("violation"),
            window=Months(36),
            meaning=Phrase(
                f"近36个月{zh}处罚涉及的违法类型数",
                f"Kinds of violation in {en} penalties, 36 months",
            ),
            reason="R326",
        ),
        penalty(
            name=f"{prefix}_violation_repeats_36m",
            measure=Repeats("violation"),
            where=~col("violation").equals("其他"),  # no two of these need be alike
            window=Months(36),
            meaning=Phrase(
                f"近36个月{zh}处罚中同类违法重复的次数",
                f"{en.capitalize()} penalties in 36 months that repeat a violation",
            ),
            reason="R307",
        ),
        penalty(
            name=f"{prefix}_days_since",
            measure=DaysSince(),
            direction=Direction.RISK_DOWN,
            unit="days",
            meaning=Phrase(f"距最近一次{zh}处罚的天数", f"Days since the last {en} penalty"),
            reason="R322",
        ),
    )


def _kind(
    name: str, violation: str, zh: str, en: str, reason: str, *, source: str = "penalties"
) -> Feature:
    return Feature(
        name=f"{name}_penalty_count_36m",
        source=source,
        measure=Count(),
        where=col("violation").isin(*violation.split()),
        window=Months(36),
        meaning=Phrase(f"近36个月{zh}处罚次数", f"Penalties for {en} in 36 months"),
        direction=Direction.RISK_UP,
        missing=_NONE,
        group="R03",
        reason=reason,
        legal_basis="《行政处罚法》第四十八条",
    )


_KINDS = (
    _kind("food", "食品安全", "食品安全", "food safety", "R333"),
    _kind("drug", "药品器械化妆品", "药品器械化妆品", "drugs, devices and cosmetics", "R353"),
    _kind("quality", "产品质量", "产品质量", "product quality", "R334"),
    _kind("advertising", "广告", "违法广告", "illegal advertising", "R318"),
    _kind("price", "价格", "价格违法", "pricing", "R354"),
    _kind("ip", "商标专利侵权", "侵犯知识产权", "IP infringement", "R317"),
    _kind("online", "网络交易 不正当竞争", "网络交易与不正当竞争",
          "online trading or unfair competition", "R335"),
    _kind("consumer", "消费者权益", "侵害消费者权益", "consumer rights", "R355"),
    _kind("registration", "登记与公示", "登记与公示", "registration and disclosure", "R356"),
    _kind("unlicensed", "无证无照经营", "无证无照经营", "trading without a licence", "R357"),
    _kind("safety", "安全生产与消防", "安全生产与消防", "work and fire safety", "R358",
          source="penalties_elsewhere"),
    _kind("environment", "生态环境", "生态环境", "the environment", "R359",
          source="penalties_elsewhere"),
)  # fmt: skip

_own = family(
    Feature,
    source="penalties",
    direction=Direction.RISK_UP,
    group="R03",
    legal_basis="《行政处罚法》第四十八条",
)
_COMPARED = (
    _own(
        name="penalty_fines_yuan_36m_vs_peers",
        measure=Sum("fine_fen"),
        window=Months(36),
        unit="yuan",
        scale=100,
        meaning=Phrase(
            "近36个月罚款合计与同行业均值之差", "Fines in 36 months against the sector's mean"
        ),
        missing="the sector is unknown",
        reason="R305",
        peers=("sector",),
    ),
    _own(
        name="penalty_count_36m_vs_peers",
        measure=Count(),
        window=Months(36),
        meaning=Phrase(
            "近36个月处罚次数与同行业同区县均值之差",
            "Penalties in 36 months against sector and district",
        ),
        missing="the sector or district is unknown",
        reason="R351",
        peers=("sector", "district"),
    ),
    _own(
        name="penalty_change_12m",
        measure=Change(),
        window=Months(12),
        meaning=Phrase("近12个月处罚较前12个月增减", "Penalties, 12 months minus the 12 before"),
        missing=_NONE,
        reason="R350",
    ),
)

FEATURES: tuple[Feature, ...] = (
    *(feature for source in _SOURCES for feature in _of(*source)),
    *_KINDS,
    *_COMPARED,
)
