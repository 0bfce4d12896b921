"""Complaints and reports received through 12315 and 12345."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.expressions import col
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

# Malicious or not accepted: never used against the business.
GENUINE = (
    ~col("malicious").equals(1)
    & ~col("result").isin("不予受理", "撤回")
)  # fmt: skip

SOURCE = Source(
    name="complaints",
    department="market",
    title=Phrase("12315 投诉举报", "12315 complaints and reports"),
    legal_basis="《市场监督管理投诉举报处理暂行办法》(总局令第 20 号)",
    files="市市场监管局-12315投诉举报*",
    key=("case_no",),
    sharing=Sharing.GOVERNMENT,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="received_on",
        happened=True,
        known="updated_at",
        trust="接收日期 is exact. The outcome arrives as a new version: acceptance within seven "
        "working days, mediation within 45. A complaint is a claim, not a finding.",
    ),
    columns=(
        Column("case_no", Kind.TEXT, ("工单编号", "登记编号"), "工单编号", required=True),
        uscc("被投诉举报人统一社会信用代码"),
        business_name("被投诉举报人名称"),
        Column("complainant", Kind.TEXT, ("投诉人",), "投诉人姓名", personal=True),
        Column("phone", Kind.TEXT, ("联系电话",), "投诉人电话", personal=True),
        Column("kind", Kind.CODE, ("类型",), "投诉或举报", labels=("投诉", "举报"),
               spellings={"消费者投诉": "投诉", "违法行为举报": "举报"}, required=True),
        Column("channel", Kind.CODE, ("来源渠道",), "来源渠道",
               labels=("12315", "12345", "来信来访", "其他"),
               spellings={"全国12315平台": "12315", "政务服务热线": "12345", "来信": "来信来访",
                          "来访": "来信来访"}, otherwise="其他"),
        Column("category", Kind.TEXT, ("问题类别",), "商品质量、售后、广告、价格、合同……"),
        Column("online", Kind.FLAG, ("是否网络交易",), "是否网络交易"),
        Column("amount_fen", Kind.MONEY, ("涉及金额(元)",), "争议金额", minimum=0),
        Column("received_on", Kind.DAY, ("接收日期", "登记时间"), "接收日期", required=True),
        Column("closed_on", Kind.DAY, ("办结日期",), "办结日期"),
        Column("result", Kind.CODE, ("处理结果",), "处理结果; 空为办理中",
               labels=("调解成功", "调解不成", "终止调解", "不予受理", "撤回", "属实", "不属实"),
               spellings={"达成调解": "调解成功", "调解失败": "调解不成", "不受理": "不予受理"}),
        Column("to_case", Kind.FLAG, ("是否转案件",), "转为立案查处"),
        Column("malicious", Kind.FLAG, ("恶意投诉标识",), "经认定的恶意投诉举报"),
        updated_at(),
    ),
)  # fmt: skip
