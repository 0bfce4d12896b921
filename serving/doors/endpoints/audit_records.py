"""``GET /v1/audit/records``: what was answered, newest first; about one business, or all."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.audit_log import reading, told
from serving.doors.replies import reply
from serving.doors.requests import AuditRequest, read_query

_NEWEST = 2**62


def audit_records(request: Request) -> Response:
    """A page of records; ``after`` begins the following one."""
    asked = read_query(AuditRequest, request.query_params)
    ledger = reading(desk_of(request))
    before = asked.after or _NEWEST
    if asked.business_id is None:
        found = ledger.newest(before, asked.limit)
    else:
        request.scope["xinheng.about"] = asked.business_id
        found = ledger.about(asked.business_id, before, asked.limit)
    following = found[-1].seq if len(found) == asked.limit else None
    return reply(
        request, canonical.encode({"after": following, "records": [told(one) for one in found]})
    )


AUDIT = Access("audit", AUDITOR, recorded="act")
ENDPOINT = Endpoint(Door("/v1/audit/records", "GET", AUDIT), audit_records)
