"""Penalties decided by the market regulators themselves."""

from __future__ import annotations

from features.contracts import Phrase, Sharing, Source
from features.jurisdictions.ningbo.periods import MARKET_PENALTIES
from features.jurisdictions.ningbo.sources.double_publicity import (
    NEVER,
    OF_A_BUSINESS,
    penalty_columns,
    penalty_dates,
)
from features.jurisdictions.ningbo.sources.subject import BY_ANY_CODE_OR_NAME

SOURCE = Source(
    name="penalties",
    department="market",
    title=Phrase("市场监管行政处罚信息", "Market-regulation penalties"),
    legal_basis="《市场监督管理行政处罚信息公示规定》(总局令第 45 号);《行政处罚法》第四十八条",
    files="市市场监管局-行政处罚信息*",
    key=("decision_no", "authority"),
    sharing=Sharing.PUBLIC,
    subject=BY_ANY_CODE_OR_NAME,
    dates=penalty_dates(
        "处罚决定日期 is exact. The decision is known a few days later from the case system; "
        "without 数据更新时间 the publication limit of 20 working days (28 days) is assumed. "
        "公示截止期 is what the department states; the use ends earlier where the law says so.",
        known_lag_days=28,
        use=MARKET_PENALTIES,
    ),
    columns=penalty_columns(),
    keep=OF_A_BUSINESS,
    never=NEVER,
)
