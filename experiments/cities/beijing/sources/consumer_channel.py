"""Businesses that settle complaints themselves, in the fast channel of 12315."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Source

from .subject import NAME, name

SOURCE = Source(
    name="consumer_channel",
    department="consumers",
    title=Phrase("12315 绿色通道企业", "Businesses in the 12315 fast channel"),
    legal_basis="《市场监督管理投诉举报处理暂行办法》",
    files="*12315绿色通道*.csv",
    key=("case_no",),
    subject=NAME,
    dates=Dates(
        event="entered_at",
        known_lag_days=1,
        trust="时间 is exact to the second. 注册号 is the number of the entry, not of a business.",
    ),
    columns=(
        Column("case_no", Kind.TEXT, ("注册号",), "登记编号", required=True),
        name("企业名称"),
        Column("entered_at", Kind.INSTANT, ("时间",), "登记时间", required=True),
        Column("state", Kind.TEXT, ("是否有效",), "状态代码"),
    ),
)
