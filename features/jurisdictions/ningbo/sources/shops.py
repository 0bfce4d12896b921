"""Online shops: who runs which shop, as platforms report each half year."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="shops",
    department="market",
    title=Phrase("网络交易主体库", "Online shops"),
    legal_basis="《电子商务法》第十五条、第二十八条;《浙江省电子商务条例》",
    files="市市场监管局-网络交易主体库*",
    key=("shop_id",),
    sharing=Sharing.GOVERNMENT,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="opened_on",
        known="updated_at",
        trust="Platforms report each January and July; every report is a new version, so the "
        "state of a shop is at most half a year old. 开店日期 is the platform's statement.",
    ),
    columns=(
        Column("shop_id", Kind.TEXT, ("网店编号",), "平台与店铺编号", required=True),
        Column("platform", Kind.TEXT, ("平台名称",), "平台名称"),
        Column("shop_name", Kind.TEXT, ("网店名称",), "网店名称"),
        uscc("经营者统一社会信用代码"),
        business_name("经营者名称"),
        Column("category", Kind.TEXT, ("主营类目",), "主营类目"),
        Column("live_stream", Kind.FLAG, ("是否直播带货",), "是否开展直播营销"),
        Column("licence_shown", Kind.FLAG, ("是否亮照",), "首页是否公示营业执照或豁免声明"),
        Column("identity_matches", Kind.FLAG, ("身份信息是否一致",), "平台报送与登记是否一致"),
        Column("reported_half", Kind.TEXT, ("报送期",), "如 2025H1"),
        Column("opened_on", Kind.DAY, ("开店日期",), "开店日期", required=True),
        Column("closed_on", Kind.DAY, ("关店日期",), "关店日期"),
        updated_at(),
    ),
)  # fmt: skip
