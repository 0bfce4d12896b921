"""R05: visits of every purpose; a re-inspection is the trace of an earlier finding.

How often somebody went is partly the office's own doing: the total count says who
the office watched, and moves either way.
"""

from __future__ import annotations

from features.contracts import Count, DaysSince, Direction, Feature, Months, Phrase, Share, family

from ..reasons import NOT_CITED
from ..sources import visits as log

_visit = family(
    Feature,
    source="visits",
    measure=Count(),
    group="R05",
    direction=Direction.RISK_UP,
    missing="no visit is logged",
    legal_basis="Municipal Code of Chicago 7-38",
)
_recent = family(_visit, window=Months(36))

_ALL = tuple(
    _visit(
        name=f"visit_count_{n}m",
        window=Months(n),
        direction=Direction.EITHER,
        meaning=Phrase(f"近{n}个月到访次数", f"Visits of any purpose, {n} months"),
        reason="R501",
    )
    for n in (12, 36)
)

_COMPLAINTS = (
    *(
        _visit(
            name=f"complaint_visit_count_{n}m",
            where=log.COMPLAINT,
            window=Months(n),
            meaning=Phrase(f"近{n}个月因投诉到访次数", f"Visits after complaints, {n} months"),
            reason="R502",
        )
        for n in (6, 12, 36)
    ),
    _recent(
        name="complaint_visit_share_36m",
        measure=Share(log.COMPLAINT),
        unit="share",
        meaning=Phrase("近36个月到访中因投诉的比例", "Share of visits after complaints"),
        reason="R503",
    ),
    _recent(
        name="complaint_recheck_count_36m",
        where=log.COMPLAINT_RECHECK,
        meaning=Phrase("近36个月投诉后复查次数", "Re-inspections after complaints"),
        reason="R504",
    ),
    *(
        _visit(
            name=f"poisoning_visit_count_{n}m",
            where=log.POISONING,
            window=Months(n),
            meaning=Phrase(
                f"近{n}个月因疑似食物中毒到访次数",
                f"Visits for suspected food poisoning, {n} months",
            ),
            reason="R505",
        )
        for n in (6, 36)
    ),
    _visit(
        name="complaint_visit_days_since",
        measure=DaysSince(),
        where=log.COMPLAINT,
        direction=Direction.RISK_DOWN,
        missing="no complaint ever led to a visit",
        unit="days",
        meaning=Phrase("距最近一次投诉到访的天数", "Days since a visit after a complaint"),
        reason="R506",
    ),
)

_RECHECKS = (
    _recent(
        name="routine_recheck_count_36m",
        where=log.ROUTINE_RECHECK,
        meaning=Phrase("近36个月例行检查后复查次数", "Re-inspections after routine inspections"),
        reason="R507",
    ),
    _recent(
        name="recheck_visit_share_36m",
        measure=Share(log.RECHECK),
        unit="share",
        meaning=Phrase("近36个月到访中复查的比例", "Share of visits that were re-inspections"),
        reason="R508",
    ),
    _visit(
        name="routine_recheck_days_since",
        measure=DaysSince(),
        where=log.ROUTINE_RECHECK,
        direction=Direction.RISK_DOWN,
        missing="never re-inspected after a routine inspection",
        unit="days",
        meaning=Phrase("距最近一次例行复查的天数", "Days since a routine re-inspection"),
        reason="R509",
    ),
    _recent(
        name="licence_recheck_count_36m",
        where=log.LICENCE_RECHECK,
        meaning=Phrase("近36个月许可复查次数", "Licence re-inspections"),
        reason="R510",
    ),
    _recent(
        name="tag_removal_count_36m",
        where=log.TAG_REMOVED,
        meaning=Phrase("近36个月解除封存次数", "Held-for-inspection tags removed"),
        reason="R511",
    ),
)

_OTHER = (
    _recent(
        name="licence_visit_count_36m",
        where=log.LICENCE,
        direction=Direction.EITHER,
        meaning=Phrase("近36个月许可检查次数", "Licence inspections"),
        reason=NOT_CITED,
    ),
    _recent(
        name="task_force_visit_count_36m",
        where=log.TASK_FORCE,
        direction=Direction.EITHER,
        meaning=Phrase("近36个月联合检查次数", "Task-force visits"),
        reason=NOT_CITED,
    ),
    *(
        _visit(
            name=f"{kind}_days_since",
            measure=DaysSince(),
            where=condition,
            direction=Direction.EITHER,
            unit="days",
            meaning=Phrase(f"距最近一次{zh}的天数", f"Days since the last {en}"),
            reason=NOT_CITED,
        )
        for kind, condition, zh, en in (
            ("visit", None, "到访", "visit"),
            ("routine_visit", log.ROUTINE, "例行到访", "routine visit, also without result"),
        )
    ),
)

FEATURES: tuple[Feature, ...] = (*_ALL, *_COMPLAINTS, *_RECHECKS, *_OTHER)
