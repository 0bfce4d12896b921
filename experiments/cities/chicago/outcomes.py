"""What Chicago's models learn: what the next routine inspection finds."""

from __future__ import annotations

from features.contracts import AtRecord, Evidence, Outcome, Phrase

from .sources.inspections import CRITICAL, FAILED

OUTCOMES: tuple[Outcome, ...] = (
    Outcome(
        name="credit",
        title=Phrase("例行检查发现严重(critical)问题", "Routine inspection finds a critical item"),
        evidence=(Evidence("inspections", CRITICAL),),
        horizon=AtRecord(),
        past="critical_inspection_count_36m",
        adjust_for="inspector_group",
    ),
    Outcome(
        name="fails",
        title=Phrase("例行检查不合格", "Routine inspection is failed"),
        evidence=(Evidence("inspections", FAILED),),
        horizon=AtRecord(),
        past="failed_count_36m",
        adjust_for="inspector_group",
    ),
)
