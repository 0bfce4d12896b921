"""R04 and R05: what other departments did and what consumers said."""

from __future__ import annotations

from features.contracts import Count, Direction, Feature, Months, Phrase, family

from ..sources.penalties import FINED

_elsewhere = family(
    Feature,
    window=Months(36),
    measure=Count(),
    group="R04",
    direction=Direction.RISK_UP,
    missing="never missing",
)

FEATURES: tuple[Feature, ...] = (
    _elsewhere(
        name="tax_penalty_count_36m",
        source="tax_penalties",
        meaning=Phrase("近36个月税收行政处罚次数", "Tax penalties"),
        legal_basis="《税收征收管理法》",
        reason="R401",
    ),
    _elsewhere(
        name="major_tax_case_count_36m",
        source="major_tax_cases",
        meaning=Phrase("近36个月重大税收违法案件数", "Major tax cases"),
        legal_basis="《重大税收违法失信主体信息公布管理办法》",
        reason="R402",
    ),
    *(
        _elsewhere(
            name=f"{source}_count_36m",
            source=source,
            where=FINED,
            meaning=Phrase(f"近36个月{zh}受罚次数(警告与不予处罚除外)", f"Penalties in {en}"),
            legal_basis="《行政处罚法》第九条",
            reason="R403",
        )
        for source, zh, en in (
            ("huairou_penalties", "怀柔区", "Huairou"),
            ("yanqing_penalties_2020", "延庆区", "Yanqing, 2020"),
            ("yanqing_penalties_2023", "延庆区", "Yanqing, 2023"),
        )
    ),
    _elsewhere(
        name="consumer_channel_count_12m",
        source="consumer_channel",
        window=Months(12),
        group="R05",
        direction=Direction.EITHER,
        meaning=Phrase("近12个月进入12315绿色通道次数", "Entries in the 12315 fast channel"),
        legal_basis="《市场监督管理投诉举报处理暂行办法》",
        reason="R501",
    ),
)
