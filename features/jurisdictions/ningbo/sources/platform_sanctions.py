"""What platforms did to shops under their own rules, as they report it."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="platform_sanctions",
    department="market",
    title=Phrase("平台违规处置报送", "Platform sanctions"),
    legal_basis="《电子商务法》第二十九条、第三十六条、第四十四条",
    files="网络交易平台-违规处置报送*",
    key=("sanction_no",),
    sharing=Sharing.GOVERNMENT,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="sanctioned_on",
        known="updated_at",
        known_lag_days=7,
        retracted="lifted_on",
        trust="The platform's statement; a sanction lifted on appeal is retracted.",
    ),
    columns=(
        Column("sanction_no", Kind.TEXT, ("处置编号",), "处置编号", required=True),
        Column("platform", Kind.TEXT, ("平台名称",), "平台名称"),
        Column("shop_id", Kind.TEXT, ("网店编号",), "网店编号"),
        uscc("经营者统一社会信用代码"),
        business_name("经营者名称"),
        Column(
            "kind", Kind.CODE, ("处置措施",), "平台采取的措施",
            labels=("警示", "商品下架", "降权", "限制经营", "关闭店铺"),
            spellings={"下架商品": "商品下架", "店铺降权": "降权", "关店": "关闭店铺"},
        ),
        Column("sanctioned_on", Kind.DAY, ("处置日期",), "处置日期", required=True),
        Column("lifted_on", Kind.DAY, ("申诉撤销日期",), "申诉成立而撤销的日期"),
        updated_at(),
    ),
)  # fmt: skip
