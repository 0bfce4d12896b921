"""Abnormal growth of complaints, as the 12315 centre's own monitor reports it."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="complaint_alerts",
    department="market",
    title=Phrase("投诉举报异常增长预警", "Alerts on growing complaints"),
    legal_basis="国市监信发〔2022〕6号:投诉举报异常增长预警;阈值(30 日 10 件、三倍月均)为配置值",
    files="市市场监管局-投诉异常增长预警*",
    key=("alert_no",),
    sharing=Sharing.GOVERNMENT,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="alerted_on",
        known="updated_at",
        trust="Computed by the 12315 centre the day after; an alert says many complained, not "
        "that they were right.",
    ),
    columns=(
        Column("alert_no", Kind.TEXT, ("预警编号",), "预警编号", required=True),
        uscc(),
        business_name(),
        Column("complaints_30d", Kind.INTEGER, ("近30日件数",), "30 日内件数", minimum=0),
        Column("alerted_on", Kind.DAY, ("预警日期",), "预警日期", required=True),
        updated_at(),
    ),
)
