"""R04: businesses with the same representative or address.

Guilt by association is contestable: facts only, current lists and counted
penalties; cluster registrations and agents' addresses link nobody.
"""

from __future__ import annotations

from features.contracts import Count, Days, Direction, Feature, Link, Months, Phrase, Share, family
from features.expressions import col
from features.jurisdictions.ningbo.sources import exits
from features.jurisdictions.ningbo.sources import random_checks as checks

LINKS: tuple[Link, ...] = (
    Link("same_representative", "registrations", "representative_token", max_size=20),
    Link(
        "same_address",
        "registrations",
        "address_token",
        max_size=30,
        unless=col("cluster_registration").equals(1),
    ),
)

_associate = family(
    Feature,
    measure=Count(),
    group="R04",
    via="same_representative",
    direction=Direction.RISK_UP,
    missing="no associated business",
    legal_basis="指标体系 关联企业违法失信",
)
_neighbour = family(
    Feature,
    measure=Count(),
    group="R04",
    via="same_address",
    direction=Direction.RISK_UP,
    missing="no other business at the address",
    legal_basis="指标体系 关联关系信息;集群登记除外",
)

_LISTED = col("delisted_on").is_null()
_WARNED = "国市监信发〔2022〕6号 关联企业异常、异常登记预警;指标体系 关联关系信息"

FEATURES: tuple[Feature, ...] = (
    _associate(
        name="associate_count",
        source="registrations",
        meaning=Phrase("同一法定代表人的其他主体数", "Other businesses of the representative"),
        reason="R407",
    ),
    _associate(
        name="associate_abnormal_current_count",
        source="abnormal_list",
        where=_LISTED,
        meaning=Phrase("关联主体当前列异数", "Associates' entries on the abnormal list now"),
        reason="R401",
    ),
    _associate(
        name="associate_serious_current_count",
        source="serious_list",
        where=_LISTED,
        meaning=Phrase("关联主体当前严重失信数", "Associates on the serious list now"),
        reason="R402",
    ),
    _associate(
        name="associate_forced_exit_count_36m",
        source="exits",
        where=col("kind").isin(*exits.FORCED),
        window=Months(36),
        meaning=Phrase("近36个月关联主体被吊销等被动退出数", "Associates forced out in 36 months"),
        reason="R402",
    ),
    _associate(
        name="associate_penalty_count_36m",
        source="penalties",
        window=Months(36),
        meaning=Phrase("近36个月关联主体受处罚次数", "Associates' penalties in 36 months"),
        reason="R403",
    ),
    _associate(
        name="associate_check_problem_count_36m",
        source="random_checks",
        where=checks.PROBLEM,
        window=Months(36),
        meaning=Phrase("近36个月关联主体检查发现问题次数", "Associates' check problems, 36 months"),
        reason="R403",
    ),
    _associate(
        name="associate_defaulter_current_count",
        source="defaulters",
        where=col("removed_on").is_null(),
        meaning=Phrase("关联主体当前失信被执行数", "Associates' current defaulter cases"),
        reason="R403",
    ),
    _associate(
        name="associate_revoked_share",
        source="registrations",
        measure=Share(col("status").isin("吊销未注销", "责令关闭")),
        unit="share",
        meaning=Phrase("关联主体中被吊销或责令关闭的比例", "Share of associates revoked or closed"),
        reason="R408",
    ),
    _associate(
        name="associate_tax_arrears_current_count",
        source="tax_arrears",
        where=col("cleared_on").is_null(),
        meaning=Phrase("关联主体当前欠税或非正常户数", "Associates' arrears not cleared now"),
        reason="R409",
    ),
    _associate(
        name="associate_shop_unlicensed_current_count",
        source="shops",
        where=col("closed_on").is_null() & col("licence_shown").equals(0),
        meaning=Phrase(
            "同一经营者其他主体当前未亮照网店数",
            "Unlicensed shops of the same operator's businesses",
        ),
        reason="R410",
    ),
    _associate(
        name="associate_registered_count_12m",
        source="registrations",
        window=Months(12),
        meaning=Phrase(
            "近12个月同一法定代表人新登记的其他主体数",
            "Businesses the representative registered, 12m",
        ),
        reason="R411",
        legal_basis=_WARNED,
    ),
    _associate(
        name="associate_abnormal_count_90d",
        source="abnormal_list",
        window=Days(90),
        meaning=Phrase(
            "近90天关联主体新列异次数", "Associates newly on the abnormal list, 90 days"
        ),
        reason="R412",
        legal_basis=_WARNED,
    ),
    _associate(
        name="associate_serious_count_12m",
        source="serious_list",
        window=Months(12),
        meaning=Phrase(
            "近12个月关联主体新列严次数", "Associates newly on the serious list, 12 months"
        ),
        reason="R413",
        legal_basis=_WARNED,
    ),
    _neighbour(
        name="address_registered_count_90d",
        source="registrations",
        window=Days(90),
        meaning=Phrase(
            "近90天同一住所新登记的其他主体数", "Businesses new at the address, 90 days"
        ),
        reason="R414",
        legal_basis=_WARNED,
    ),
    _neighbour(
        name="address_business_count",
        source="registrations",
        where=col("status").isin("存续", "歇业"),
        meaning=Phrase("同一住所的其他主体数", "Other businesses at the address"),
        reason="R404",
    ),
    _neighbour(
        name="address_abnormal_current_count",
        source="abnormal_list",
        where=_LISTED,
        meaning=Phrase("同一住所其他主体当前列异数", "Abnormal-list entries at the address now"),
        reason="R405",
    ),
    _neighbour(
        name="address_penalty_count_36m",
        source="penalties",
        window=Months(36),
        meaning=Phrase("近36个月同一住所其他主体受处罚次数", "Penalties at the address, 36 months"),
        reason="R406",
    ),
)
