"""Civil and commercial judgments in force, and whether they were performed."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="judgments",
    department="court",
    title=Phrase("生效裁判信息", "Judgments in force"),
    legal_basis="《最高人民法院关于人民法院在互联网公布裁判文书的规定》;"
    "全国公共信用信息基础目录(2024 年版):司法裁判及执行信息",
    files="市中级人民法院-生效裁判*",
    key=("case_no", "role"),
    sharing=Sharing.GOVERNMENT,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="effective_on",
        happened=True,
        known="updated_at",
        known_lag_days=7,
        retracted="annulled_on",
        trust="生效日期 is exact; judgments are published within seven days of it. Performance and "
        "a retrial that sets the judgment aside are new versions. Being sued is no misconduct.",
    ),
    columns=(
        Column("case_no", Kind.TEXT, ("案号",), "案号", required=True),
        uscc("当事人统一社会信用代码"),
        business_name("当事人名称"),
        Column("role", Kind.CODE, ("诉讼地位",), "原告、被告或第三人",
               labels=("原告", "被告", "第三人"), required=True,
               spellings={"申请人": "原告", "被申请人": "被告", "上诉人": "原告",
                          "被上诉人": "被告"}),
        Column("opponents", Kind.TEXT, ("对方当事人",), "可能为自然人", personal=True),
        Column("cause", Kind.TEXT, ("案由",), "案由"),
        Column("court", Kind.TEXT, ("审理法院",), "审理法院"),
        Column(
            "outcome", Kind.CODE, ("裁判结果",), "对本当事人的结果",
            labels=("胜诉", "败诉", "部分败诉", "调解", "撤诉"),
            spellings={"支持": "胜诉", "驳回": "败诉", "部分支持": "部分败诉", "调解结案": "调解"},
        ),
        Column("amount_fen", Kind.MONEY, ("判决金额(元)",), "应履行的金额", minimum=0),
        Column("effective_on", Kind.DAY, ("生效日期",), "裁判生效日期", required=True),
        Column("performed_on", Kind.DAY, ("履行完毕日期",), "履行完毕日期"),
        Column("annulled_on", Kind.DAY, ("再审撤销日期",), "再审撤销原裁判的日期"),
        updated_at(),
    ),
)  # fmt: skip
