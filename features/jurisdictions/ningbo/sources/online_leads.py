"""Leads of the online-market monitor; used only once a person verified them."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.expressions import col
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

VERIFIED = col("verdict").equals("属实")

SOURCE = Source(
    name="online_leads",
    department="market",
    title=Phrase("网络监测线索", "Online-monitoring leads"),
    legal_basis="《网络交易监督管理办法》;《行政处罚法》第四十一条 (电子证据须经审核)",
    files="市市场监管局-网络监测线索*",
    key=("lead_no",),
    sharing=Sharing.GOVERNMENT,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="captured_on",
        known="updated_at",
        trust="采集日期 is exact. Verification is a new version: until then the verdict is 待核实 "
        "and no feature reads the lead.",
    ),
    columns=(
        Column("lead_no", Kind.TEXT, ("线索编号",), "线索编号", required=True),
        Column("shop_id", Kind.TEXT, ("网店编号",), "网店编号"),
        uscc("经营者统一社会信用代码"),
        business_name("经营者名称"),
        Column(
            "rule", Kind.CODE, ("监测规则",), "监测规则",
            labels=("虚假宣传", "刷单炒信", "直播营销", "违法广告", "未亮照", "价格欺诈",
                    "商标侵权", "其他"),
            spellings={"直播带货违规": "直播营销", "虚假交易": "刷单炒信",
                       "绝对化用语": "违法广告"},
            otherwise="其他",
        ),
        Column("evidence_sha256", Kind.TEXT, ("证据哈希",), "证据文件的 SHA-256"),
        Column("captured_on", Kind.DAY, ("采集日期",), "采集日期", required=True),
        Column("verdict", Kind.CODE, ("核实结论",), "人工核实结论",
               labels=("待核实", "属实", "不属实"), spellings={"1": "属实", "0": "不属实"}),
        Column("case_no", Kind.TEXT, ("案件编号",), "转案件的编号"),
        updated_at(),
    ),
)  # fmt: skip
