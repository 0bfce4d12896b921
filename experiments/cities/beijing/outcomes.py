"""What Beijing's model learns: whether an inspection of culture finds 不合格."""

from __future__ import annotations

from features.contracts import AtRecord, Evidence, Outcome, Phrase

from .sources.inspections import FAILED

OUTCOMES: tuple[Outcome, ...] = (
    Outcome(
        name="credit",
        title=Phrase("文化领域行政检查不合格", "Inspection of culture or publishing is failed"),
        evidence=(Evidence("inspections", FAILED),),
        horizon=AtRecord(),
        past="failed_count_24m",
    ),
)
