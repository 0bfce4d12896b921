"""Food and product samples and their verdicts."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.expressions import col
from features.jurisdictions.ningbo.periods import FIVE_YEARS
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

FAILED = col("verdict").equals("不合格")

SOURCE = Source(
    name="samples",
    department="market",
    title=Phrase("食品与产品质量抽检结果", "Food and product samples"),
    legal_basis="《食品安全法》第八十七条;《产品质量法》第十五条",
    files="市市场监管局-抽检结果*",
    key=("sample_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        use=FIVE_YEARS,
        event="reported_on",
        happened=True,
        known="updated_at",
        known_lag_days=28,
        repaired="repaired_on",
        retracted="annulled_on",
        trust="The event is the day of the verdict, weeks after 抽样日期. A re-test that clears "
        "the sample annuls it.",
    ),
    columns=(
        Column("sample_no", Kind.TEXT, ("抽样编号", "样品编号"), "抽样编号", required=True),
        uscc("被抽样单位统一社会信用代码"),
        business_name("被抽样单位名称"),
        Column("kind", Kind.CODE, ("抽检类别",), "食品或产品", labels=("食品", "产品"),
               spellings={"食品安全监督抽检": "食品", "产品质量监督抽查": "产品"}),
        Column("product", Kind.TEXT, ("样品名称",), "样品名称"),
        Column("item", Kind.TEXT, ("不合格项目",), "不合格项目与标准值"),
        Column("sampled_on", Kind.DAY, ("抽样日期",), "抽样日期"),
        Column("reported_on", Kind.DAY, ("报告日期",), "检验结论日期", required=True),
        Column("verdict", Kind.CODE, ("检验结论", "检验结果"), "检验结论",
               labels=("合格", "不合格"), required=True,
               spellings={"完全合格": "合格", "实物不合格": "不合格", "不符合": "不合格"}),
        Column("recheck", Kind.FLAG, ("是否复检",), "是否经复检"),
        Column("annulled_on", Kind.DAY, ("撤销日期",), "复检合格而撤销结论的日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复决定日期"),
        updated_at(),
    ),
)  # fmt: skip
