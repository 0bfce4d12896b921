"""``GET /v1/audit/records/{audit_id}``: what is recorded of one answer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.audit_log import named, reading, told
from serving.doors.replies import reply


def audit_record(request: Request) -> Response:
    """The record, its link in the chain and the one before."""
    ledger = reading(desk_of(request))
    found = named(ledger, request.path_params["audit_id"])
    before = ledger.at(found.seq - 1)
    previous = ledger.chain if before is None else before.link.hex()
    return reply(request, canonical.encode({**told(found), "previous": previous}))


AUDIT = Access("audit", AUDITOR, recorded="act")
ENDPOINT = Endpoint(Door("/v1/audit/records/{audit_id}", "GET", AUDIT), audit_record)
