"""Sanitation complaints from the street; no feature reads them (see `definitions`).

Whether and when a complaint was closed is knowledge of a later day and is left out.
"""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Nearby, Phrase, Source
from features.expressions import col

GARBAGE = col("nature").isin("garbage_in_alley", "garbage_in_yard", "dumpster", "carts")

SOURCE = Source(
    name="sanitation_complaints",
    department="streets",
    title=Phrase("环境卫生投诉", "Sanitation complaints"),
    legal_basis="Municipal Code of Chicago 7-28",
    files="sanitation_311*.parquet",
    key=("request_no",),
    subject=Nearby("latitude", "longitude", radius_m=500),
    dates=Dates(
        event="created_on",
        known_lag_days=1,
        trust="The day the call was taken, published the day after. About 350 numbers come "
        "twice, most with another closing date that is not read.",
    ),
    columns=(
        Column("request_no", Kind.TEXT, ("Service_Request_Number",), "Number of the request",
               required=True),
        Column("created_on", Kind.DAY, ("Creation_Date",), "Day of the call", required=True),
        Column("nature", Kind.CODE, ("What_is_the_Nature_of_this_Code_Violation",), "About what",
               labels=("garbage_in_alley", "garbage_in_yard", "dumpster", "carts", "other"),
               otherwise="other",
               spellings={"Garbage in alley": "garbage_in_alley",
                          "Garbage in yard": "garbage_in_yard",
                          "Dumpster not being emptied": "dumpster",
                          "Overflowing carts": "carts", "Other": "other"}),
        Column("latitude", Kind.DECIMAL, ("Latitude",), "Degrees north", minimum=41, maximum=43),
        Column("longitude", Kind.DECIMAL, ("Longitude",), "Degrees east", minimum=-89, maximum=-87),
    ),
)  # fmt: skip
