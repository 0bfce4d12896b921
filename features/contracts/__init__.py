"""The words a jurisdiction is declared in.

A city is a set of declarations and nothing else: its departments' `Source`
contracts, the `Feature` definitions computed from them, the `Outcome` models
learn, the `Reason` phrases people read. Everything here is frozen data; what it
does lives in `features.ingest`, `features.engines` and above.
"""

from features.contracts.definitions import (
    Change,
    Count,
    Days,
    DaysSince,
    DaysSinceDate,
    DaysUntil,
    Direction,
    Distinct,
    Feature,
    Latest,
    Link,
    Max,
    Mean,
    Measure,
    Months,
    Reason,
    Share,
    Sum,
    Window,
)
from features.contracts.jurisdiction import Jurisdiction
from features.contracts.learning import (
    Ahead,
    AtRecord,
    AtRecords,
    Cohort,
    Evidence,
    Monthly,
    Outcome,
)
from features.contracts.records import (
    SQL_TYPES,
    ByCode,
    CityWide,
    Column,
    Dates,
    Kind,
    Nearby,
    Part,
    Phrase,
    Source,
    Subject,
)

__all__ = [
    "SQL_TYPES",
    "Ahead",
    "AtRecord",
    "AtRecords",
    "ByCode",
    "Change",
    "CityWide",
    "Cohort",
    "Column",
    "Count",
    "Dates",
    "Days",
    "DaysSince",
    "DaysSinceDate",
    "DaysUntil",
    "Direction",
    "Distinct",
    "Evidence",
    "Feature",
    "Jurisdiction",
    "Kind",
    "Latest",
    "Link",
    "Max",
    "Mean",
    "Measure",
    "Monthly",
    "Months",
    "Nearby",
    "Outcome",
    "Part",
    "Phrase",
    "Reason",
    "Share",
    "Source",
    "Subject",
    "Sum",
    "Window",
]
