"""R06: online shops and what happens in them. Missing means: no shop is known."""

from __future__ import annotations

from functools import partial

from features.contracts import Count, Direction, Feature, Months, Phrase, Share
from features.expressions import col
from features.jurisdictions.ningbo.reasons import NOT_CITED
from features.jurisdictions.ningbo.sources.complaints import GENUINE

_shop = partial(
    Feature,
    source="shops",
    group="R06",
    legal_basis="《电子商务法》第十五条、第二十八条;《浙江省电子商务条例》",
    missing="no online shop is known",
    direction=Direction.RISK_UP,
)
_OPEN = col("closed_on").is_null()

FEATURES: tuple[Feature, ...] = (
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
        reason="R601",
        positive_reason="R607",
    ),
    _shop(
        name="shop_identity_mismatch_count_current",
        measure=Count(),
        where=_OPEN & col("identity_matches").equals(0),
        meaning=Phrase("当前身份信息不一致网店数", "Shops whose identity does not match"),
        reason="R602",
    ),
    *(
        Feature(
            name=f"online_complaint_count_{n}m",
            source="complaints",
            measure=Count(),
            where=GENUINE & col("online").equals(1),
            window=Months(n),
            meaning=Phrase(
                f"近{n}个月网络交易投诉件数", f"Complaints about online trade, {n} months"
            ),
            direction=Direction.RISK_UP,
            missing="no genuine complaint",
            group="R06",
            reason="R501",
            legal_basis="《市场监督管理投诉举报处理暂行办法》",
        )
        for n in (3, 12)
    ),
)
