"""The log of all visits, whatever their purpose: that one took place, never its result."""

from __future__ import annotations

from features.contracts import ByCode, Column, Dates, Kind, Phrase, Source
from features.expressions import col

_POISONING = ("poisoning", "poisoning_recheck")
_COMPLAINT = ("complaint", "complaint_recheck")

ROUTINE = col("purpose").equals("routine")
ROUTINE_RECHECK = col("purpose").equals("routine_recheck")
COMPLAINT = col("purpose").isin(*_COMPLAINT, *_POISONING)
COMPLAINT_RECHECK = col("purpose").equals("complaint_recheck")
POISONING = col("purpose").isin(*_POISONING)
RECHECK = col("purpose").isin(
    "routine_recheck", "complaint_recheck", "poisoning_recheck", "licence_recheck"
)
LICENCE = col("purpose").equals("licence")
LICENCE_RECHECK = col("purpose").equals("licence_recheck")
TASK_FORCE = col("purpose").equals("task_force")
TAG_REMOVED = col("purpose").equals("tag_removal")

SOURCE = Source(
    name="visits",
    department="health",
    title=Phrase("各类到访记录", "Visits of every purpose"),
    legal_basis="Municipal Code of Chicago 7-38; Illinois Freedom of Information Act 5 ILCS 140",
    files="inspection_log_all_purposes*.parquet",
    key=("licence_no", "visited_on", "purpose"),
    subject=ByCode("licence_no"),
    dates=Dates(
        event="visited_on",
        trust="The day of the visit is exact and logged the same day, from January 2011. The log "
        "carries no number of its own, so that two visits for one purpose on one day are one "
        "record. Schools and shared kitchens stand under numbers of other registers and are "
        "not linked.",
    ),
    keep=~col("licence_no").equals("0"),
    columns=(
        Column("licence_no", Kind.TEXT, ("License",), "Licence number; 0 where there is none",
               required=True),
        Column("visited_on", Kind.DAY, ("Inspection_Date",), "Day of the visit", required=True),
        Column(
            "purpose", Kind.CODE, ("Inspection_Purpose",), "Why somebody went",
            required=True,
            labels=("routine", "routine_recheck", "complaint", "complaint_recheck", "poisoning",
                    "poisoning_recheck", "licence", "licence_recheck", "task_force",
                    "tag_removal", "other"),
            otherwise="other",
            spellings={
                "Canvass": "routine",
                "CANVAS": "routine",
                "Canvass Re-Inspection": "routine_recheck",
                "Complaint": "complaint",
                "Short Form Complaint": "complaint",
                "Complaint-Fire": "complaint",
                "Short Form Fire-Complaint": "complaint",
                "FIRE/COMPLAIN": "complaint",
                "fire complaint": "complaint",
                "SMOKING COMPLAINT": "complaint",
                "Complaint Re-Inspection": "complaint_recheck",
                "Complaint-Fire Re-inspection": "complaint_recheck",
                "Suspected Food Poisoning": "poisoning",
                "SFP": "poisoning",
                "SFP/Complaint": "poisoning",
                "SFP/COMPLAINT": "poisoning",
                "SFP RECENTLY INSPECTED": "poisoning",
                "TWO PEOPLE ATE AND GOT SICK.": "poisoning",
                "Suspected Food Poisoning Re-inspection": "poisoning_recheck",
                "License": "licence",
                "License Re-Inspection": "licence_recheck",
                "1315 license reinspection": "licence_recheck",
                "License-Task Force": "task_force",
                "Task Force Liquor 1475": "task_force",
                "TASK FORCE LIQUOR 1470": "task_force",
                "Task Force Liquor Catering": "task_force",
                "Task force liquor inspection 1474": "task_force",
                "Task Force for liquor 1474": "task_force",
                "TASK FORCE NIGHT": "task_force",
                "Package Liquor 1474": "task_force",
                "license task 1474": "task_force",
                "Tag Removal": "tag_removal",
            },
        ),
    ),
)  # fmt: skip
