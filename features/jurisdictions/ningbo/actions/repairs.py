"""Credit repair of penalties, and leaving the serious-violation list."""

from __future__ import annotations

from features.contracts import (
    Action,
    OnRecords,
    Phrase,
    RepairClock,
    Repaired,
    Wait,
    Within,
    family,
)
from features.jurisdictions.ningbo.actions.shared import HELD, MARKET

_repair = family(
    Action,
    effort=2,
    effects=(Repaired(),),
    takes=Within(working_days=7),
    waits=RepairClock(),
    phrase=Phrase("申请行政处罚信用修复", "Apply for credit repair of the penalty"),
    condition=Phrase(
        "已履行处罚决定、改正违法行为,并作出信用承诺",
        "The decision is fulfilled, the violation put right, and a promise given",
    ),
    note="受理后7个工作日内决定(T11);其他部门的办理期限待核对",
)
_CREDIT_CHINA = Phrase("“信用中国”网站", "the website Credit China")

REPAIRS: tuple[Action, ...] = (
    _repair(
        name="repair_penalty",
        legal_basis="《行政处罚法》第四十八条",
        at=MARKET,
        about=OnRecords("penalties"),
    ),
    _repair(
        name="repair_penalty_elsewhere",
        legal_basis="国办发〔2025〕22号",
        at=_CREDIT_CHINA,
        about=OnRecords("penalties_elsewhere"),
    ),
    _repair(
        name="repair_customs_penalty",
        legal_basis="国办发〔2025〕22号",
        at=_CREDIT_CHINA,
        about=OnRecords("customs_penalties"),
    ),
    _repair(
        name="leave_serious_list_early",
        phrase=Phrase(
            "申请提前移出严重违法失信名单",
            "Apply for early removal from the serious-violation list",
        ),
        condition=Phrase(
            "已履行处罚义务、消除危害后果,列入后未再受到较重处罚",
            "Duties fulfilled, harm removed, and no heavier penalty since the listing",
        ),
        legal_basis="《市场监督管理严重违法失信名单管理办法》(总局令第44号)第十六条",
        at=MARKET,
        effort=3,
        about=OnRecords("serious_list", HELD),
        waits=(
            Wait(
                "listed_on",
                "总局令第44号第十六条:列入满一年",
                "2021-09-01",
                months=12,
                note="T24: 条款号与修订稿待核对",
            ),
        ),
    ),
)
