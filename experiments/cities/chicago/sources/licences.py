"""Food licences, one record for each term of two years.

Left out on purpose: `maxDate` (until when the licence was last renewed) and
`LICENSE_STATUS` (cancelled or revoked later) are knowledge of a later day.
"""

from __future__ import annotations

from features.contracts import ByCode, Column, Dates, Kind, Phrase, Source

from .. import codes

# Column → heading of the other licences held at the same premises in the term.
HELD_BESIDE = {
    "on_premises_liquor": "consumption_on_premises_incidental_activity",
    "tobacco": "tobacco",
    "package_goods": "package_goods",
    "outdoor_patio": "outdoor_patio",
    "public_amusement": "public_place_of_amusement",
    "limited_business": "limited_business_license",
    "childrens_services": "childrens_services_facility_license",
    "tavern": "tavern",
    "regulated_business": "regulated_business_license",
    "filling_station": "filling_station",
    "caterers_liquor": "caterers_liquor_license",
    "mobile_food": "mobile_food_license",
}

SOURCE = Source(
    name="licences",
    department="licensing",
    title=Phrase("食品经营许可", "Food licences"),
    legal_basis="Municipal Code of Chicago 4-8-010",
    files="licences*.parquet",
    key=("licence_id",),
    subject=ByCode("licence_no"),
    dates=Dates(
        event="term_starts_on",
        trust="A term is taken to be known on its first day; the day it was granted is not "
        "published. The licences held beside it are those of the term as a whole: one taken out "
        "late in a term shows from its beginning.",
    ),
    profile={
        "name": "name",
        "district": "zip",
        "sector": "activity",
        "latitude": "latitude",
        "longitude": "longitude",
        "established_on": "first_issued_on",
    },
    columns=(
        Column("licence_id", Kind.TEXT, ("LICENSE_ID",), "Number of the term", required=True),
        Column("licence_no", Kind.TEXT, ("LICENSE_NUMBER",), "Number of the licence",
               required=True),
        Column("account_no", Kind.TEXT, ("ACCOUNT_NUMBER",), "Account of the operator"),
        Column("name", Kind.TEXT, ("DOING_BUSINESS_AS_NAME",), "Name on the door"),
        Column("zip", Kind.TEXT, ("ZIP_CODE",), "Postal district"),
        Column("latitude", Kind.DECIMAL, ("LATITUDE",), "Degrees north", minimum=41, maximum=43),
        Column("longitude", Kind.DECIMAL, ("LONGITUDE",), "Degrees east", minimum=-89, maximum=-87),
        Column("activity", Kind.CODE, ("LICENSE_DESCRIPTION",), "What is licensed",
               labels=tuple(codes.SECTORS), spellings=codes.LICENCE_SPELLINGS,
               otherwise="other"),
        Column("application", Kind.CODE, ("APPLICATION_TYPE",), "Why the term began",
               labels=("issue", "renewal", "change_of_location", "expansion"),
               spellings={"ISSUE": "issue", "RENEW": "renewal", "C_LOC": "change_of_location",
                          "C_EXPA": "expansion"}),
        Column("term_starts_on", Kind.DAY, ("LICENSE_TERM_START_DATE",), "First day of the term",
               required=True),
        Column("term_ends_on", Kind.DAY, ("LICENSE_TERM_EXPIRATION_DATE",),
               "Last day of the term, fixed when it begins"),
        Column("first_issued_on", Kind.DAY, ("minDate",), "Day the licence was first issued"),
        *(
            Column(name, Kind.CODE, (heading,), f"Also licensed for {name.replace('_', ' ')}",
                   labels=("无 no", "有 yes"), spellings={"0": "无 no", "1": "有 yes"})
            for name, heading in HELD_BESIDE.items()
        ),
    ),
)  # fmt: skip
