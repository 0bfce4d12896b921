"""R06: online shops and what happens in them. Missing means: no shop is known."""

from __future__ import annotations

from features.contracts import Count, DaysSince, Direction, Feature, Months, Phrase, Share, family
from features.expressions import col
from features.jurisdictions.ningbo.reasons import NOT_CITED
from features.jurisdictions.ningbo.sources.complaints import GENUINE
from features.jurisdictions.ningbo.sources.online_leads import VERIFIED

_shop = family(
    Feature,
    source="shops",
    group="R06",
    legal_basis="《电子商务法》第十五条、第二十八条;《浙江省电子商务条例》",
    missing="no online shop is known",
    direction=Direction.RISK_UP,
)
_lead = family(
    Feature,
    source="online_leads",
    measure=Count(),
    group="R06",
    legal_basis="《网络交易监督管理办法》;《行政处罚法》第四十一条",
    missing="no verified lead",
    direction=Direction.RISK_UP,
)
_sanction = family(
    Feature,
    source="platform_sanctions",
    measure=Count(),
    group="R06",
    legal_basis="《电子商务法》第二十九条、第四十四条",
    missing="no sanction reported",
    direction=Direction.RISK_UP,
    reason="R604",
)
_complaint = family(
    Feature,
    source="complaints",
    measure=Count(),
    where=GENUINE & col("online").equals(1),
    group="R06",
    legal_basis="《市场监督管理投诉举报处理暂行办法》",
    missing="no genuine complaint",
    direction=Direction.RISK_UP,
    reason="R608",
)
_OPEN = col("closed_on").is_null()

_LEADS = (
    *(
        _lead(
            name=f"online_lead_verified_count_{n}m",
            where=VERIFIED,
            window=Months(n),
            meaning=Phrase(f"近{n}个月查实网络监测线索数", f"Verified leads in {n} months"),
            reason="R603",
        )
        for n in (12, 36)
    ),
    _lead(
        name="live_stream_lead_verified_count_36m",
        where=VERIFIED & col("rule").equals("直播营销"),
        window=Months(36),
        meaning=Phrase("近36个月查实直播营销违规数", "Verified live-stream violations, 36 months"),
        reason="R605",
    ),
    _lead(
        name="fake_trading_lead_verified_count_36m",
        where=VERIFIED & col("rule").equals("刷单炒信"),
        window=Months(36),
        meaning=Phrase("近36个月查实刷单炒信数", "Verified fake trading, 36 months"),
        reason="R606",
    ),
    _lead(
        name="advertising_lead_verified_count_36m",
        where=VERIFIED & col("rule").isin("违法广告", "虚假宣传"),
        window=Months(36),
        meaning=Phrase(
            "近36个月查实网络违法广告数", "Verified illegal online advertising, 36 months"
        ),
        reason="R318",
    ),
)

_LEAD_AGE = _lead(
    name="online_lead_verified_days_since",
    measure=DaysSince(),
    where=VERIFIED,
    direction=Direction.RISK_DOWN,
    unit="days",
    meaning=Phrase("距最近一次查实网络监测线索的天数", "Days since a lead was last verified"),
    reason="R615",
)

_SANCTIONS = (
    *(
        _sanction(
            name=f"platform_sanction_count_{n}m",
            window=Months(n),
            meaning=Phrase(f"近{n}个月平台处置次数", f"Platform sanctions in {n} months"),
        )
        for n in (12, 36)
    ),
    _sanction(
        name="platform_sanction_severe_count_36m",
        where=col("kind").isin("限制经营", "关闭店铺"),
        window=Months(36),
        meaning=Phrase("近36个月平台限制经营或关店次数", "Shops restricted or closed, 36 months"),
        reason="R610",
    ),
)

_SHOPS = (
    _shop(
        name="shop_count_current",
        measure=Count(),
        where=_OPEN,
        direction=Direction.EITHER,
        meaning=Phrase("当前网店数", "Online shops now"),
        reason=NOT_CITED,
    ),
    _shop(
        name="shop_unlicensed_count_current",
        measure=Count(),
        where=_OPEN & col("licence_shown").equals(0),
        meaning=Phrase("当前未亮照网店数", "Shops without a visible licence now"),
        reason="R601",
    ),
    _shop(
        name="shop_licence_shown_share",
        measure=Share(col("licence_shown").equals(1)),
        where=_OPEN,
        unit="share",
        direction=Direction.RISK_DOWN,
        meaning=Phrase("网店亮照比例", "Share of shops that show the licence"),
        reason="R609",
        positive_reason="R607",
    ),
    _shop(
        name="shop_age_days",
        measure=DaysSince("first"),
        where=_OPEN,
        unit="days",
        direction=Direction.RISK_DOWN,
        meaning=Phrase("最早网店开设至今的天数", "Days since its first open shop was opened"),
        reason="R612",
        positive_reason="R611",
    ),
    _shop(
        name="shop_opened_count_12m",
        measure=Count(),
        window=Months(12),
        meaning=Phrase("近12个月新开网店数", "Shops opened in 12 months"),
        reason="R613",
    ),
    _shop(
        name="live_stream_shop_count_current",
        measure=Count(),
        where=_OPEN & col("live_stream").equals(1),
        direction=Direction.EITHER,
        meaning=Phrase("当前开展直播营销的网店数", "Shops that sell by live stream now"),
        reason=NOT_CITED,
    ),
    _shop(
        name="shop_identity_match_share",
        measure=Share(col("identity_matches").equals(1)),
        where=_OPEN,
        unit="share",
        direction=Direction.RISK_DOWN,
        meaning=Phrase("身份信息一致的网店比例", "Share of shops with a matching identity"),
        reason="R614",
    ),
    _shop(
        name="shop_identity_mismatch_count_current",
        measure=Count(),
        where=_OPEN & col("identity_matches").equals(0),
        meaning=Phrase("当前身份信息不一致网店数", "Shops whose identity does not match"),
        reason="R602",
    ),
    *(
        _complaint(
            name=f"online_complaint_count_{n}m",
            window=Months(n),
            meaning=Phrase(
                f"近{n}个月网络交易投诉件数", f"Complaints about online trade, {n} months"
            ),
        )
        for n in (3, 12)
    ),
    _complaint(
        name="online_complaint_count_12m_vs_peers",
        window=Months(12),
        peers=("sector",),
        meaning=Phrase(
            "近12个月网络交易投诉件数与同行业均值之差",
            "Complaints about online trade in 12 months against the sector",
        ),
        missing="the sector is unknown",
    ),
)

FEATURES: tuple[Feature, ...] = (*_SHOPS, *_LEADS, _LEAD_AGE, *_SANCTIONS)
