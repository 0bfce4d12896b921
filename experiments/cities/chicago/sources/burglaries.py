"""Burglaries; no feature reads them (see `definitions`)."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Nearby, Phrase, Source

SOURCE = Source(
    name="burglaries",
    department="police",
    title=Phrase("入室盗窃案件", "Burglaries"),
    legal_basis="Illinois Freedom of Information Act 5 ILCS 140",
    files="burglaries*.parquet",
    key=("case_id",),
    subject=Nearby("latitude", "longitude", radius_m=500),
    dates=Dates(
        event="happened_on",
        known_lag_days=7,
        trust="The police publish a case seven days after it happened, and later corrections "
        "replace it without a date that says so. Places are those of the block.",
    ),
    columns=(
        Column("case_id", Kind.TEXT, ("ID",), "Number of the case", required=True),
        Column("happened_on", Kind.DAY, ("Date",), "Day it happened", required=True),
        Column("latitude", Kind.DECIMAL, ("Latitude",), "Degrees north", minimum=41, maximum=43),
        Column("longitude", Kind.DECIMAL, ("Longitude",), "Degrees east", minimum=-89, maximum=-87),
    ),
)  # fmt: skip
