"""``GET /v1/audit/records/{audit_id}/proof``: that a record is in the signed log."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from features.contracts import Phrase
from serving import canonical, problems
from serving.answers.desk import desk_of
from serving.audit.proof import proof
from serving.auth.access import AUDITOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.audit_log import named, reading
from serving.doors.replies import reply
from serving.problems import Problem, Refused


def audit_proof(request: Request) -> Response:
    """The record, the link before it and the digests after it up to a signed head."""
    ledger = reading(desk_of(request))
    told = proof(ledger, named(ledger, request.path_params["audit_id"]))
    if told is None:
        raise Refused(_not_yet())
    return reply(request, canonical.encode(told))


def _not_yet() -> Problem:
    return Problem(
        problems.NOT_SIGNED_YET,
        Phrase("该记录之后尚未签名。", "No head has been signed since this record."),
        Phrase("每分钟签名一次,请稍后重试。", "A head is signed every minute; try again then."),
        headers={"retry-after": "60"},
    )


AUDIT = Access("audit", AUDITOR, recorded="act")
ENDPOINT = Endpoint(Door("/v1/audit/records/{audit_id}/proof", "GET", AUDIT), audit_proof)
