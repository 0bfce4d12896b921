"""Major tax cases: dishonest taxpayers that the tax bureau publishes."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.periods import MAJOR_TAX_CASES
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="major_tax_cases",
    department="tax",
    title=Phrase("重大税收违法失信主体", "Major tax cases"),
    legal_basis="《重大税收违法失信主体信息公布管理办法》(国家税务总局令第 54 号)",
    files="市税务局-重大税收违法失信主体*",
    key=("case_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="published_on",
        known="updated_at",
        retracted="annulled_on",
        repaired="repaired_on",
        usable_until="published_until_on",
        use=MAJOR_TAX_CASES,
        trust="公布日期 is exact. Publication ends after three years or earlier on repair; "
        "without 公布截止日期 36 months are assumed.",
    ),
    columns=(
        Column("case_no", Kind.TEXT, ("案件编号", "决定书文号"), "确定文书号",
               required=True),
        uscc("纳税人识别号"),
        business_name("纳税人名称"),
        Column("legal_representative", Kind.TEXT, ("法定代表人或者负责人姓名",), "姓名",
               personal=True),
        Column(
            "nature", Kind.CODE, ("案件性质",), "违法行为",
            labels=("偷税", "逃避追缴欠税", "骗取出口退税", "虚开发票", "走逃失联", "其他"),
            spellings={"虚开增值税专用发票": "虚开发票", "虚开普通发票": "虚开发票",
                       "骗税": "骗取出口退税", "走逃(失联)": "走逃失联"},
            otherwise="其他",
        ),
        Column("facts", Kind.TEXT, ("主要违法事实",), "可能写明自然人", personal=True),
        Column("amount_fen", Kind.MONEY, ("涉案税款(元)", "涉案税款"), "查补或涉案税款", minimum=0),
        Column("published_on", Kind.DAY, ("公布日期",), "公布日期", required=True),
        Column("published_until_on", Kind.DAY, ("公布截止日期",), "公布期最后一日"),
        Column("annulled_on", Kind.DAY, ("撤销日期",), "处理决定被撤销的日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "提前停止公布的日期"),
        updated_at(),
    ),
)  # fmt: skip
