"""Routine inspections with the 44 items of the sheet and the inspector group.

The group of inspectors that went is kept for one purpose: training takes out its
strictness. It is no property of the business and no feature may read it.
"""

from __future__ import annotations

from features.contracts import ByCode, Column, Dates, Kind, Part, Phrase, Source
from features.expressions import col

from .. import codes

CRITICAL = col("critical_count") >= 1
FAILED = col("failed").equals(1)
CONDITIONAL = col("result").equals("pass_with_conditions")
RESTAURANT = col("facility").equals("restaurant")

# Item 23 is not used by the city; 70 is smoking. 1–14 are critical, 15–29 serious.
ITEMS = (*range(1, 23), *range(24, 45), 70)


def _items(*numbers: int) -> tuple[str, ...]:
    return tuple(f"item_{n}" for n in numbers)


TEMPERATURE = col("items").has_any(*_items(2, 3))
HYGIENE = col("items").has_any(*_items(6, 8, 11, 12))
PESTS = col("items").has_any(*_items(13, 18))
EQUIPMENT = col("items").has_any(*_items(32, 33, 38, 40))
PREMISES = col("items").has_any(*_items(34, 35, 36, 37, 41))

SOURCE = Source(
    name="inspections",
    department="health",
    title=Phrase("例行卫生检查", "Routine inspections"),
    legal_basis="Municipal Code of Chicago 7-38; 77 Illinois Administrative Code 750",
    files="inspections_canvass*.parquet",
    key=("inspection_id",),
    subject=ByCode("licence_no"),
    dates=Dates(
        event="inspected_on",
        trust="The day of the visit is exact and the sheet is entered the same day. Only routine "
        "visits that ended in a result are here, from September 2011; closed doors are in the "
        "visit log. A result is never corrected in this publication.",
    ),
    parts=(
        Part("violation_matrix*.parquet", on="Inspection_ID"),
        Part("inspection_inspector_group*.parquet", on="inspectionID", main_on="Inspection_ID"),
    ),
    profile={
        "name": "name",
        "district": "zip",
        "sector": "facility",
        "latitude": "latitude",
        "longitude": "longitude",
    },
    columns=(
        Column("inspection_id", Kind.TEXT, ("Inspection_ID",), "Number of the visit",
               required=True),
        Column("licence_no", Kind.TEXT, ("License",), "Licence number of the premises",
               required=True),
        Column("name", Kind.TEXT, ("DBA_Name",), "Name on the door"),
        Column("zip", Kind.TEXT, ("Zip",), "Postal district"),
        Column("latitude", Kind.DECIMAL, ("Latitude",), "Degrees north", minimum=41, maximum=43),
        Column("longitude", Kind.DECIMAL, ("Longitude",), "Degrees east", minimum=-89, maximum=-87),
        Column("inspected_on", Kind.DAY, ("Inspection_Date",), "Day of the visit", required=True),
        Column("result", Kind.CODE, ("Results",), "Result of the visit",
               labels=("pass", "pass_with_conditions", "fail"),
               spellings={"Pass": "pass", "Pass w/ Conditions": "pass_with_conditions",
                          "Fail": "fail"}),
        Column("facility", Kind.CODE, ("Facility_Type",), "Kind of premises as the inspector saw",
               labels=tuple(codes.SECTORS), spellings=codes.FACILITY_SPELLINGS,
               otherwise="other"),
        Column("risk_category", Kind.CODE, ("Risk",),
               "Category by what the kitchen does; it sets how often to visit",
               labels=("low", "medium", "high"),
               spellings={"Risk 3 (Low)": "low", "Risk 2 (Medium)": "medium",
                          "Risk 1 (High)": "high"}),
        Column("critical_count", Kind.INTEGER, ("criticalCount",), "Critical items found",
               required=True, minimum=0, maximum=14),
        Column("serious_count", Kind.INTEGER, ("seriousCount",), "Serious items found",
               required=True, minimum=0, maximum=15),
        Column("minor_count", Kind.INTEGER, ("minorCount",), "Minor items found",
               required=True, minimum=0, maximum=30),
        Column("failed", Kind.FLAG, ("fail_flag",), "The visit ended in a fail", required=True),
        Column("items", Kind.MASK, tuple(str(n) for n in ITEMS),
               "Items of the sheet that were not in order", labels=_items(*ITEMS)),
        Column("inspector_group", Kind.TEXT, ("sanitarian",),
               "Group of the inspector who went; evaluation and training only"),
    ),
)  # fmt: skip
