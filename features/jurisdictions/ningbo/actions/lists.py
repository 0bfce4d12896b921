"""Annual reports, and leaving the abnormal-operation list."""

from __future__ import annotations

from features.contracts import (
    Action,
    Added,
    Corrected,
    Moment,
    OnRecords,
    Owed,
    Phrase,
    Within,
    family,
)
from features.expressions import col
from features.jurisdictions.ningbo.actions.shared import HELD, MARKET
from features.jurisdictions.ningbo.sources import abnormal_list as abnormal

_SYSTEM = Phrase(
    "国家企业信用信息公示系统", "the national enterprise credit information system (online)"
)

_report = family(
    Action,
    legal_basis="《企业信息公示暂行条例》第八条;《市场主体登记管理条例》第三十五条",
    at=_SYSTEM,
    effort=1,
    takes=Within(days=3),
)
_delist = family(
    Action,
    at=MARKET,
    takes=Within(working_days=5),
    effects=(Corrected({"delisted_on": Moment.DECIDED}),),
    note="移出的期限(5个工作日)与条款号待核对 2025-12-25 起施行的新办法",
)


def _report_record(late: int) -> tuple[Added, ...]:
    return (
        Added(
            "annual_reports",
            {"report_year": Moment.YEAR, "filed_on": Moment.DONE, "late": late},
        ),
    )


def _listed(cause: str) -> OnRecords:
    return OnRecords("abnormal_list", HELD & col("cause").equals(cause))


REPORTS: tuple[Action, ...] = (
    _report(
        name="file_overdue_report",
        phrase=Phrase("补报{year}年度的年度报告", "File the missing annual report for {year}"),
        condition=Phrase(
            "内容真实;没有经营也要如实填报",
            "Figures are true; a year without business is reported too",
        ),
        about=Owed("annual_reports", "report_year", (1, 1), (6, 30), overdue=True),
        effects=_report_record(late=1),
    ),
    _report(
        name="file_reports_in_time",
        phrase=Phrase(
            "按时报送{year}年度的年度报告(次年1月1日至6月30日)",
            "File the annual report for {year} in time (1 January to 30 June of the next year)",
        ),
        condition=Phrase("内容真实", "Figures are true"),
        about=Owed("annual_reports", "report_year", (1, 1), (6, 30), overdue=False),
        effects=_report_record(late=0),
    ),
)

ABNORMAL_LIST: tuple[Action, ...] = (
    _delist(
        name="leave_abnormal_list_after_report",
        phrase=Phrase(
            "申请移出经营异常名录(未年报)", "Apply to leave the abnormal list (missing report)"
        ),
        condition=Phrase(
            "所有未报年度都已补报并公示", "Every missing report is filed and published"
        ),
        legal_basis="《企业经营异常名录管理暂行办法》第十条",
        effort=1,
        about=_listed(abnormal.ANNUAL_REPORT),
        after=("file_overdue_report",),
    ),
    _delist(
        name="restore_contact",
        phrase=Phrase(
            "在登记的住所恢复联系,申请核实并移出经营异常名录",
            "Be reachable at the registered address, ask for verification, leave the abnormal list",
        ),
        condition=Phrase("仍在登记的住所经营", "The business is still at its registered address"),
        legal_basis="《企业经营异常名录管理暂行办法》第十二条",
        effort=2,
        about=_listed(abnormal.UNREACHABLE),
    ),
    _delist(
        name="register_new_address",
        phrase=Phrase(
            "办理住所变更登记,申请移出经营异常名录",
            "Register the new address, then apply to leave the abnormal list",
        ),
        condition=Phrase("已经搬到新的住所", "The business has moved"),
        legal_basis="《市场主体登记管理条例》第二十四条;《企业经营异常名录管理暂行办法》第十二条",
        effort=3,
        about=_listed(abnormal.UNREACHABLE),
        effects=(
            Corrected({"delisted_on": Moment.DECIDED}),
            Added(
                "changes",
                {"item": "住所", "approved_on": Moment.DONE, "capital_change_percent": None},
            ),
        ),
    ),
    _delist(
        name="leave_abnormal_list_after_disclosure",
        phrase=Phrase(
            "补充公示有关信息,申请移出经营异常名录",
            "Disclose what was ordered, then apply to leave the abnormal list",
        ),
        condition=Phrase("责令公示的信息已经公示", "What was ordered to be disclosed is disclosed"),
        legal_basis="《企业经营异常名录管理暂行办法》第十一条",
        effort=1,
        about=_listed(abnormal.ORDERED_DISCLOSURE),
    ),
    _delist(
        name="leave_abnormal_list_after_correction",
        phrase=Phrase(
            "更正公示的信息,申请移出经营异常名录",
            "Correct what was disclosed, then apply to leave the abnormal list",
        ),
        condition=Phrase(
            "虚假信息已经更正并经查实", "The false statement is corrected and verified"
        ),
        legal_basis="《企业信息公示暂行条例》第十七条;《企业经营异常名录管理暂行办法》",
        effort=2,
        about=_listed(abnormal.FALSE_DISCLOSURE),
    ),
)
