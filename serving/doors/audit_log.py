"""What the endpoints of the audit log share: reading it, naming a record, telling it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from features.contracts import Phrase
from serving import problems
from serving.answers.desk import Desk
from serving.audit import AuditUnavailable, Found, Ledger
from serving.doors.recording import no_audit
from serving.problems import Problem, Refused


def reading(desk: Desk) -> Ledger:
    """The log, for reading; raises Refused (503) when it cannot be opened."""
    try:
        return desk.audit.reader()
    except AuditUnavailable:
        raise Refused(no_audit()) from None


def named(ledger: Ledger, audit_id: str) -> Found:
    """The record of that name; raises Refused when there is none."""
    found = ledger.named(audit_id)
    if found is None:
        raise Refused(_unknown())
    return found


def told(found: Found) -> Mapping[str, object]:
    """A record as it is told: its name, its link, and what the chain says."""
    return {
        "audit_id": found.audit_id,
        "link": found.link.hex(),
        "record": json.loads(found.record),
    }


def _unknown() -> Problem:
    return Problem(
        problems.UNKNOWN_RECORD,
        Phrase("审计日志中没有该编号的记录。", "The audit log holds no record of this name."),
        Phrase(
            "编号取自答复的 X-Audit-Id 响应头;也可用 GET /v1/audit/records 查找。",
            "Take it from the answer's X-Audit-Id header, or look with GET /v1/audit/records.",
        ),
    )
