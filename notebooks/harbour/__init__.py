"""Harbour town: the smallest city that goes the whole road. Copy it to begin your own.

Three departments' files, five features, one outcome. Nothing here computes anything.
"""

from __future__ import annotations

from features.contracts import (
    Ahead,
    ByCode,
    Column,
    Count,
    Dates,
    DaysSince,
    Direction,
    Evidence,
    Feature,
    Jurisdiction,
    Kind,
    Monthly,
    Months,
    Outcome,
    Phrase,
    Reason,
    Share,
    Source,
    family,
)
from features.expressions import col

_ORDINANCE = "Harbour Ordinance on Trade 2015 (invented)"
_CODE = Column("licence_no", Kind.TEXT, ("Licence",), "Number of the trade licence", required=True)

LICENCES = Source(
    name="licences",
    department="trade_office",
    title=Phrase("营业许可", "Trade licences"),
    legal_basis=_ORDINANCE,
    files="licences*.csv",
    key=("licence_no",),
    subject=ByCode("licence_no"),
    dates=Dates(event="issued_on", trust="Issued is exact and known the same day."),
    columns=(
        _CODE,
        Column("name", Kind.TEXT, ("Name",), "Name of the business", required=True),
        Column("issued_on", Kind.DAY, ("Issued",), "Day of issue", required=True),
        Column("quarter", Kind.TEXT, ("Quarter",), "Quarter of the town"),
    ),
    profile={"name": "name", "established_on": "issued_on", "district": "quarter"},
)
INSPECTIONS = Source(
    name="inspections",
    department="trade_office",
    title=Phrase("检查", "Inspections"),
    legal_basis=_ORDINANCE,
    files="inspections*.csv",
    key=("number",),
    subject=ByCode("licence_no"),
    dates=Dates(event="held_on", known="reported_on", trust="Reports come in within three weeks."),
    columns=(
        Column("number", Kind.TEXT, ("Number",), "Number of the report", required=True),
        _CODE,
        Column("held_on", Kind.DAY, ("Held",), "Day of the inspection", required=True),
        Column("reported_on", Kind.DAY, ("Reported",), "Day the report came in", required=True),
        Column("result", Kind.CODE, ("Result",), "What was found", labels=("clean", "problem"),
               spellings={"ok": "clean", "found": "problem"}, required=True),
    ),
)  # fmt: skip
FINES = Source(
    name="fines",
    department="court",
    title=Phrase("罚款", "Fines"),
    legal_basis=_ORDINANCE,
    files="fines*.csv",
    key=("file_no",),
    subject=ByCode("licence_no"),
    dates=Dates(event="fined_on", known_lag_days=10, trust="The court writes every ten days."),
    columns=(
        Column("file_no", Kind.TEXT, ("File",), "Number of the file", required=True),
        _CODE,
        Column("fined_on", Kind.DAY, ("Fined",), "Day of the decision", required=True),
        Column("amount_fen", Kind.MONEY, ("Amount",), "Amount of the fine", minimum=0),
    ),
)

_fine = family(
    Feature,
    source="fines",
    group="R03",
    legal_basis=_ORDINANCE,
    missing="never fined",
)
_inspection = family(
    Feature,
    source="inspections",
    group="R03",
    window=Months(24),
    legal_basis=_ORDINANCE,
    missing="not inspected in the window",
)
FEATURES = (
    _fine(
        name="fine_count_24m",
        measure=Count(),
        window=Months(24),
        direction=Direction.RISK_UP,
        meaning=Phrase("近24个月罚款次数", "Fines in 24 months"),
        reason="R301",
    ),
    _fine(
        name="fine_days_since",
        measure=DaysSince(),
        direction=Direction.RISK_DOWN,
        unit="days",
        meaning=Phrase("距最近一次罚款的天数", "Days since the last fine"),
        reason="R302",
    ),
    _inspection(
        name="inspection_problem_count_24m",
        measure=Count(),
        where=col("result").equals("problem"),
        direction=Direction.RISK_UP,
        meaning=Phrase("近24个月检查发现问题次数", "Inspections with a problem in 24 months"),
        reason="R303",
    ),
    _inspection(
        name="inspection_problem_share_24m",
        measure=Share(col("result").equals("problem")),
        direction=Direction.RISK_UP,
        unit="share",
        meaning=Phrase(
            "近24个月检查发现问题比例", "Share of inspections with a problem, 24 months"
        ),
        reason="R304",
    ),
    Feature(
        name="business_age_days",
        source="licences",
        measure=DaysSince("first"),
        direction=Direction.RISK_DOWN,
        unit="days",
        meaning=Phrase("取得许可至今的天数", "Days since the licence was issued"),
        missing="no licence known",
        group="R01",
        reason="R101",
        legal_basis=_ORDINANCE,
    ),
)
REASONS = (
    Reason("R101", Phrase("取得许可至今{value}", "Licensed for {value}")),
    Reason("R301", Phrase("{window}罚款{value}次", "Fines, {window}: {value}")),
    Reason("R302", Phrase("距最近一次罚款{value}", "Last fined {value} ago")),
    Reason("R303", Phrase("{window}检查发现问题{value}次",
                          "Inspections with a problem, {window}: {value}")),
    Reason("R304", Phrase("{window}{value}的检查发现问题",
                          "A problem in {value} of inspections, {window}")),
)  # fmt: skip
OUTCOMES = (
    Outcome(
        name="credit",
        title=Phrase("未来180天受到罚款", "Fined within 180 days"),
        evidence=(Evidence("fines"),),
        horizon=Ahead(180, maturity_days=10),
        past="fine_count_24m",
    ),
)

JURISDICTION = Jurisdiction(
    name="harbour",
    title=Phrase("港镇(虚构)", "Harbour town (invented)"),
    timezone="Europe/Lisbon",
    identity="plain",
    currency=Phrase("元", "crowns"),
    departments={
        "trade_office": Phrase("商务局", "Trade office"),
        "court": Phrase("法院", "Court"),
    },
    sources=(LICENCES, INSPECTIONS, FINES),
    features=FEATURES,
    outcomes=OUTCOMES,
    reasons=REASONS,
    roster=("licences",),
    cohort=Monthly(),
    groups={"R01": Phrase("基本属性", "Basic attributes"), "R03": Phrase("监管", "Supervision")},
    districts={"quay": Phrase("码头", "Quay"), "hill": Phrase("山丘", "Hill")},
)
