"""What checks and samples found: putting it right, and credit repair."""

from __future__ import annotations

from features.contracts import Action, Corrected, Moment, OnRecords, Phrase, Repaired, Wait, Within
from features.expressions import col
from features.jurisdictions.ningbo.actions.shared import (
    MARKET,
    NEW_REPAIR,
    SAMR_NEW,
)
from features.jurisdictions.ningbo.sources import random_checks as checks
from features.jurisdictions.ningbo.sources import samples

CHECKS: tuple[Action, ...] = (
    Action(
        name="correct_findings",
        phrase=Phrase(
            "整改检查发现的问题并申请复查", "Put right what the check found; ask for a re-check"
        ),
        condition=Phrase(
            "问题已经改正,复查通过", "The problem is put right and the re-check passed"
        ),
        legal_basis="《行政处罚法》第二十八条",
        at=Phrase("实施检查的市场监管部门", "the market regulator that checked"),
        effort=3,
        about=OnRecords(
            "random_checks",
            col("result").equals(checks.PENDING) & col("corrected_on").is_null(),
        ),
        effects=(Corrected({"result": checks.CORRECTED, "corrected_on": Moment.DONE}),),
        takes=Within(working_days=20),
        note="复查结果按20个工作日内公示计(T01)",
    ),
    Action(
        name="repair_check_result",
        phrase=Phrase(
            "申请抽查检查结果的信用修复", "Apply for credit repair of the check's result"
        ),
        condition=Phrase("问题已经改正", "The problem is put right"),
        legal_basis=SAMR_NEW,
        at=MARKET,
        effort=2,
        about=OnRecords("random_checks", checks.PROBLEM & ~col("result").equals(checks.REFUSED)),
        effects=(Repaired(),),
        takes=Within(working_days=7),
        waits=(
            Wait(
                "checked_on",
                SAMR_NEW,
                NEW_REPAIR,
                months=3,
                note="T11: 抽查结果负面信息可以修复;三个月为本系统的选择,待核对",
            ),
        ),
        after=("correct_findings",),
        note="不配合检查情节严重的不在此列",
    ),
    Action(
        name="repair_failed_sample",
        phrase=Phrase(
            "申请抽检不合格信息的信用修复", "Apply for credit repair of the failed sample"
        ),
        condition=Phrase(
            "不合格产品已处置、原因已排查并整改",
            "Failed goods dealt with, the cause found and removed",
        ),
        legal_basis=SAMR_NEW,
        at=MARKET,
        effort=2,
        about=OnRecords("samples", samples.FAILED),
        effects=(Repaired(),),
        takes=Within(working_days=7),
        waits=(
            Wait(
                "reported_on",
                SAMR_NEW,
                NEW_REPAIR,
                months=3,
                note="T11: 抽检负面信息可以修复;三个月为本系统的选择,待核对",
            ),
        ),
    ),
)
