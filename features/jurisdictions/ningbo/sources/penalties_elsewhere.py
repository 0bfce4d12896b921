"""Penalties of all other departments, as the public credit centre collects them."""

from __future__ import annotations

from features.contracts import Phrase, Sharing, Source
from features.jurisdictions.ningbo.periods import OTHER_PENALTIES
from features.jurisdictions.ningbo.sources.double_publicity import (
    NEVER,
    OF_A_BUSINESS,
    penalty_columns,
    penalty_dates,
)
from features.jurisdictions.ningbo.sources.subject import BY_ANY_CODE_OR_NAME

SOURCE = Source(
    name="penalties_elsewhere",
    department="credit_centre",
    title=Phrase("双公示行政处罚信息(其他部门)", "Penalties of other departments"),
    legal_basis="《浙江省公共信用信息管理条例》第十一条;全国公共信用信息基础目录(2024 年版)",
    files="信用宁波-双公示行政处罚信息*",
    key=("decision_no", "authority"),
    sharing=Sharing.PUBLIC,
    subject=BY_ANY_CODE_OR_NAME,
    dates=penalty_dates(
        "处罚决定日期 is exact. Departments upload within seven working days, some later; without "
        "数据更新时间 28 days are assumed. Some departments send names without codes.",
        known_lag_days=28,
        use=OTHER_PENALTIES,
    ),
    columns=penalty_columns(),
    keep=OF_A_BUSINESS,
    never=NEVER,
)
