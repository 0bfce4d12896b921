"""``GET /v1/audit/heads``: signed ends of the audit log, for another party to keep."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.audit.heads import heads_after
from serving.auth.access import ROLES, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.audit_log import reading
from serving.doors.replies import reply
from serving.doors.requests import HeadsRequest, read_query


def audit_heads(request: Request) -> Response:
    """Heads that cover more than ``after`` records, oldest first; they name nobody."""
    asked = read_query(HeadsRequest, request.query_params)
    desk = desk_of(request)
    heads = heads_after(reading(desk), asked.after, asked.limit)
    return reply(request, canonical.encode({"heads": heads, "key": desk.audit.public_key}))


HEADS = Access("heads", *ROLES, recorded="nothing")
ENDPOINT = Endpoint(Door("/v1/audit/heads", "GET", HEADS), audit_heads)
