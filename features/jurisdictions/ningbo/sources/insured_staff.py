"""Social insurance: insured persons and months owed, each quarter."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="insured_staff",
    department="labour",
    title=Phrase("社会保险参保信息", "Social insurance"),
    legal_basis="《社会保险法》第五十七条、第六十条;指标体系 纳税社保",
    files="市人社局-社会保险参保信息*",
    key=("uscc", "quarter"),
    sharing=Sharing.AUTHORISED,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="quarter_end_on",
        known="updated_at",
        known_lag_days=20,
        trust="State at the end of the quarter, delivered within three weeks. Units only; no "
        "insured person is named.",
    ),
    columns=(
        uscc(),
        business_name("单位名称"),
        Column("quarter", Kind.TEXT, ("所属季度",), "如 2025Q1", required=True),
        Column("quarter_end_on", Kind.DAY, ("期末日期",), "季度最后一日", required=True),
        Column("insured", Kind.INTEGER, ("参保人数",), "期末参保人数", minimum=0),
        Column("change_percent", Kind.DECIMAL, ("较上年同期增减(%)",), "参保人数同比增减",
               minimum=-100),
        Column("months_owed", Kind.INTEGER, ("欠缴月数",), "期末欠缴月数", minimum=0),
        updated_at(),
    ),
)  # fmt: skip
